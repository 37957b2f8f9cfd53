"""Escaping, dates and links: every string from outside goes through here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from html import escape
from urllib.parse import quote, urlsplit

from rag.types import ArticleRef

_UNFIT = re.compile(r"[\x00-\x20\x7f\\\"'<>`]")
_OUTSIDE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_BREAK = re.compile(r"\s*\n\s*")
# Browsers look for both ends of a long quote; one long text misses where the site's markup differs.
_FRAGMENT_WORDS = 6


def esc(text: object) -> str:
    """Safe as content and as a quoted attribute. Control and direction-override characters go."""
    return escape(_OUTSIDE.sub("", str(text)), quote=True)


def paragraphs(text: str) -> str:
    """Escaped; a line break is a small gap, not an empty line."""
    return _BREAK.sub('<span class="gw-para"></span>', esc(text))


def day(value: date | None) -> str:
    """9 Oct 2020; empty where the day is not known."""
    return f"{value.day} {value:%b %Y}" if value else ""


def joined(parts: Iterable[str], by: str = " · ") -> str:
    return by.join(part for part in parts if part)


def counted(n: int, noun: str) -> str:
    """1 source, 2 sources."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def credit(article: ArticleRef) -> str:
    """Northern Wire · 10 Oct 2020, escaped."""
    return joined((esc(article.outlet or ""), day(article.published)))


def safe_url(url: str | None) -> str | None:
    """The URL where it is plain http or https with a host and no user part, else None."""
    if not url or _UNFIT.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc or "@" in parts.netloc:
        return None
    return url


def quote_url(url: str | None, text: str) -> str | None:
    """The URL with a text fragment, so that the browser opens it at the quote."""
    base = safe_url(url)
    if base is None:
        return None
    words = text.split()
    few = len(words) <= 2 * _FRAGMENT_WORDS
    ends = [words] if few else [words[:_FRAGMENT_WORDS], words[-_FRAGMENT_WORDS:]]
    fragment = ",".join(quote(" ".join(part), safe="").replace("-", "%2D") for part in ends)
    return f"{base}{'' if '#' in base else '#'}:~:text={fragment}"


def link(href: str, label: str) -> str:
    """In a new tab that learns nothing of this one; an answer that streams here goes on."""
    return (
        f'<a class="gw-link" href="{esc(href)}" target="_blank" '
        f'rel="noopener noreferrer nofollow">{esc(label)}</a>'
    )
