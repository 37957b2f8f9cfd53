"""Whether Chroma's index is level with SQLite, and where it lies.

A reader asks Chroma only while the index is settled: no writer has committed since, and the last
one ended well. The commit that makes a new generation takes the mark away in the same
transaction; a reader holds its read transaction while it asks. So nobody reads an index that is
being written, and none that a killed writer left behind.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from rag.library.store import Store
from rag.library.vectors import index_files

# What libraries of schema 1 called it.
_FIRST = "vectors"


@dataclass(frozen=True, slots=True)
class Settled:
    """`name` is a folder of the library, and the collection on a server."""

    name: str
    generation: int
    files: tuple[tuple[str, int], ...]

    def is_whole(self, folder: Path) -> bool:
        """Whether the files are as long as they were; a cut file may crash who loads it."""
        return dict(self.files) == index_files(folder / self.name)


def index_name(store: Store) -> str:
    return store.meta().get("vectors", _FIRST)


def read_settled(store: Store) -> Settled | None:
    meta = store.meta()
    if not meta.get("settled"):
        return None
    held = json.loads(meta["settled"])
    return Settled(index_name(store), held["generation"], tuple(sorted(held["files"].items())))


def mark_settled(store: Store, folder: Path) -> None:
    files = index_files(folder / index_name(store))
    store.put_meta({"settled": json.dumps({"generation": store.generation, "files": files})})
