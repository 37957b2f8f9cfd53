"""A folder whose articles are brought in as they appear and change."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from rag.errors import UsageError
from rag.ingesting import ingest_sources
from rag.library.summary import Summary
from rag.settings import Settings


def watch_folder(settings: Settings, folder: Path, stop: threading.Event) -> Iterator[Summary]:
    """One summary for what is there, then one for each change, until `stop` is set.

    Files that go away stay in the library: a folder that is unplugged must not empty it.
    """
    from watchfiles import Change, watch

    if not folder.is_dir():
        raise UsageError(f"There is no folder {str(folder)!r} to watch.")
    changes = watch(
        folder, stop_event=stop, raise_interrupt=False, rust_timeout=500, yield_on_timeout=True
    )
    # The first word, even if it is that nothing happened, says that the watch is kept: what
    # changes while the folder is read below is told afterwards.
    next(changes, None)
    yield ingest_sources(settings, [str(folder)], quiet=True, stop=stop)
    for found in changes:
        # An editor that saves by renaming leaves names that are gone when we come.
        paths = sorted(path for kind, path in found if kind is not Change.deleted)
        present = [path for path in paths if _is_article(Path(path), folder)]
        if present:
            yield ingest_sources(settings, present, quiet=True, stop=stop)


def _is_article(path: Path, folder: Path) -> bool:
    """What an ingest of the folder would read: no hidden files, no links that lead out."""
    inside = path.is_file() and path.resolve().is_relative_to(folder.resolve())
    hidden = any(part.startswith(".") for part in path.relative_to(folder.absolute()).parts)
    return inside and not hidden
