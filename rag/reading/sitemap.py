"""Sitemaps and their indexes: addresses of pages, and what the news extension says of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rag.errors import ReadError
from rag.reading.dates import parse_date
from rag.reading.xml import child_text, name_of

SITEMAPS = frozenset(("urlset", "sitemapindex"))


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """`is_map` where the address is another sitemap."""

    link: str
    is_map: bool
    facts: dict[str, Any] = field(default_factory=dict)


def sitemap_entries(root: Any) -> Iterator[SitemapEntry]:
    for element in root:
        name = name_of(element)
        link = child_text(element, "loc") if name in ("url", "sitemap") else None
        if link:
            yield SitemapEntry(link, name == "sitemap", _news(element))


def _news(element: Any) -> dict[str, Any]:
    """`lastmod` is no publish date and stays out."""
    news = next((child for child in element if name_of(child) == "news"), None)
    if news is None:
        return {}
    publication = next((child for child in news if name_of(child) == "publication"), None)
    try:
        published = parse_date(child_text(news, "publication_date"))
    except ReadError:
        published = None
    return {
        "title": child_text(news, "title"),
        "published": published,
        "outlet": child_text(publication, "name") if publication is not None else None,
    }
