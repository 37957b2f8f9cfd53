"""A library opened for reading: what a search needs, fresh whenever a writer committed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import LibraryError
from rag.library.lexical import Lexical
from rag.library.store import Located, Store
from rag.library.vectors import VectorStore
from rag.models.base import Vectors
from rag.settings import Settings

FILE = "library.sqlite3"
VECTORS = "vectors"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One generation in memory. Articles and passages are numbered; arrays go by number."""

    generation: int
    lexical: Lexical
    article_ids: tuple[str, ...]
    # YYYYMMDD, 0 where unknown.
    published: NDArray[np.int64]
    outlets: tuple[str, ...]
    stories: tuple[str, ...]
    passage_ids: tuple[str, ...]
    vector_ids: tuple[str, ...]
    number_of_vector: dict[str, int] = field(repr=False)


def stamp(settings: Settings, fingerprint: str) -> dict[str, str]:
    """The settings that make a library what it is; two that differ are never mixed."""
    return {"embedder": fingerprint, "passage_tokens": str(settings.passage_tokens)}


class Library:
    """Readers share one. Thread-safe."""

    def __init__(self, settings: Settings, fingerprint: str, *, create: bool = False) -> None:
        self.folder = settings.library_path
        if create:
            _make(self.folder)
        self.store = Store(self.folder / FILE, create=create)
        self._settings = settings
        self._lock = threading.RLock()
        self._snapshot: Snapshot | None = None
        self._vectors: VectorStore | None = None
        self._vectors_generation = -1
        _check_stamp(self.store, self.folder, stamp(settings, fingerprint))

    def close(self) -> None:
        with self._lock:
            if self._vectors is not None:
                self._vectors.close()
                self._vectors = None
            self.store.close()

    @property
    def vectors(self) -> VectorStore:
        """Chroma as of the newest commit: an open client misses what another process wrote."""
        with self._lock:
            generation = self.store.generation
            if self._vectors is not None and self._vectors_generation != generation:
                self._vectors.close()
                self._vectors = None
            if self._vectors is None:
                self._vectors = self.open_vectors()
                self._vectors_generation = generation
            return self._vectors

    def open_vectors(self) -> VectorStore:
        library_id = self.store.meta().get("library_id", "library")
        return VectorStore(self.folder / VECTORS, self._settings.chroma_url, library_id)

    def snapshot(self) -> Snapshot:
        with self._lock:
            if self._snapshot is None or self._snapshot.generation != self.store.generation:
                self._snapshot = _load(self.store)
            return self._snapshot

    def nearest(
        self, vector: Vectors, k: int, where: dict[str, Any] | None = None
    ) -> list[tuple[int, float]]:
        """(passage number, cosine); vectors that no passage owns are passed over."""
        numbers = self.snapshot().number_of_vector
        with self._lock:
            found = self.vectors.nearest(vector, k, where)
        return [(numbers[key], cosine) for key, cosine in found if key in numbers]

    def cosines(self, vector: Vectors, numbers: Sequence[int]) -> dict[int, float]:
        """Passage number to its cosine with `vector`."""
        snapshot = self.snapshot()
        with self._lock:
            stored = self.vectors.get([snapshot.vector_ids[n] for n in numbers])
        return {
            snapshot.number_of_vector[key]: float(other @ vector.reshape(-1))
            for key, other in stored.items()
            if key in snapshot.number_of_vector
        }

    def located(self, passage_ids: Sequence[str]) -> dict[str, Located]:
        return self.store.passages(passage_ids)

    def status(self) -> dict[str, object]:
        meta = self.store.meta()
        return {
            "library": str(self.folder),
            **self.store.counts(),
            "generation": self.store.generation,
            "embedder": meta.get("embedder"),
            "passage_tokens": int(meta.get("passage_tokens", 0)),
        }


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"The library folder {folder} cannot be made ({error.strerror}); choose another with "
            "--library."
        ) from None


def _check_stamp(store: Store, folder: Path, wanted: dict[str, str]) -> None:
    held = store.meta()
    for key, value in wanted.items():
        if key in held and held[key] != value:
            raise LibraryError(
                f"The library {folder} was made with {key} {held[key]!r}, the settings say "
                f"{value!r}: set it back, or ingest into a new folder with --library."
            )


def _load(store: Store) -> Snapshot:
    generation, articles, passages = store.index()
    counts: dict[str, int] = {row["id"]: 0 for row in articles}
    for row in passages:
        counts[row["article_id"]] += 1
    return Snapshot(
        generation=generation,
        lexical=Lexical([row["postings"] for row in articles], list(counts.values())),
        article_ids=tuple(row["id"] for row in articles),
        published=np.array(
            [int((row["published"] or "0").replace("-", "")) for row in articles], dtype=np.int64
        ),
        outlets=tuple(row["outlet"] or "" for row in articles),
        stories=tuple(row["story"] for row in articles),
        passage_ids=tuple(row["id"] for row in passages),
        vector_ids=tuple(row["vector_id"] for row in passages),
        number_of_vector={row["vector_id"]: n for n, row in enumerate(passages)},
    )
