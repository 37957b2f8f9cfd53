"""A file that came with a form: its place on the disk is nobody's business, its name is its source."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from rag.reading.identity import file_id, slug
from rag.reading.names import printable
from rag.reading.reader import read_sources
from rag.reading.skipped import Skipped
from rag.types import Article


def read_uploads(paths: Iterable[Path]) -> Iterator[Article | Skipped]:
    """Articles of the files, called by their base names. One that does not say what it is called
    gets its id from name and bytes: the same file is the same article, and two files of one name
    are two."""
    for path in paths:
        for item in read_sources([path]):
            source = _source(item.source or "", path)
            if isinstance(item, Skipped):
                yield Skipped(source, item.reason)
            elif item.id in _made_up(item, path):
                yield replace(item, id=_id(path, source), source=source)
            else:
                yield replace(item, source=source)


def _source(source: str, path: Path) -> str:
    """ "report.pdf", or "dump.csv:7" for a row of it."""
    return printable(path.name) + source.removeprefix(printable(str(path)))


def _made_up(article: Article, path: Path) -> set[str]:
    """The ids that a reader gives to an article, or to a row, that bears none."""
    return {
        file_id(Path(place)) for place in (path, str(article.source), f"{path}:{article.source}")
    }


def _id(path: Path, source: str) -> str:
    sha = hashlib.sha256(source.encode())
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            sha.update(piece)
    return f"{slug(path.stem)}-{sha.hexdigest()[:8]}"
