"""A web page: trafilatura finds the article, the page's own metadata says what it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rag.errors import ReadError
from rag.reading.boilerplate import without_boilerplate
from rag.reading.bytes import decode, read_bytes
from rag.reading.facts import page_facts
from rag.reading.identity import make_article
from rag.types import Article

# News pages have below 2 million characters; parsers need twenty bytes and more for each.
_LONGEST = 5_000_000
# Deeper markup than any article has makes parsers recurse until they die.
_DEEPEST = 1500
# A page has a few thousand elements; every extractor walks them many times over.
_MOST_TAGS = 150_000
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)[^<>]{0,2000}?(/?)>")
_VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr p li td tr".split()
)
_PLACES = "self::div or self::section or self::aside or self::dialog or self::form"
_BANNER = " or ".join(
    f"contains(translate(@{attribute}, 'COKIENSTGDPR', 'cokienstgdpr'), '{word}')"
    for attribute in ("id", "class")
    for word in ("cookie", "consent", "gdpr")
)
# A whole page may be marked "cookies-off": what holds an article is no banner.
_PRUNED = [
    f"//*[({_PLACES}) and ({_BANNER}) and not(.//article) and count(.//p) < 8]",
    "//figcaption",
]


def read_html(path: Path) -> Article:
    """Raises ReadError where the page holds no article."""
    return article_from_html(decode(read_bytes(path), markup=True), str(path), path)


def article_from_html(
    markup: str,
    source: str,
    path: Path,
    address: str | None = None,
    known: Mapping[str, Any] | None = None,
) -> Article:
    """`path` names an article without an address, `address` is where the page was fetched from.

    `known` is what a feed or a mail says of it, and fills what the page leaves open.
    """
    import trafilatura
    from trafilatura.utils import load_html

    refuse_bombs(markup)
    try:
        tree: Any = load_html(markup)
        if tree is None:
            raise ReadError("it holds no text")
        facts = page_facts(tree, address)
        found: Any = trafilatura.bare_extraction(
            tree,
            with_metadata=True,
            include_comments=False,
            include_tables=False,
            prune_xpath=_PRUNED,
        )
    except ReadError:
        raise
    except Exception as error:  # trafilatura lets its parsers' errors through.
        raise ReadError(f"the page cannot be parsed ({type(error).__name__})") from None
    if found is None or not found.text:
        raise ReadError("it holds no text")
    guesses: dict[str, Any] = {
        "title": found.title,
        "outlet": found.sitename,
        "author": found.author,
        "published": _written(found.date, markup),
        "dek": found.description,
    }
    fields = {**guesses, **_given(known or {}), **facts, "topics": found.tags or found.categories}
    fields["url"] = _own_address(facts.get("url"), address)
    text = _without_title(found.text, fields["title"])
    return make_article(fields, without_boilerplate(text), source, path)


def _given(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value}


def _own_address(said: str | None, fetched: str | None) -> str | None:
    """What the page calls itself, but only within its own site: the address names the article, and
    a page must not take the place of another site's."""
    if fetched is None or said is None:
        return said or fetched
    try:
        own, other = (urlsplit(url).hostname or "" for url in (fetched, said))
    except ValueError:
        return fetched
    return said if _site(own) == _site(other) else fetched


def _site(host: str) -> str:
    return re.sub(r"^(?:www|m|mobile|amp|edition)\.", "", host)


def _written(guess: str | None, markup: str) -> date | None:
    """trafilatura's guess, where the page has that very day in it; a bare year is no date."""
    if not guess:
        return None
    try:
        day = date.fromisoformat(guess)
    except ValueError:
        return None
    spelled = [f"{day:%Y-%m-%d}", f"{day:%Y/%m/%d}", f"{day:%d.%m.%Y}", f"{day:%Y%m%d}"]
    for month in (f"{day:%B}", f"{day:%b}"):
        for number in (str(day.day), f"{day:%d}"):
            spelled += [f"{month} {number}, {day.year}", f"{number} {month} {day.year}"]
    return day if any(one in markup for one in spelled) else None


def _without_title(text: str, title: str | None) -> str:
    first, _, rest = text.partition("\n")
    return rest if title and rest and first.strip() == title.strip() else text


def refuse_bombs(markup: str) -> None:
    """Raises ReadError before a parser sees what would cost it minutes or its stack."""
    if len(markup) > _LONGEST:
        raise ReadError(f"the page has {len(markup)} characters; {_LONGEST} are the most")
    if markup.count("<") > _MOST_TAGS:
        raise ReadError(f"it holds more than {_MOST_TAGS} tags")
    depth = deepest = 0
    for tag in _TAG.finditer(markup):
        close, name, void = tag.groups()
        if void or name.lower() in _VOID:
            continue
        depth = max(0, depth - 1) if close else depth + 1
        deepest = max(deepest, depth)
    if deepest > _DEEPEST:
        raise ReadError(f"its markup is nested deeper than {_DEEPEST} elements")
