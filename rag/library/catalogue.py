"""The articles of a library as a list: by words, outlet and month, newest first, a page at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.library.lexical import Holding
from rag.library.record import REF, day_number, to_ref
from rag.library.store import Store
from rag.types import ArticleRef

UNDATED = 0
PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. `period` is YYYYMM, YYYY or UNDATED; `page` counts from 1."""

    words: str = ""
    outlet: str = ""
    period: int | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list."""

    article: ArticleRef
    passages: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of what was found. `months` counts what the words and the outlet leave, YYYYMM or
    UNDATED to articles, whatever the period."""

    lines: tuple[Listed, ...]
    total: int
    page: int
    pages: int
    months: dict[int, int]


@dataclass(frozen=True, slots=True)
class _Cards:
    """One generation, newest first and what has no day last."""

    generation: int
    ids: NDArray[np.object_]
    days: NDArray[np.int64]
    outlets: NDArray[np.object_]


_ORDER = "ORDER BY published IS NULL, published DESC, id"


class Catalogue:
    """Thread-safe. Cards and words are read once a generation, the lines of a page each time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: _Cards | None = None
        self._words: Holding | None = None

    def find(self, wanted: Wanted) -> Listing:
        """A page beyond the last is the last."""
        with self._store.moment():
            cards = self._cards()
            kept = self._kept(cards, wanted)
            months = Counter((cards.days[kept] // 100).tolist())
            if wanted.period is not None:
                kept &= _within(cards.days, wanted.period)
            numbers = np.flatnonzero(kept)
            pages = max(1, -(-len(numbers) // PER_PAGE))
            page = min(max(wanted.page, 1), pages)
            shown = numbers[(page - 1) * PER_PAGE : page * PER_PAGE]
            lines = self._lines(cards.ids[shown].tolist())
        return Listing(lines, len(numbers), page, pages, dict(sorted(months.items())))

    def outlets(self) -> dict[str, int]:
        """Outlet to its articles, in the order of the alphabet."""
        counts = Counter(self._cards().outlets.tolist())
        return {name: counts[name] for name in sorted(counts, key=str.lower) if name}

    def _cards(self) -> _Cards:
        with self._store.moment():
            generation = self._store.generation
            if self._held is None or self._held.generation != generation:
                rows = self._store.rows(f"SELECT id, published, outlet FROM articles {_ORDER}")
                self._words = None
                self._held = _Cards(
                    generation,
                    np.array([row["id"] for row in rows], dtype=object),
                    np.array([day_number(row["published"]) for row in rows], dtype=np.int64),
                    np.array([row["outlet"] or "" for row in rows], dtype=object),
                )
            return self._held

    def _kept(self, cards: _Cards, wanted: Wanted) -> NDArray[np.bool_]:
        kept = np.ones(len(cards.ids), dtype=bool)
        if wanted.outlet:
            kept &= cards.outlets == wanted.outlet
        if wanted.words:
            kept &= self._holding().every(wanted.words)
        return kept

    def _holding(self) -> Holding:
        if self._words is None:
            rows = self._store.rows(f"SELECT postings FROM articles {_ORDER}")
            self._words = Holding([row["postings"] for row in rows])
        return self._words

    def _lines(self, ids: list[str]) -> tuple[Listed, ...]:
        marks = ",".join("?" * len(ids))
        rows = self._store.rows(
            f"SELECT {REF}, (SELECT count(*) FROM passages WHERE article_id = a.id) AS passages "
            f"FROM articles a WHERE a.id IN ({marks})",
            ids,
        )
        lines = {row["id"]: Listed(to_ref(row), row["passages"]) for row in rows}
        return tuple(lines[key] for key in ids)


def _within(days: NDArray[np.int64], period: int) -> NDArray[np.bool_]:
    return days // (10_000 if UNDATED < period < 10_000 else 100) == period
