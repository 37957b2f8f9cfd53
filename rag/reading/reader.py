"""Files, folders and addresses to articles, each by the reader of its format."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ReadError
from rag.reading.bytes import decode, read_bytes
from rag.reading.docx import read_docx
from rag.reading.html import read_html
from rag.reading.markdown import read_markdown
from rag.reading.newsletter import read_newsletter
from rag.reading.pdf import read_pdf
from rag.reading.skipped import Skipped
from rag.reading.table import count_rows, read_table
from rag.reading.text import read_text
from rag.types import Article

if TYPE_CHECKING:
    from rag.reading.web import Web

_READERS: dict[str, Callable[[Path], Article]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_text,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".eml": read_newsletter,
}
_TABLES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz", ".csv")
_FEEDS = (".xml", ".rss", ".atom")
# What a name raises that is too long, has an unknown ~user or a NUL.
_UNUSABLE = (OSError, RuntimeError, ValueError)
FORMATS = ".md .txt .html .pdf .docx .eml .xml .rss .atom .jsonl .jsonl.gz .csv"


def read_sources(
    sources: Iterable[str | Path], web: Web | None = None
) -> Iterator[Article | Skipped]:
    """Articles of files, folders and addresses, in order; what fails is Skipped and never raises.

    Without `web` nothing is fetched: addresses are skipped.
    """
    for source in sources:
        if is_address(source):
            yield from _address(str(source), web)
            continue
        if source == "":
            # To Path it would be the folder that one happens to be in.
            yield Skipped(repr(source), "it is no name of a file or folder")
            continue
        try:
            path = Path(source).expanduser()
            if path.is_dir():
                yield from _folder(path)
            elif path.exists():
                yield from _file(path)
            else:
                yield Skipped(str(source), "there is no such file or folder")
        except _UNUSABLE as error:
            cause = error.strerror if isinstance(error, OSError) else error
            yield Skipped(str(source), f"it is no usable name ({cause})")


def read_addresses(path: Path, web: Web) -> Iterator[Article | Skipped]:
    """A file with one address a line; empty lines and those that begin with # are passed over."""
    try:
        lines = decode(read_bytes(path)).splitlines()
    except ReadError as error:
        yield Skipped(str(path), str(error))
        return
    for number, line in enumerate(lines, 1):
        address = line.strip()
        if not address or address.startswith("#"):
            continue
        if is_address(address):
            yield from web.read(address)
        else:
            yield Skipped(f"{path}:{number}", f"{address[:100]!r} is no address (https://...)")


def is_address(source: str | Path) -> bool:
    """Whatever has a scheme: the fetcher refuses those that it does not fetch."""
    return "://" in str(source) and not isinstance(source, Path)


def count_articles(sources: Iterable[str | Path]) -> int | None:
    """How many articles a progress bar may expect; None where only reading could tell."""
    total = 0
    for source in sources:
        if is_address(source):
            return None
        try:
            path = Path(source).expanduser()
            files: Iterable[Path | Skipped] = _walk(path) if source and path.is_dir() else [path]
        except _UNUSABLE:
            files = [Path(source)]
        for file in files:
            count = 1
            if isinstance(file, Path) and file.name.lower().endswith(_TABLES):
                rows = count_rows(file)
                if rows is None:
                    return None
                count = rows
            total += count
    return total


def _address(url: str, web: Web | None) -> Iterator[Article | Skipped]:
    if web is None:
        yield Skipped(url, "addresses are not fetched here")
    else:
        yield from web.read(url)


def _walk(folder: Path) -> Iterator[Path | Skipped]:
    """Visible files in a fixed order. Links to folders are not followed: they may loop."""
    closed: list[OSError] = []
    top = folder.resolve()
    for root, folders, files in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(root) / name
            if name.startswith("."):
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(top):
                yield Skipped(str(path), "it is a link that leads out of the folder")
            else:
                yield path
    for error in closed:
        yield Skipped(str(error.filename), f"the folder cannot be read ({error.strerror})")


def _folder(folder: Path) -> Iterator[Article | Skipped]:
    empty = True
    for found in _walk(folder):
        empty = False
        if isinstance(found, Skipped):
            yield found
        else:
            yield from _file(found)
    if empty:
        yield Skipped(str(folder), "the folder holds no files")


def _file(path: Path) -> Iterator[Article | Skipped]:
    name = path.name.lower()
    if not path.is_file():
        # Reading a pipe or a device would wait for ever.
        yield Skipped(str(path), "it is no regular file")
        return
    if name.endswith(_TABLES):
        yield from read_table(path)
        return
    reader = _READERS.get(path.suffix.lower())
    if reader is None and not name.endswith(_FEEDS):
        kind = path.suffix or "no suffix"
        yield Skipped(str(path), f"unknown format ({kind}); known are {FORMATS}")
        return
    try:
        if reader is not None:
            yield reader(path)
        else:
            from rag.reading.feed import read_feed_file

            yield from read_feed_file(path)
    except ReadError as error:
        yield Skipped(str(path), str(error))
