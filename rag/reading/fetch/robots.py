"""robots.txt: what a site's owner keeps from crawlers is not crawled."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from rag.errors import FetchError
from rag.reading.fetch.fetcher import AGENT, Fetcher


class Robots:
    """One robots.txt a site, read when first asked for."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._sites: dict[str, RobotFileParser] = {}

    def allows(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
        except ValueError:
            # The fetcher says what is wrong with it.
            return True
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._sites:
            self._sites[site] = self._read(f"{site}/robots.txt")
        return self._sites[site].can_fetch(AGENT, url)

    def _read(self, url: str) -> RobotFileParser:
        """RFC 9309: no file opens everything, a file that cannot be had closes everything."""
        parser = RobotFileParser()
        try:
            rules = self._fetcher.get(url).data.decode("utf-8", "replace")
        except FetchError as error:
            missing = error.status is not None and 400 <= error.status < 500
            rules = "" if missing else "User-agent: *\nDisallow: /"
        parser.parse(rules.splitlines())
        return parser
