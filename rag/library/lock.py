"""One writer: a lock that the operating system drops when its holder dies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rag.errors import LibraryBusy, LibraryError


@contextmanager
def writer_lock(folder: Path, wait: float = 3.0) -> Iterator[None]:
    """Hold the library for writing. Raises LibraryBusy with the holder's pid after `wait` seconds."""
    from filelock import FileLock, Timeout

    note = folder / "writer.pid"
    lock = FileLock(folder / "writer.lock")
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        raise LibraryBusy(
            f"Process {_holder(note)} is writing to the library {folder}: wait for it to end."
        ) from None
    except OSError as error:
        raise LibraryError(
            f"The library {folder} cannot be written ({error.strerror}): it can be asked; to add "
            "to it, make the folder writable or choose another with --library."
        ) from None
    try:
        # A note that a full disk refuses is missed by nobody but who waits for this process.
        with suppress(OSError):
            note.unlink(missing_ok=True)
            note.write_text(str(os.getpid()), encoding="ascii")
        yield
    finally:
        with suppress(OSError):
            note.unlink(missing_ok=True)
        lock.release()


def _holder(note: Path) -> str:
    try:
        return note.read_text(encoding="ascii").strip() or "unknown"
    except (OSError, UnicodeDecodeError):
        return "unknown"
