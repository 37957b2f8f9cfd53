"""Files and folders to articles, each by the reader of its format."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from rag.errors import ReadError
from rag.reading.html import read_html
from rag.reading.markdown import read_markdown
from rag.reading.skipped import Skipped
from rag.reading.table import read_table
from rag.reading.text import read_text
from rag.types import Article

_READERS: dict[str, Callable[[Path], Article]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_text,
    ".html": read_html,
    ".htm": read_html,
}
_TABLES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz", ".csv")
FORMATS = ".md .txt .html .jsonl .jsonl.gz .csv"


def read_sources(sources: Iterable[str | Path]) -> Iterator[Article | Skipped]:
    """Articles of the files and folders, in order; what fails is Skipped and never raises."""
    for source in sources:
        path = Path(source).expanduser()
        if path.is_dir():
            yield from _folder(path)
        elif path.exists():
            yield from _file(path)
        else:
            yield Skipped(str(source), "there is no such file or folder")


def count_files(sources: Iterable[str | Path]) -> int | None:
    """How many articles a progress bar may expect; None where a dump makes it unknown."""
    total = 0
    for source in sources:
        path = Path(source).expanduser()
        files = list(_walk(path)) if path.is_dir() else [path]
        if any(file.name.lower().endswith(_TABLES) for file in files):
            return None
        total += len(files)
    return total


def _walk(folder: Path) -> Iterator[Path]:
    """Visible files in a fixed order. Links to folders are not followed: they may loop."""
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                yield Path(root) / name


def _folder(folder: Path) -> Iterator[Article | Skipped]:
    empty = True
    for path in _walk(folder):
        empty = False
        yield from _file(path)
    if empty:
        yield Skipped(str(folder), "the folder holds no files")


def _file(path: Path) -> Iterator[Article | Skipped]:
    if path.name.lower().endswith(_TABLES):
        yield from read_table(path)
        return
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        kind = path.suffix or "no suffix"
        yield Skipped(str(path), f"unknown format ({kind}); known are {FORMATS}")
        return
    try:
        yield reader(path)
    except ReadError as error:
        yield Skipped(str(path), str(error))
