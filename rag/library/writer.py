"""The one writer of a library, from its lock to the index that it leaves level.

Articles are committed to SQLite with their passages, postings and vectors, each whole or not at
all. Chroma is brought level at the end. A writer that is killed loses what it had not committed,
and the next one makes the index anew.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from rag.errors import LibraryError
from rag.library.entry import Entry
from rag.library.library import FILE
from rag.library.lock import writer_lock
from rag.library.settle import Settler
from rag.library.settled import read_settled
from rag.library.store import Store


class Writer:
    """What is committed through it, it tells the index."""

    def __init__(self, folder: Path, store: Store, chroma_url: str | None) -> None:
        self.folder = folder
        self.store = store
        self._settler = Settler(folder, store, chroma_url)
        self._before = read_settled(store)
        self._added: set[str] = set()
        self._dropped: set[str] = set()

    def commit(self, entries: Sequence[Entry], removed: Sequence[str] = ()) -> None:
        self._dropped.update(self.store.commit(entries, removed))
        self._added.update(key for entry in entries for key in entry.vector_ids)

    def replace_all(self, entries: Iterable[Entry], made_by: dict[str, str]) -> None:
        """Each entry in place of its article, in one transaction."""
        self.store.replace_all(entries, made_by)
        self._before = None

    def forget_index(self) -> None:
        """Have it made anew at the end."""
        self.store.put_meta({"settled": ""})
        self._before = None

    def settle(self) -> None:
        # Where embedding failed on the way, there is no index to be made yet.
        if read_settled(self.store) is not None or self.store.count_bare():
            return
        if self._before is None:
            self._settler.build()
            return
        added = sorted(self._added - self._dropped)
        self._settler.update(self._before, added, sorted(self._dropped - self._added))


@contextmanager
def writing(folder: Path, chroma_url: str | None) -> Iterator[Writer]:
    """The library in `folder`, made where there is none. Raises LibraryBusy where another process
    is writing, LibraryError with what to do where it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with writer_lock(folder), closing(Store(folder / FILE, create=True)) as store:
            writer = Writer(folder, store, chroma_url)
            try:
                yield writer
            except LibraryError:  # The disk failed: the next writer settles.
                raise
            except BaseException:
                writer.settle()
                raise
            writer.settle()
    except OSError as error:
        raise LibraryError(
            f"The library {folder} cannot be written ({error.strerror}); what it held is kept."
        ) from None


def new_vector_ids(count: int) -> tuple[str, ...]:
    """Never used before: Chroma must not see a live id again."""
    return tuple(uuid.uuid4().hex for _ in range(count))
