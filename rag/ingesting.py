"""An ingest, a sync or a rebuild with its progress bar."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rag.errors import UsageError
from rag.library.rebuild import rebuild
from rag.library.summary import Progress, Summary, silent
from rag.library.sync import ingest
from rag.models.load import load_embedder
from rag.reading.reader import count_files, read_sources
from rag.sample import corpus_folder
from rag.settings import Settings


def ingest_sources(settings: Settings, sources: Sequence[str], *, quiet: bool = False) -> Summary:
    """Files and folders into the library; without any, the sample corpus."""
    given = list(sources) or [str(corpus_folder())]
    embedder = load_embedder(settings)
    total = None if quiet else count_files(given)
    with progress_bar("Reading articles", total, quiet) as progress:
        return ingest(settings, embedder, read_sources(given), progress)


def sync_folder(settings: Settings, folder: Path, *, quiet: bool = False) -> Summary:
    """Make the library hold what the folder holds, and no more from there."""
    # An absolute path, so that a later sync from elsewhere knows its articles again.
    place = folder.expanduser().resolve()
    if not place.is_dir():
        raise UsageError(f"{folder} is no folder: `rag sync` mirrors one.")
    # It may be a disk that is not there today.
    if not any(path.is_file() for path in place.rglob("*")):
        raise UsageError(
            f"{folder} holds no files, so nothing was removed: `rag remove` takes articles out."
        )
    embedder = load_embedder(settings)
    total = None if quiet else count_files([place])
    with progress_bar("Reading articles", total, quiet) as progress:
        return ingest(settings, embedder, read_sources([place]), progress, mirror=place)


def rebuild_library(settings: Settings, *, quiet: bool = False) -> Summary:
    """Make the library anew from its articles, with the settings of now."""
    with progress_bar("Embedding articles", None, quiet) as progress:
        return rebuild(settings, load_embedder(settings), progress)


@contextmanager
def progress_bar(what: str, total: int | None, quiet: bool) -> Iterator[Progress]:
    """A bar on standard error that follows a summary."""
    if quiet:
        yield silent
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(file=sys.stderr)) as bar:
        task = bar.add_task(what, total=total)
        yield lambda summary: bar.update(
            task,
            completed=summary.seen,
            description=f"{what}, {summary.passages} passages",
        )
