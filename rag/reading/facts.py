"""What a page says of itself: JSON-LD first, then meta tags, then the marks of its HTML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urljoin

from rag.errors import ReadError
from rag.reading.dates import parse_date

# schema.org's kinds of article; a page may also describe its site, its trail and its pictures.
_ARTICLES = ("article", "posting", "report")
_METAS = {
    "title": ("og:title", "twitter:title", "dc.title"),
    "author": ("author", "article:author", "dc.creator", "parsely-author", "byl"),
    "outlet": ("og:site_name", "application-name", "dc.publisher"),
    "dek": ("description", "og:description"),
    "published": (
        "article:published_time",
        "datepublished",
        "pubdate",
        "publish-date",
        "parsely-pub-date",
        "dc.date",
        "dc.date.issued",
        "date",
    ),
    "url": ("og:url",),
}
_DEEPEST_JSON = 12


def page_facts(tree: Any, base: str | None) -> dict[str, Any]:
    """title, author, outlet, dek, published, url, as far as the page gives them."""
    facts: dict[str, Any] = {}
    for found in (*map(_of_article, _json_articles(tree)), _of_metas(tree), _of_marks(tree)):
        for name, value in found.items():
            if value and name not in facts:
                facts[name] = value
    if "url" in facts:
        facts["url"] = _address(str(facts["url"]), base)
    return facts


def _json_articles(tree: Any) -> Iterator[dict[str, Any]]:
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        try:
            # strict=False: line breaks inside strings are common and harmless.
            yield from _articles(json.loads(script.text or "", strict=False), 0)
        except (ValueError, RecursionError):
            continue


def _articles(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST_JSON:
        return
    if isinstance(value, list):
        for one in value:
            yield from _articles(one, depth + 1)
    elif isinstance(value, dict):
        kinds = value.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if any(str(kind).lower().endswith(_ARTICLES) for kind in kinds):
            yield value
        for name in ("@graph", "mainEntity"):
            yield from _articles(value.get(name), depth + 1)


def _of_article(found: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": _text(found.get("headline") or found.get("name")),
        "author": _names(found.get("author") or found.get("creator")),
        "outlet": _names(found.get("publisher") or found.get("sourceOrganization")),
        "dek": _text(found.get("description")),
        "published": _day(found.get("datePublished")),
        "url": _text(found.get("url")) or _identity(found.get("mainEntityOfPage")),
    }


def _of_metas(tree: Any) -> dict[str, Any]:
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        if name and (content := (meta.get("content") or "").strip()):
            metas.setdefault(name.lower(), content)
    found: dict[str, Any] = {}
    for fact, names in _METAS.items():
        values: list[Any] = [metas[name] for name in names if name in metas]
        if fact == "published":
            values = [day for value in values if (day := _day(value))]
        elif fact == "author":
            # Open Graph has profiles here, which are addresses.
            values = [value for value in values if "://" not in value]
        found[fact] = values[0] if values else None
    return found


def _of_marks(tree: Any) -> dict[str, Any]:
    canonical = tree.xpath("//link[@rel='canonical']/@href")
    times = tree.xpath(
        "//*[@itemprop='datePublished']/@datetime | //*[@itemprop='datePublished']/@content"
    ) or tree.xpath("(//article//time[@datetime] | //time[@datetime and @pubdate])[1]/@datetime")
    return {
        "url": canonical[0] if canonical else None,
        "published": next((day for time in times if (day := _day(time))), None),
    }


def _address(url: str, base: str | None) -> str | None:
    try:
        whole = urljoin(base, url) if base else url
    except ValueError:
        return None
    return whole if whole.startswith(("http://", "https://")) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _identity(value: Any) -> str | None:
    return _text(value.get("@id")) if isinstance(value, dict) else _text(value)


def _names(value: Any) -> str | None:
    """A name, a thing with a name, or a list of either."""
    if isinstance(value, list):
        names = [name for one in value[:20] if not isinstance(one, list) and (name := _names(one))]
        return ", ".join(dict.fromkeys(names)) or None
    if isinstance(value, dict):
        return _names(value.get("name")) if not isinstance(value.get("name"), dict) else None
    text = _text(value)
    return text if text and "://" not in text else None


def _day(value: Any) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        return parse_date(value[:60])
    except ReadError:
        return None
