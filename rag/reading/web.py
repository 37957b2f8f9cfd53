"""An address to articles: a page, a document, a feed with its links, a sitemap with its pages."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rag.errors import FetchError, ReadError
from rag.reading.bytes import decode
from rag.reading.clean import clean
from rag.reading.docx import article_from_docx
from rag.reading.feed import FEEDS, feed_entries
from rag.reading.fetch.fetcher import Fetched, Fetcher
from rag.reading.fetch.remembered import Remembered
from rag.reading.fetch.robots import Robots
from rag.reading.html import article_from_html
from rag.reading.pdf import article_from_pdf
from rag.reading.sitemap import SITEMAPS, sitemap_entries
from rag.reading.skipped import Skipped
from rag.reading.text import article_from_lines
from rag.reading.xml import name_of, parse_xml
from rag.types import Article

# A sitemap of sitemaps, and one more; deeper ones are not in the protocol.
_DEEPEST = 3
_LARGEST_MAP = 50_000_000
_ROOTS = (b"<rss", b"<rdf:rdf", b"<feed", b"<urlset", b"<sitemapindex")


class Web:
    """Reads addresses for one ingest; what was read once is not fetched again in it."""

    def __init__(
        self, fetcher: Fetcher, max_pages: int = 500, remembered: Remembered | None = None
    ) -> None:
        self._fetcher = fetcher
        self._max_pages = max_pages
        self._remembered = remembered or Remembered()
        self._robots = Robots(fetcher)
        self._seen: set[str] = set()

    def read(self, url: str) -> Iterator[Article | Skipped]:
        """Articles of the address; what fails is Skipped and never raises."""
        try:
            fetched = self._get(url)
            root = None if fetched.unchanged else _markup_root(fetched)
            if root is None:
                yield self._article(url, fetched, {})
                return
        except ReadError as error:
            yield Skipped(url, str(error))
            return
        pages = (
            self._feed(root, fetched.url)
            if name_of(root) in FEEDS
            else self._sitemap(root, fetched.url, 1)
        )
        count = 0
        for page in pages:
            if count == self._max_pages:
                limit = f"it lists more than {count} pages (RAG_FETCH_MAX_PAGES)"
                yield Skipped(url, f"{limit}; the rest was left out")
                return
            count += 1
            yield page
        if not count:
            yield Skipped(url, "it lists no articles")

    def _get(self, url: str) -> Fetched:
        self._seen.add(url)
        return self._fetcher.get(url, self._remembered.validators(url))

    def _feed(self, root: Any, base: str) -> Iterator[Article | Skipped]:
        for number, entry in enumerate(feed_entries(root, base), 1):
            if entry.link is None or entry.is_whole:
                where = entry.link or f"{base}#{number}"
                try:
                    yield entry.article(where, Path(where))
                except ReadError as error:
                    yield Skipped(where, str(error))
            elif entry.link not in self._seen:
                yield self._page(entry.link, entry.facts)

    def _sitemap(self, root: Any, base: str, depth: int) -> Iterator[Article | Skipped]:
        for entry in sitemap_entries(root):
            if entry.link in self._seen:
                continue
            if not self._robots.allows(entry.link):
                yield Skipped(entry.link, "the site's robots.txt keeps it from crawlers")
            elif not entry.is_map:
                yield self._page(entry.link, entry.facts)
            elif depth == _DEEPEST:
                yield Skipped(entry.link, f"sitemaps are nested deeper than {_DEEPEST}")
            else:
                yield from self._inner_sitemap(entry.link, depth)

    def _inner_sitemap(self, url: str, depth: int) -> Iterator[Article | Skipped]:
        try:
            root = _markup_root(self._get(url))
        except ReadError as error:
            yield Skipped(url, str(error))
            return
        if root is None or name_of(root) not in SITEMAPS:
            yield Skipped(url, "it is no sitemap")
        else:
            yield from self._sitemap(root, url, depth + 1)

    def _page(self, url: str, facts: Mapping[str, Any]) -> Article | Skipped:
        try:
            return self._article(url, self._get(url), facts)
        except ReadError as error:
            return Skipped(url, str(error))

    def _article(self, url: str, fetched: Fetched, facts: Mapping[str, Any]) -> Article:
        if fetched.unchanged:
            held = self._remembered.article(url)
            if held is None:
                raise FetchError(f"{fetched.url} says that nothing has changed, unasked")
            return held
        article = _read(fetched, facts)
        self._remembered.note(url, fetched, article)
        return article


def _read(fetched: Fetched, facts: Mapping[str, Any]) -> Article:
    data, url = fetched.data, fetched.url
    path = Path(url)
    if data.startswith(b"%PDF-"):
        return article_from_pdf(data, url, path, url)
    if data.startswith(b"PK\x03\x04"):
        return article_from_docx(data, url, path, url)
    if fetched.media == "text/plain":
        lines = [line for line in clean(decode(data, charset=fetched.charset)).split("\n") if line]
        return article_from_lines(lines, url, path, {**facts, "url": url})
    if fetched.media and "html" not in fetched.media and "xml" not in fetched.media:
        raise ReadError(f"it is {fetched.media[:60]}, no page, feed, PDF or Word document")
    markup = decode(data, markup=True, charset=fetched.charset)
    return article_from_html(markup, url, path, url, facts)


def _markup_root(fetched: Fetched) -> Any:
    """The root of a feed or sitemap; None for anything else."""
    data = fetched.data
    if data.startswith(b"\x1f\x8b"):
        data = _unpacked(data)
    head = data[:2000].lower()
    if not any(root in head for root in _ROOTS):
        return None
    root = parse_xml(data)
    return root if name_of(root) in FEEDS | SITEMAPS else None


def _unpacked(data: bytes) -> bytes:
    """A sitemap.xml.gz."""
    gzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        plain = gzip.decompress(data, _LARGEST_MAP)
    except zlib.error:
        raise ReadError("its compression is broken") from None
    if gzip.unconsumed_tail:
        raise ReadError(f"it unpacks to more than {_LARGEST_MAP // 1_000_000} MB")
    return plain
