"""One line of an archive: an article with its passages and vectors, written and checked."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from rag.errors import ReadError
from rag.library.entry import Entry
from rag.library.record import Mark
from rag.library.reprints import signature
from rag.library.store import Store
from rag.library.writer import new_vector_ids
from rag.models.base import Vectors
from rag.types import Article, Passage, Span

Row = dict[str, Any]
_LONGEST_TEXT = 5_000_000
_LONGEST_NAME = 5_000


def article_row(store: Store, article: Article, mark: Mark) -> Row:
    passages = store.passages_of(article.id)
    vector_ids = store.vector_ids(article.id)
    vectors = store.vectors(vector_ids)
    return {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "published": article.published.isoformat() if article.published else None,
        "outlet": article.outlet,
        "author": article.author,
        "url": article.url,
        "dek": article.dek,
        "topics": list(article.topics),
        "language": article.language,
        "story": mark.story,
        "passages": [
            [p.id, p.start, p.end, [[s.start, s.end] for s in p.sentences]] for p in passages
        ],
        "vectors": base64.b64encode(
            b"".join(vectors[key].tobytes() for key in vector_ids)
        ).decode(),
    }


def to_entry(row: Row) -> Entry:
    """Raises ReadError with what is wrong."""
    article = Article(
        id=_text(row, "id"),
        title=_text(row, "title"),
        text=_text(row, "text", _LONGEST_TEXT),
        published=_day(row),
        outlet=_optional(row, "outlet"),
        author=_optional(row, "author"),
        url=_optional(row, "url"),
        dek=_optional(row, "dek"),
        topics=tuple(_text({"topic": one}, "topic") for one in _list(row, "topics")),
        language=_optional(row, "language"),
    )
    passages = tuple(
        _passage(article, ordinal, one) for ordinal, one in enumerate(_list(row, "passages"))
    )
    return Entry(
        article=article,
        passages=passages,
        vector_ids=new_vector_ids(len(passages)),
        vectors=_vectors(row, len(passages)),
        story=_text(row, "story"),
        signature=signature(article.text),
    )


def _text(row: Mapping[str, Any], key: str, most: int = _LONGEST_NAME) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value or len(value) > most:
        raise ReadError(f"{key!r} is no text of 1 to {most} characters")
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise ReadError(f"{key!r} holds half a character")
    return value


def _optional(row: Row, key: str) -> str | None:
    return None if row.get(key) is None else _text(row, key)


def _list(row: Row, key: str) -> list[Any]:
    value = row.get(key)
    if not isinstance(value, list):
        raise ReadError(f"{key!r} is no list")
    return value


def _day(row: Row) -> date | None:
    value = _optional(row, "published")
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise ReadError(f"'published' is no date: {value!r}") from None


def _passage(article: Article, ordinal: int, row: Any) -> Passage:
    try:
        key, start, end, sentences = row
        spans = tuple(Span(int(s), int(e)) for s, e in sentences)
        start, end = int(start), int(end)
    except (TypeError, ValueError):
        raise ReadError(f"passage {ordinal} is no id with start, end and sentences") from None
    inside = all(start <= s.start < s.end <= end for s in spans)
    if not (0 <= start < end <= len(article.text) and inside):
        raise ReadError(f"passage {ordinal} lies outside of the text")
    return Passage(
        _text({"passage id": key}, "passage id", 100),
        article.id,
        ordinal,
        start,
        end,
        article.text[start:end],
        spans,
    )


def _vectors(row: Row, count: int) -> Vectors:
    if not count:
        raise ReadError("it has no passages")
    try:
        raw = base64.b64decode(_text(row, "vectors", 80_000_000), validate=True)
        vectors = np.frombuffer(raw, dtype="<f4").reshape(count, -1)
    except ValueError:
        raise ReadError("'vectors' are not one for each passage") from None
    with np.errstate(all="ignore"):
        lengths = np.linalg.norm(vectors, axis=1)
    # NaN and infinity fail this as well.
    if not (np.abs(lengths - 1) < 0.01).all():
        raise ReadError("'vectors' are not of length 1")
    return vectors.astype(np.float32)
