"""Every difference between a library and its index, named and mended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rag.errors import LibraryError
from rag.library.digest import digest
from rag.library.embedding import fill_bare
from rag.library.library import FILE, check_stamp, stamp
from rag.library.lock import writer_lock
from rag.library.settle import differing
from rag.library.settled import index_name, read_settled
from rag.library.store import Store
from rag.library.vectors import VectorStore, index_files
from rag.library.writer import writing
from rag.models.base import Embedder
from rag.settings import Settings

_BATCH = 2000
Kind = Literal["unsettled", "changed", "unreadable", "bare", "missing", "extra", "wrong"]


@dataclass(frozen=True, slots=True)
class Difference:
    """`what` is a file, a vector id or a passage id."""

    kind: Kind
    what: str

    def __str__(self) -> str:
        return {
            "unsettled": f"the index {self.what} was left unfinished by a writer",
            "changed": f"the file {self.what} of the index is gone or was changed",
            "unreadable": f"the index cannot be read: {self.what}",
            "bare": f"passage {self.what} has no stored vector",
            "missing": f"the index lacks vector {self.what}",
            "extra": f"the index holds vector {self.what}, which no passage owns",
            "wrong": f"the index holds another vector than the stored one as {self.what}",
        }[self.kind]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`digest` is of what the library holds; None where a vector lacks."""

    passages: int
    differences: tuple[Difference, ...]
    digest: str | None

    def to_dict(self) -> dict[str, Any]:
        return {
            "passages": self.passages,
            "differences": [{"kind": d.kind, "what": d.what} for d in self.differences],
            "digest": self.digest,
        }


def examine(settings: Settings) -> Diagnosis:
    """Compare all passages with all vectors. Raises LibraryBusy while a writer is at work."""
    folder = settings.library_path
    with closing(Store(folder / FILE)) as store, writer_lock(folder):
        bare = store.bare_passages()
        state = list(_state(store, folder))
        found = [
            *(Difference("bare", one.passage_id) for one in bare),
            *state,
            *_contents(store, folder, settings.chroma_url, is_sound=not state),
        ]
        return Diagnosis(len(store.vector_ids()), tuple(found), None if bare else digest(store))


def repair(settings: Settings, embedder: Embedder) -> None:
    """Embed what has no vector and make the index anew, whatever state it is in."""
    with writing(settings.library_path, settings.chroma_url) as writer:
        check_stamp(writer.store, writer.folder, stamp(settings, embedder.fingerprint))
        fill_bare(writer.store, embedder)
        writer.forget_index()


def _state(store: Store, folder: Path) -> Iterator[Difference]:
    settled = read_settled(store)
    if settled is None:
        yield Difference("unsettled", index_name(store))
        return
    now = index_files(folder / settled.name)
    for name in sorted({*now, *dict(settled.files)}):
        if now.get(name) != dict(settled.files).get(name):
            yield Difference("changed", f"{settled.name}/{name}")


def _contents(
    store: Store, folder: Path, url: str | None, *, is_sound: bool
) -> Iterator[Difference]:
    """Vector by vector. An index that is unfinished or cut off is not opened: Chroma reads past
    the end of such files, and what it finds there may be anything."""
    place = folder / index_name(store)
    ids = store.vector_ids()
    if url is None and not place.is_dir():
        yield from (Difference("missing", key) for key in ids)
        return
    if not is_sound:
        return
    try:
        index = VectorStore(place, url)
        try:
            yield from (Difference("extra", key) for key in sorted(index.ids() - set(ids)))
            for start in range(0, len(ids), _BATCH):
                part = ids[start : start + _BATCH]
                there = index.get(part)
                for key in differing(store.vectors(part), there):
                    yield Difference("wrong" if key in there else "missing", key)
        finally:
            index.close()
    except LibraryError as error:
        yield Difference("unreadable", str(error))
