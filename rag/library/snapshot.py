"""One generation of a library in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rag.library.bounds import Bounds
from rag.library.lexical import Lexical
from rag.library.record import day_number
from rag.library.store import Store


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Articles and passages are numbered; arrays go by number."""

    generation: int
    lexical: Lexical
    article_ids: tuple[str, ...]
    # YYYYMMDD, and the same as days since year 1; 0 where unknown.
    published: NDArray[np.int64]
    days: NDArray[np.int64]
    outlets: tuple[str, ...]
    topics: tuple[tuple[str, ...], ...]
    stories: tuple[str, ...]
    passage_ids: tuple[str, ...]
    vector_ids: tuple[str, ...]
    number_of_article: dict[str, int] = field(repr=False)
    number_of_vector: dict[str, int] = field(repr=False)

    def within(self, bounds: Bounds) -> NDArray[np.bool_]:
        """Which articles lie within the bounds; names are compared in whatever case."""
        inside: NDArray[np.bool_] = np.ones(len(self.published), dtype=bool)
        if bounds.since is not None:
            inside &= self.published >= bounds.since
        if bounds.until is not None:
            inside &= self.published <= bounds.until
        if bounds.dated:
            inside &= self.published > 0
        if bounds.outlets:
            inside &= _bear(((name,) for name in self.outlets), bounds.outlets)
        if bounds.topics:
            inside &= _bear(self.topics, bounds.topics)
        return inside


def _bear(names: Iterable[Sequence[str]], wanted: Sequence[str]) -> NDArray[np.bool_]:
    """Which of them hold one of the wanted names."""
    plain = {name.casefold() for name in wanted}
    return np.array([any(name.casefold() in plain for name in one) for one in names], dtype=bool)


def load_snapshot(store: Store) -> Snapshot:
    generation, articles, passages = store.index()
    counts: dict[str, int] = {row["id"]: 0 for row in articles}
    for row in passages:
        counts[row["article_id"]] += 1
    published = [row["published"] for row in articles]
    return Snapshot(
        generation=generation,
        lexical=Lexical([row["postings"] for row in articles], list(counts.values())),
        article_ids=tuple(row["id"] for row in articles),
        published=np.array([day_number(day) for day in published], dtype=np.int64),
        days=np.array([_ordinal(day) for day in published], dtype=np.int64),
        outlets=tuple(row["outlet"] or "" for row in articles),
        topics=tuple(tuple(json.loads(row["topics"])) for row in articles),
        stories=tuple(row["story"] for row in articles),
        passage_ids=tuple(row["id"] for row in passages),
        vector_ids=tuple(row["vector_id"] for row in passages),
        number_of_article={row["id"]: n for n, row in enumerate(articles)},
        number_of_vector={row["vector_id"]: n for n, row in enumerate(passages)},
    )


def _ordinal(published: str | None) -> int:
    return date.fromisoformat(published).toordinal() if published else 0
