"""A saved web page: trafilatura finds the article and what the page says of itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from rag.errors import ReadError
from rag.reading.bytes import decode, read_bytes
from rag.reading.dates import parse_date
from rag.reading.identity import make_article
from rag.types import Article

# Deeper markup than any article has makes parsers recurse until they die.
_DEEPEST = 1500
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)[^<>]{0,2000}?(/?)>")
_VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr p li td tr".split()
)


def read_html(path: Path) -> Article:
    """Raises ReadError where the page holds no article."""
    return article_from_html(decode(read_bytes(path), markup=True), str(path), path)


def article_from_html(markup: str, source: str, path: Path) -> Article:
    """`path` names an article that gives no address of its own."""
    import trafilatura

    if _depth(markup) > _DEEPEST:
        raise ReadError(f"its markup is nested deeper than {_DEEPEST} elements")
    try:
        found: Any = trafilatura.bare_extraction(
            markup, with_metadata=True, include_comments=False, include_tables=False
        )
    except Exception as error:  # trafilatura lets its parsers' errors through.
        raise ReadError(f"the page cannot be parsed ({type(error).__name__})") from None
    if found is None or not found.text:
        raise ReadError("it holds no text")
    fields: dict[str, Any] = {
        "title": found.title,
        "outlet": found.sitename,
        "author": found.author,
        "url": found.url,
        "published": _date(markup, found.date),
        "dek": found.description,
        "topics": found.tags or found.categories,
    }
    return make_article(fields, _without_title(found.text, found.title), source, path)


def _date(markup: str, guess: str | None) -> Any:
    """The page's own metadata first; what trafilatura guessed counts only if the page holds it."""
    for pattern in (
        r'"datePublished"\s*:\s*"([^"]{8,40})"',
        r'<meta[^>]+(?:article:published_time|datePublished|pubdate|dc\.date)[^>]+content="([^"]{8,40})"',
        r'<meta[^>]+content="([^"]{8,40})"[^>]+(?:article:published_time|datePublished|pubdate)',
        r'<time[^>]+datetime="([^"]{8,40})"',
    ):
        if match := re.search(pattern, markup, re.I):
            try:
                return parse_date(match[1])
            except ReadError:
                continue
    return guess if guess and guess[:4] in markup else None


def _without_title(text: str, title: str | None) -> str:
    first, _, rest = text.partition("\n")
    return rest if title and rest and first.strip() == title.strip() else text


def _depth(markup: str) -> int:
    depth = deepest = 0
    for close, name, void in _TAG.findall(markup):
        if void or name.lower() in _VOID:
            continue
        depth = max(0, depth - 1) if close else depth + 1
        deepest = max(deepest, depth)
    return deepest
