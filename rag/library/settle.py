"""Chroma brought level with SQLite, at the end of a writer's work."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.errors import LibraryError
from rag.library.settled import Settled, index_name, mark_settled
from rag.library.store import Store
from rag.library.vectors import VectorStore, drop
from rag.models.base import Vectors

_BATCH = 2000
# Two vectors that are nearer than this are one; Chroma scales to unit length once more.
_SAME = 0.9999


class Settler:
    """For the holder of the writer's lock only."""

    def __init__(self, folder: Path, store: Store, url: str | None) -> None:
        self._folder = folder
        self._store = store
        self._url = url

    def update(self, before: Settled, added: Sequence[str], dropped: Sequence[str]) -> None:
        """From an index that was settled before these vectors came and went."""
        if self._url is None and not before.is_whole(self._folder):
            self.build()
            return
        try:
            index = VectorStore(self._folder / before.name, self._url)
            try:
                index.delete(dropped)
                self._fill(index, added)
            finally:
                index.close()
            self._finish(added)
        except LibraryError:
            self.build()

    def build(self) -> None:
        """Anew, under a new name. What an earlier writer left half-done is never mended: Chroma
        may hang or lose vectors in silence after a kill."""
        drop(self._folder / index_name(self._store), self._url)
        name = f"vectors-{uuid.uuid4().hex[:12]}"
        self._store.put_meta({"vectors": name})
        ids = self._store.vector_ids()
        index = VectorStore(self._folder / name, self._url)
        try:
            self._fill(index, ids)
        finally:
            index.close()
        self._finish(ids)

    def _fill(self, index: VectorStore, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), _BATCH):
            part = list(ids[start : start + _BATCH])
            vectors = self._store.vectors(part)
            of = self._store.described(part)
            index.add(part, np.stack([vectors[key] for key in part]), [of[key] for key in part])

    def _finish(self, written: Sequence[str]) -> None:
        """A full disk may cut an index off without an error: what was written is read back."""
        index = VectorStore(self._folder / index_name(self._store), self._url)
        try:
            for start in range(0, len(written), _BATCH):
                part = list(written[start : start + _BATCH])
                if wrong := differing(self._store.vectors(part), index.get(part)):
                    raise LibraryError(
                        f"{len(wrong)} vectors were not written to {self._folder}: is the disk "
                        "full? The articles are stored; `rag doctor --repair` finishes the rest."
                    )
        finally:
            index.close()
        mark_settled(self._store, self._folder)


def differing(stored: dict[str, Vectors], found: dict[str, Vectors]) -> list[str]:
    """Ids whose vector is not the stored one, or is not there."""
    return [
        key for key, vector in stored.items() if key not in found or not _same(vector, found[key])
    ]


def _same(one: Vectors, other: Vectors) -> bool:
    if one.shape != other.shape or not np.isfinite(other).all():
        return False
    # In 64 bits, where no 32-bit numbers overflow, whatever a damaged file holds.
    left, right = one.astype(np.float64), other.astype(np.float64)
    return float(left @ right) >= _SAME * float(np.linalg.norm(left) * np.linalg.norm(right))
