"""One generation of a library in memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

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

    def about(self, topics: Sequence[str]) -> NDArray[np.bool_]:
        """Which articles bear one of the topics, in whatever case."""
        wanted = {name.casefold() for name in topics}
        return np.array(
            [any(name.casefold() in wanted for name in borne) for borne in self.topics], dtype=bool
        )


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
