"""An ingest as a user sees it: from sources to the library, with a progress bar and a way to stop."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from rag.interrupt import until
from rag.library.library import FILE
from rag.library.store import Store
from rag.library.sync import Summary, ingest
from rag.models.load import load_embedder
from rag.reading.reader import count_articles, is_address, read_addresses, read_sources
from rag.sample import corpus_folder
from rag.settings import Settings
from rag.types import Article

if TYPE_CHECKING:
    from rag.reading.fetch.remembered import Remembered
    from rag.reading.web import Web


def ingest_sources(
    settings: Settings,
    sources: Sequence[str],
    *,
    addresses: Path | None = None,
    quiet: bool = False,
    stop: threading.Event | None = None,
) -> Summary:
    """Files, folders, addresses and a file of `addresses`; without any, the sample corpus.

    Ends at the next article when `stop` is set; what was read until then is in.
    """
    given = list(sources) or ([] if addresses else [str(corpus_folder())])
    stop = stop or threading.Event()
    embedder = load_embedder(settings)
    fetches = addresses is not None or any(map(is_address, given))
    with _web(settings) if fetches else _offline() as web:
        items = read_sources(given, web)
        if addresses is not None and web is not None:
            items = chain(items, read_addresses(addresses, web))
        if quiet:
            return ingest(settings, embedder, until(stop, items))
        expected = None if addresses else count_articles(given)
        with _progress(expected) as progress:
            return ingest(settings, embedder, until(stop, items), progress)


@contextmanager
def _offline() -> Iterator[None]:
    yield None


@contextmanager
def _web(settings: Settings) -> Iterator[Web]:
    from rag.reading.fetch.fetcher import Fetcher
    from rag.reading.web import Web

    fetcher = Fetcher(settings.fetch_allow, settings.fetch_timeout, settings.fetch_max_mb)
    with _remembered(settings.library_path) as remembered:
        yield Web(fetcher, settings.fetch_max_pages, remembered)


@contextmanager
def _remembered(folder: Path) -> Iterator[Remembered]:
    """Validators of the pages that the library holds; kept when the ingest has ended."""
    from rag.reading.fetch.remembered import Remembered

    store = Store(folder / FILE) if (folder / FILE).is_file() else None
    held: Callable[[str], Article | None] = store.article if store else lambda article_id: None
    try:
        remembered = Remembered(folder, held)
        yield remembered
        remembered.keep()
    finally:
        if store is not None:
            store.close()


@contextmanager
def _progress(expected: int | None) -> Iterator[Callable[[Summary], None]]:
    """A bar on standard error with the rate and, where the number is known, the time left."""
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
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(file=sys.stderr)) as bar:
        task = bar.add_task("Reading articles", total=expected)

        def show(summary: Summary) -> None:
            rate = summary.seen / max(bar.tasks[0].elapsed or 0.0, 0.1)
            said = f"Reading articles, {summary.passages} passages, {rate:.1f} articles/s"
            bar.update(task, completed=summary.seen, description=said)

        yield show
