"""RSS 0.9 to 2.0 and Atom: what each entry says of its article."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from rag.errors import ReadError
from rag.reading.blocks import block_lines
from rag.reading.boilerplate import without_boilerplate
from rag.reading.bytes import read_bytes
from rag.reading.dates import parse_date
from rag.reading.identity import make_article
from rag.reading.skipped import Skipped
from rag.reading.xml import child_text, name_of, parse_xml
from rag.types import Article

FEEDS = frozenset(("rss", "rdf", "feed"))
# An entry with this much text is the article itself; with less it is a teaser of the page it links.
_WHOLE = 1000
_ALTERNATE = ("alternate", None)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """`facts` are fields of an article; `text` is what the feed itself holds of it."""

    link: str | None
    facts: dict[str, Any]
    text: str

    @property
    def is_whole(self) -> bool:
        return len(self.text) >= _WHOLE

    def article(self, source: str, path: Path) -> Article:
        """From the feed alone. Raises ReadError where it holds no text."""
        named = {"url": self.link} if self.link else {"id": self.facts.get("guid")}
        return make_article({**self.facts, **named}, self.text, source, path)


def read_feed_file(path: Path) -> Iterator[Article | Skipped]:
    """A saved feed is read as it stands: its links are not followed. Raises ReadError."""
    root = parse_xml(read_bytes(path))
    if name_of(root) in ("urlset", "sitemapindex"):
        raise ReadError("it is a sitemap: ingest its address, so that its pages can be fetched")
    if name_of(root) not in FEEDS:
        raise ReadError("it is neither an RSS nor an Atom feed")
    for number, entry in enumerate(feed_entries(root, None), 1):
        where = f"{path}:{number}"
        try:
            # An entry without an address or id is called by its place.
            yield entry.article(where, Path(where))
        except ReadError as error:
            yield Skipped(where, str(error))


def feed_entries(root: Any, base: str | None) -> Iterator[FeedEntry]:
    """Entries in the order of the feed. `base` is where it was fetched from."""
    channel = next((child for child in root if name_of(child) == "channel"), root)
    outlet = child_text(channel, "title")
    for element in root.iter():
        if name_of(element) in ("item", "entry"):
            yield _entry(element, outlet, base)


def _entry(element: Any, outlet: str | None, base: str | None) -> FeedEntry:
    # Titles may carry markup, escaped or not.
    title = " ".join(block_lines(child_text(element, "title") or ""))
    body = child_text(element, "encoded", "content", "description", "summary") or ""
    author = next(
        (child_text(one, "name") or "".join(one.itertext()).strip()
         for one in element if name_of(one) in ("creator", "author")),
        None,
    )  # fmt: skip
    facts = {
        "title": title,
        "author": author,
        "outlet": outlet,
        "published": _day(element),
        "guid": child_text(element, "guid", "id"),
        "topics": [text for one in element if (text := _category(one))],
    }
    return FeedEntry(_link(element, base), facts, without_boilerplate("\n".join(block_lines(body))))


def _day(element: Any) -> Any:
    """`updated` is no publish date, and an unreadable date leaves the page to say it."""
    try:
        return parse_date(child_text(element, "pubdate", "published", "issued", "date"))
    except ReadError:
        return None


def _category(element: Any) -> str | None:
    if name_of(element) != "category":
        return None
    return element.get("term") or "".join(element.itertext()).strip() or None


def _link(element: Any, base: str | None) -> str | None:
    """RSS writes the address as text, Atom as an attribute; a permanent guid stands in."""
    for child in element:
        if name_of(child) == "link" and child.get("rel") in _ALTERNATE:
            link = child.get("href") or "".join(child.itertext()).strip()
            if link:
                return _joined(base, link)
    guid = next((child for child in element if name_of(child) == "guid"), None)
    if guid is not None and guid.get("isPermaLink") != "false" and "://" in (guid.text or ""):
        return str(guid.text).strip()
    return None


def _joined(base: str | None, link: str) -> str:
    try:
        return urljoin(base, link) if base else link
    except ValueError:
        # The fetcher says what is wrong with it.
        return link
