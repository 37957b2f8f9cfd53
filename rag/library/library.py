"""A library opened for reading: what a search needs, fresh whenever a writer committed."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from rag.errors import LibraryError
from rag.library.bounds import Bounds
from rag.library.dense import Dense
from rag.library.record import Located
from rag.library.snapshot import Snapshot, load_snapshot
from rag.library.store import Store
from rag.models.base import Vectors
from rag.settings import Settings

FILE = "library.sqlite3"


def stamp(settings: Settings, fingerprint: str) -> dict[str, str]:
    """The settings that make a library what it is; two that differ are never mixed."""
    return {"embedder": fingerprint, "passage_tokens": str(settings.passage_tokens)}


def check_stamp(store: Store, folder: Path, wanted: Mapping[str, str]) -> None:
    held = store.meta()
    for key, value in wanted.items():
        if key in held and held[key] != value:
            raise LibraryError(
                f"The library {folder} was made with {key} {held[key]!r}, the settings say "
                f"{value!r}: set it back, or run `rag rebuild` to make it anew from its articles."
            )


class Library:
    """Readers share one. Thread-safe."""

    def __init__(self, settings: Settings, fingerprint: str) -> None:
        self.folder = settings.library_path
        self.store = Store(self.folder / FILE)
        self._lock = threading.RLock()
        self._snapshot: Snapshot | None = None
        self._dense = Dense(self.folder, self.store, settings.chroma_url)
        try:
            check_stamp(self.store, self.folder, stamp(settings, fingerprint))
            if bare := self.store.count_bare():
                raise LibraryError(
                    f"{bare} passages of the library {self.folder} have no vector: run "
                    "`rag doctor --repair`."
                )
        except LibraryError:
            self.store.close()
            raise

    def close(self) -> None:
        with self._lock:
            self._dense.close()
            self.store.close()

    def snapshot(self) -> Snapshot:
        with self._lock:
            if self._snapshot is None or self._snapshot.generation != self.store.generation:
                self._snapshot = load_snapshot(self.store)
            return self._snapshot

    def nearest(
        self, snapshot: Snapshot, vector: Vectors, k: int, bounds: Bounds | None = None
    ) -> list[tuple[int, float]]:
        """Up to k (number of a passage of `snapshot`, cosine), nearest first."""
        with self._lock:
            return self._dense.nearest(snapshot, vector, k, bounds)

    def cosines(
        self, snapshot: Snapshot, vector: Vectors, numbers: Sequence[int]
    ) -> dict[int, float]:
        """Passage number to its cosine with `vector`."""
        stored = self.store.vectors([snapshot.vector_ids[n] for n in numbers])
        return {
            snapshot.number_of_vector[key]: float(other @ vector.reshape(-1))
            for key, other in stored.items()
        }

    def located(self, passage_ids: Sequence[str]) -> dict[str, Located]:
        return self.store.passages(passage_ids)

    def status(self) -> dict[str, object]:
        meta = self.store.meta()
        with self._lock:
            way = self._dense.way()
        return {
            "library": str(self.folder),
            **self.store.counts(),
            "generation": self.store.generation,
            "embedder": meta.get("embedder"),
            "passage_tokens": int(meta.get("passage_tokens", 0)),
            "dense_search": way,
        }
