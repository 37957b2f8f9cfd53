"""An ingest with its progress bar."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rag.library.sync import Summary, ingest
from rag.models.load import load_embedder
from rag.reading.reader import count_files, read_sources
from rag.sample import corpus_folder
from rag.settings import Settings


def ingest_sources(settings: Settings, sources: Sequence[str], *, quiet: bool = False) -> Summary:
    """Files and folders into the library; without any, the sample corpus."""
    given = list(sources) or [str(corpus_folder())]
    embedder = load_embedder(settings)
    if quiet:
        return ingest(settings, embedder, read_sources(given))
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(file=sys.stderr)) as bar:
        task = bar.add_task("Reading articles", total=count_files(given))
        return ingest(
            settings,
            embedder,
            read_sources(given),
            lambda summary: bar.update(
                task,
                completed=summary.seen,
                description=f"Reading articles, {summary.passages} passages",
            ),
        )
