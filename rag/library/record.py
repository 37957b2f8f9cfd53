"""From rows of the tables to the nouns."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from rag.library.database import Row
from rag.types import Article, ArticleRef, Passage, Span

ARTICLE = "id, title, text, published, outlet, author, url, dek, topics, source, language"
REF = "a.id, a.title, a.outlet, a.author, a.published, a.url"
PASSAGE = (
    f'p.id AS passage_id, p.ordinal, p.start, p."end", p.sentences, a.story, {REF}, '
    'substr(a.text, p.start + 1, p."end" - p.start) AS text'
)


@dataclass(frozen=True, slots=True)
class Located:
    """A passage with its article, as a search needs them."""

    passage: Passage
    article: ArticleRef
    story: str


@dataclass(frozen=True, slots=True)
class Bare:
    """A passage without a vector."""

    article_id: str
    passage_id: str
    vector_id: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What tells reprints: the story, and the MinHash signature of the text."""

    story: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Described:
    """What a dense search may filter by: YYYYMMDD (0 where unknown) and the outlet."""

    published: int
    outlet: str


def day_number(published: str | None) -> int:
    """
    >>> day_number("2020-10-09")
    20201009
    """
    return int(published.replace("-", "")) if published else 0


def to_ref(row: Row) -> ArticleRef:
    published = _date(row["published"])
    return ArticleRef(row["id"], row["title"], row["outlet"], row["author"], published, row["url"])


def to_article(row: Row) -> Article:
    values = dict(row)
    values["published"] = _date(values["published"])
    values["topics"] = tuple(json.loads(values["topics"]))
    return Article(**values)


def to_located(row: Row) -> Located:
    pairs = (pair.split("-") for pair in row["sentences"].split())
    passage = Passage(
        row["passage_id"],
        row["id"],
        row["ordinal"],
        row["start"],
        row["end"],
        row["text"],
        tuple(Span(int(start), int(end)) for start, end in pairs),
    )
    return Located(passage, to_ref(row), row["story"])


def to_described(row: Row) -> Described:
    return Described(day_number(row["published"]), row["outlet"] or "")


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
