"""An ingest, a sync or a rebuild as a user sees it: with a progress bar, and an ingest with a way to stop."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import UsageError
from rag.interrupt import until
from rag.library.library import FILE
from rag.library.rebuild import rebuild
from rag.library.store import Store
from rag.library.summary import Progress, Summary
from rag.library.sync import ingest
from rag.models.load import load_embedder
from rag.progress import progress_bar
from rag.reading.reader import count_articles, is_address, read_addresses, read_sources
from rag.reading.uploaded import read_uploads
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
        # Addresses lead to as many articles as they do, and counting takes a while.
        expected = None if quiet or addresses else count_articles(given)
        with progress_bar("Reading articles", expected, quiet) as progress:
            return ingest(settings, embedder, until(stop, items), progress)


def bring_in(
    settings: Settings,
    uploads: Sequence[Path],
    addresses: Sequence[str],
    progress: Progress,
    stop: threading.Event,
) -> Summary:
    """What visitors give: files that they sent, and addresses. Nothing else of this disk is read.

    Ends at the next article when `stop` is set; what was read until then is in.
    """
    embedder = load_embedder(settings)
    with _web(settings) if addresses else _offline() as web:
        # Not by read_sources: there, what is no address is the name of a file.
        fetched = (item for one in addresses if web is not None for item in web.read(one))
        items = chain(read_uploads(uploads), fetched)
        return ingest(settings, embedder, until(stop, items), progress)


def sync_folder(settings: Settings, folder: Path, *, quiet: bool = False) -> Summary:
    """Make the library hold what the folder holds, and no more from there."""
    # An absolute path, so that a later sync from elsewhere knows its articles again.
    place = Path(os.path.expanduser(folder)).resolve()
    if not place.is_dir():
        raise UsageError(f"{folder} is no folder: `rag sync` mirrors one.")
    # It may be a disk that is not there today.
    if not any(path.is_file() for path in place.rglob("*")):
        raise UsageError(
            f"{folder} holds no files, so nothing was removed: `rag remove` takes articles out."
        )
    embedder = load_embedder(settings)
    total = None if quiet else count_articles([place])
    with progress_bar("Reading articles", total, quiet) as progress:
        return ingest(settings, embedder, read_sources([place], None), progress, mirror=place)


def rebuild_library(settings: Settings, *, quiet: bool = False) -> Summary:
    """Make the library anew from its articles, with the settings of now."""
    with progress_bar("Embedding articles", None, quiet) as progress:
        return rebuild(settings, load_embedder(settings), progress)


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
