"""Cosine with every stored vector: slower than an index, and never out of date."""

from __future__ import annotations

import numpy as np

from rag.library.bounds import Bounds
from rag.library.snapshot import Snapshot
from rag.library.store import Store
from rag.models.base import Vectors


class Exact:
    """Vectors of one snapshot as a matrix, row n of passage n. Each is read from disk once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._generation = -1
        self._rows: dict[str, Vectors] = {}
        self._matrix: Vectors = np.zeros((0, 0), dtype=np.float32)

    def nearest(
        self, snapshot: Snapshot, vector: Vectors, k: int, bounds: Bounds | None
    ) -> list[tuple[int, float]]:
        """Up to k (passage number, cosine), nearest first."""
        self._refresh(snapshot)
        allowed = np.flatnonzero(snapshot.within(bounds or Bounds())[snapshot.lexical.article_of])
        if not self._rows or not len(allowed):
            return []
        cosines = (self._matrix @ vector.reshape(-1))[allowed]
        # Stable, so that equal cosines come in the order of passages.
        order = np.argsort(-cosines, kind="stable")[:k]
        return [(int(allowed[i]), float(cosines[i])) for i in order]

    def _refresh(self, snapshot: Snapshot) -> None:
        if snapshot.generation == self._generation:
            return
        missing = [key for key in snapshot.vector_ids if key not in self._rows]
        found = {**self._rows, **self._store.vectors(missing)}
        self._rows = {key: found[key] for key in snapshot.vector_ids if key in found}
        if self._rows:
            # A vector that was replaced since the snapshot is like none: cosine 0.
            nothing = np.zeros_like(next(iter(self._rows.values())))
            self._matrix = np.stack([self._rows.get(key, nothing) for key in snapshot.vector_ids])
        self._generation = snapshot.generation
