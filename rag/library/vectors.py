"""Chroma: the only module that knows it. A cache; everything in it can be made again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from rag.errors import LibraryError
from rag.models.base import Vectors

_NAME = "passages"
_BATCH = 2000


class VectorStore:
    """Unit vectors by id, cosine. `where` takes Chroma's metadata filter."""

    def __init__(self, folder: Path, url: str | None, library_id: str) -> None:
        import chromadb
        from chromadb.config import Settings

        quiet = Settings(anonymized_telemetry=False)
        try:
            if url is None:
                self._client: Any = chromadb.PersistentClient(str(folder), settings=quiet)
                name = _NAME
            else:
                parts = urlsplit(url)
                self._client = chromadb.HttpClient(
                    parts.hostname or "",
                    parts.port or 8000,
                    parts.scheme == "https",
                    settings=quiet,
                )
                name = f"{_NAME}-{library_id}"
            # None twice: a collection opened without it brings back a default that downloads.
            self._collection: Any = self._client.get_or_create_collection(
                name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )
        except Exception as error:  # Rust errors, HTTP errors and ValueErrors alike.
            raise LibraryError(_unusable(url or str(folder), error)) from None
        self._where = url or str(folder)

    def add(self, ids: Sequence[str], vectors: Vectors, metadata: Sequence[dict[str, Any]]) -> None:
        """New ids only: Chroma can wedge when a live id is written again."""
        for start in range(0, len(ids), _BATCH):
            part = slice(start, start + _BATCH)
            self._call(
                "add",
                ids=list(ids[part]),
                embeddings=vectors[part],
                metadatas=list(metadata[part]),
            )

    def delete(self, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), _BATCH):
            self._call("delete", ids=list(ids[start : start + _BATCH]))

    def nearest(
        self, vector: Vectors, k: int, where: dict[str, Any] | None = None
    ) -> list[tuple[str, float]]:
        """Up to k (id, cosine similarity), nearest first."""
        total = self.count()
        if not total or k < 1:
            return []
        found = self._call(
            "query",
            query_embeddings=vector.reshape(1, -1),
            n_results=min(k, total),
            where=where,
            include=["distances"],
        )
        return [
            (key, 1.0 - float(distance))
            for key, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def get(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors that exist among `ids`."""
        if not ids:
            return {}
        found = self._call("get", ids=list(ids), include=["embeddings"])
        rows = np.asarray(found["embeddings"], dtype=np.float32)
        return dict(zip(found["ids"], rows, strict=True))

    def ids(self) -> set[str]:
        return set(self._call("get", include=[])["ids"])

    def count(self) -> int:
        return int(self._call("count"))

    def close(self) -> None:
        self._client.close()

    def _call(self, verb: str, **arguments: Any) -> Any:
        try:
            return getattr(self._collection, verb)(**arguments)
        except Exception as error:
            raise LibraryError(_unusable(self._where, error)) from None


def _unusable(where: str, error: Exception) -> str:
    cause = " ".join(str(error).split())[:160]
    return f"The vectors at {where} cannot be used ({cause})."
