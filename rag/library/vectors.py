"""Chroma: the only module that knows it. A cache; everything in it can be made again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from rag.errors import LibraryError
from rag.library.bounds import Bounds
from rag.library.record import Described
from rag.models.base import Vectors

_NAME = "passages"
_BATCH = 2000
# What an index lies in on disk; Chroma's own SQLite file changes with every opening.
_FILES = ("*/*.bin", "*/*.pickle")


class VectorStore:
    """Unit vectors by id, cosine: in `folder`, or on a server in a collection of the folder's name."""

    def __init__(self, folder: Path, url: str | None) -> None:
        self._where = url or str(folder)
        with self._failures():
            self._client: Any = _client(folder, url)
            try:
                # None: a collection opened without it brings back a default that downloads.
                self._collection: Any = self._client.get_or_create_collection(
                    folder.name if url else _NAME,
                    embedding_function=None,
                    configuration={"hnsw": {"space": "cosine"}},
                )
            except BaseException:
                self._client.close()
                raise

    def add(self, ids: Sequence[str], vectors: Vectors, of: Sequence[Described]) -> None:
        """New ids only: Chroma can wedge when a live id is written again."""
        for start in range(0, len(ids), _BATCH):
            part = slice(start, start + _BATCH)
            with self._failures():
                self._collection.add(
                    ids=list(ids[part]),
                    embeddings=vectors[part],
                    metadatas=[
                        {"published": one.published, "outlet": one.outlet.casefold()}
                        for one in of[part]
                    ],
                )

    def delete(self, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), _BATCH):
            with self._failures():
                self._collection.delete(ids=list(ids[start : start + _BATCH]))

    def nearest(
        self, vector: Vectors, k: int, bounds: Bounds | None = None
    ) -> list[tuple[str, float]]:
        """Up to k (id, cosine similarity), nearest first."""
        if k < 1:
            return []
        with self._failures():
            found = self._collection.query(
                query_embeddings=vector.reshape(1, -1),
                n_results=k,
                where=_where(bounds) if bounds else None,
                include=["distances"],
            )
        return [
            (key, 1.0 - float(distance))
            for key, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def get(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors that exist among `ids`."""
        rows: dict[str, Vectors] = {}
        for start in range(0, len(ids), _BATCH):
            with self._failures():
                part = list(ids[start : start + _BATCH])
                found = self._collection.get(ids=part, include=["embeddings"])
            vectors = np.asarray(found["embeddings"], dtype=np.float32)
            rows.update(zip(found["ids"], vectors, strict=True))
        return rows

    def ids(self) -> set[str]:
        with self._failures():
            return set(self._collection.get(include=[])["ids"])

    def count(self) -> int:
        with self._failures():
            return int(self._collection.count())

    def remove(self) -> None:
        """The whole collection, and this client with it."""
        with self._failures():
            self._client.delete_collection(self._collection.name)
        self.close()

    def close(self) -> None:
        self._client.close()

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Rust errors, HTTP errors and ValueErrors alike become ours."""
        try:
            yield
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:  # A panic of Chroma's Rust side is no Exception.
            cause = " ".join(str(error).split())[:160]
            raise LibraryError(
                f"The vectors at {self._where} cannot be used ({cause}): "
                "`rag doctor --repair` makes them again."
            ) from None


def index_files(folder: Path) -> dict[str, int]:
    """Name and bytes of the files of an index; a level index keeps them until the next writer."""
    return {
        str(path.relative_to(folder).as_posix()): path.stat().st_size
        for pattern in _FILES
        for path in sorted(folder.glob(pattern))
    }


def drop(folder: Path, url: str | None) -> None:
    """Remove an index, whatever state it is in."""
    shutil.rmtree(folder, ignore_errors=True)
    if url is not None:
        VectorStore(folder, url).remove()


def _client(folder: Path, url: str | None) -> Any:
    import chromadb
    from chromadb.config import Settings

    quiet = Settings(anonymized_telemetry=False)
    if url is None:
        return chromadb.PersistentClient(str(folder), settings=quiet)
    parts = urlsplit(url)
    return chromadb.HttpClient(
        parts.hostname or "", parts.port or 8000, parts.scheme == "https", settings=quiet
    )


def _where(bounds: Bounds) -> dict[str, Any] | None:
    """Chroma's metadata filter."""
    rules: list[dict[str, Any]] = []
    if bounds.since is not None:
        rules.append({"published": {"$gte": bounds.since}})
    if bounds.until is not None:
        rules.append({"published": {"$lte": bounds.until}})
    if bounds.dated:
        rules.append({"published": {"$gt": 0}})
    if bounds.outlets:
        rules.append({"outlet": {"$in": [name.casefold() for name in bounds.outlets]}})
    if len(rules) > 1:
        return {"$and": rules}
    return rules[0] if rules else None
