"""Dense search for readers: by Chroma's index while it is settled, else exactly."""

from __future__ import annotations

import os
from pathlib import Path

from rag.errors import LibraryError
from rag.library.bounds import Bounds
from rag.library.exact import Exact
from rag.library.settled import Settled, read_settled
from rag.library.snapshot import Snapshot
from rag.library.store import Store
from rag.library.vectors import VectorStore
from rag.models.base import Vectors


class Dense:
    """Never fails because of Chroma: what the index cannot answer, the stored vectors do."""

    def __init__(self, folder: Path, store: Store, url: str | None) -> None:
        self._folder = folder
        self._store = store
        self._url = url
        self._exact = Exact(store)
        self._index: VectorStore | None = None
        # The state that the open index is of, and one that turned out to be unusable.
        self._opened: Settled | None = None
        self._unusable: Settled | None = None

    def close(self) -> None:
        if self._index is not None:
            self._index.close()
        self._index = self._opened = None

    def nearest(
        self, snapshot: Snapshot, vector: Vectors, k: int, bounds: Bounds | None
    ) -> list[tuple[int, float]]:
        """Up to k (passage number, cosine), nearest first."""
        # One moment: no writer may begin while the index is asked.
        with self._store.moment():
            # The index knows no topics: Chroma's metadata hold no lists.
            settled = None if bounds is not None and bounds.topics else self._usable()
            if settled is not None and settled.generation == snapshot.generation:
                try:
                    found = self._open(settled).nearest(vector, k, bounds)
                    return [(snapshot.number_of_vector[key], cosine) for key, cosine in found]
                except (LibraryError, KeyError):  # It fails, or holds what is not ours.
                    self._unusable = settled
            return self._exact.nearest(snapshot, vector, k, bounds)

    def way(self) -> str:
        """How a search would be made now."""
        return "exact" if self._usable() is None else "chroma"

    def _usable(self) -> Settled | None:
        settled = read_settled(self._store)
        if settled is None or settled == self._unusable:
            return None
        # Chroma writes on opening.
        if self._url is None and not os.access(self._folder, os.W_OK):
            return None
        return settled

    def _open(self, settled: Settled) -> VectorStore:
        """A client that is open misses what another process wrote: one for each state."""
        if self._index is None or self._opened != settled:
            self.close()
            if self._url is None and not settled.is_whole(self._folder):
                raise LibraryError(f"The vectors at {self._folder / settled.name} were changed.")
            self._index = VectorStore(self._folder / settled.name, self._url)
            self._opened = settled
        return self._index
