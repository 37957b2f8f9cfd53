"""What an article is called when it does not say so itself, and what makes it one."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rag.errors import ReadError
from rag.reading.clean import clean, clean_line
from rag.reading.dates import parse_date
from rag.reading.names import printable
from rag.reading.sentences import sentence_spans
from rag.types import Article

_LONGEST_ROW = 5_000_000
_WORD = re.compile(r"[^\W\d_]{2,}")
_FEWEST_WORDS = 3


def slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80] or "article"


def url_id(url: str) -> str | None:
    """Host and path without www. and a closing slash; None for what is no web address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return f"{parts.hostname.removeprefix('www.')}{parts.path.rstrip('/')}"


def file_id(path: Path) -> str:
    """Two files of one name in two folders are two articles."""
    return f"{slug(path.stem)}-{hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:8]}"


def make_article(fields: Mapping[str, Any], text: str, source: str, path: Path) -> Article:
    """From what a reader found. Raises ReadError where there is no text or a date is unreadable."""
    if len(text) > _LONGEST_ROW:
        raise ReadError(f"the article has {len(text)} characters; {_LONGEST_ROW} are the most")
    body = clean(text)
    if len(list(islice(_WORD.finditer(body), _FEWEST_WORDS))) < _FEWEST_WORDS:
        raise ReadError("it holds no text")
    url = clean_line(fields.get("url"))
    given = clean_line(fields.get("id")) or clean_line(fields.get("slug"))
    title = clean_line(fields.get("title")) or _first_words(body)
    topics = fields.get("topics") or fields.get("tags") or ()
    if isinstance(topics, str):
        topics = topics.split(",")
    return Article(
        id=(given or (url and url_id(url)) or file_id(path))[:300],
        title=title[:500],
        text=body,
        published=parse_date(_first(fields, "published", "date")),
        outlet=clean_line(_first(fields, "outlet", "sitename")),
        author=clean_line(fields.get("author")),
        url=url,
        dek=clean_line(_first(fields, "dek", "description")),
        topics=tuple(topic for one in topics if (topic := clean_line(one))),
        source=printable(source),
    )


def _first(fields: Mapping[str, Any], *names: str) -> Any:
    return next((fields[name] for name in names if fields.get(name)), None)


def _first_words(body: str) -> str:
    first = sentence_spans(body)[0].of(body)
    return first if len(first) <= 100 else first[:100].rsplit(" ", 1)[0] + "…"
