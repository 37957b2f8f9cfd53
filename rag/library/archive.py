"""A library as one file: gzipped JSON lines, the same bytes for the same content.

A header, one line an article in the order of ids, and a seal: the SHA-256 of all lines before it.
Where an article lay on disk is not told, and no path is followed when an archive is read.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import closing, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import IO

from rag.errors import ReadError, UsageError
from rag.library.archived import Row, article_row, to_entry
from rag.library.entry import Entry
from rag.library.library import FILE
from rag.library.lock import writer_lock
from rag.library.reprints import Stories
from rag.library.store import Store
from rag.library.writer import writing
from rag.settings import Settings

# Archives of format 1 took unrelated articles for reprints: their stories are told anew.
_FORMAT, _OLD_FORMAT = 2, 1
# The settings that the vectors and passages were made with.
_MADE_BY = ("embedder", "passage_tokens")
# An article has at most 5 million characters; as JSON, with its vectors, it stays below this.
_LONGEST_LINE = 100_000_000


def export_library(settings: Settings, file: Path) -> int:
    """Write the archive, whole or not at all; returns the count of articles. Raises LibraryBusy
    while a writer is at work: the archive is of one moment."""
    part = file.with_name(file.name + ".part")
    folder = settings.library_path
    # Nobody writes to a folder that is read-only, and there is no lock to be had in it.
    alone = writer_lock(folder) if os.access(folder, os.W_OK) else nullcontext()
    with closing(Store(folder / FILE)) as store, alone:
        try:
            with part.open("wb") as raw:
                count = _write(store, raw)
                raw.flush()
                os.fsync(raw.fileno())
            os.replace(part, file)
        except OSError as error:
            raise UsageError(f"{file} cannot be written ({error.strerror}).") from None
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    return count


def import_library(settings: Settings, file: Path) -> int:
    """Make a library of an archive, which may be anyone's: every value is checked, and nothing is
    kept unless all of it is right. Needs no embedder; returns the count of articles."""
    lines = _read(file)
    head = next(lines)
    if head.get("groundwire") != "library" or head.get("format") not in (_FORMAT, _OLD_FORMAT):
        raise ReadError(f"{file} is no library of format {_FORMAT}: `rag export` writes one.")
    made_by = {key: head.get(key) for key in _MADE_BY}
    if not all(isinstance(value, str) and len(value) < 1000 for value in made_by.values()):
        raise ReadError(f"{file} does not say which embedder made it.")
    with writing(settings.library_path, settings.chroma_url) as writer:
        if writer.store.marks():
            raise UsageError(
                f"The library {writer.folder} holds articles: choose a new folder with --library."
            )
        entries = _entries(file, lines)
        if head["format"] == _OLD_FORMAT:
            entries = _told_anew(entries)
        writer.replace_all(entries, {k: str(v) for k, v in made_by.items()})
        return len(writer.store.marks())


def _write(store: Store, raw: IO[bytes]) -> int:
    marks, meta, sha = store.marks(), store.meta(), hashlib.sha256()
    # No name and no time of day: they would differ between two exports.
    with gzip.GzipFile("", "wb", 6, raw, mtime=0) as out:

        def put(row: Row) -> None:
            line = json.dumps(row, ensure_ascii=False, sort_keys=True).encode() + b"\n"
            sha.update(line)
            out.write(line)

        made_by = {key: meta.get(key) for key in _MADE_BY}
        put({"groundwire": "library", "format": _FORMAT, "articles": len(marks), **made_by})
        for article in store.articles():
            put(article_row(store, article, marks[article.id]))
        put({"sha256": sha.hexdigest()})
    return len(marks)


def _read(file: Path) -> Iterator[Row]:
    """The rows between nothing and the seal, which must be right."""
    sha = hashlib.sha256()
    try:
        with gzip.open(file) as lines:
            while line := lines.readline(_LONGEST_LINE):
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise ReadError(f"{file} is no archive of a library.")
                if "sha256" in row:
                    if row["sha256"] != sha.hexdigest() or lines.read(1):
                        break
                    return
                sha.update(line)
                yield row
    except OSError as error:
        cause = error.strerror or "it is not gzipped"
        raise ReadError(f"{file} cannot be read ({cause}).") from None
    except (ValueError, EOFError, zlib.error, RecursionError):
        pass
    raise ReadError(f"{file} is damaged or cut off: export it again; nothing was imported.")


def _told_anew(entries: Iterator[Entry]) -> Iterator[Entry]:
    stories = Stories([])
    for one in entries:
        yield replace(one, story=stories.story_of(one.article.id, one.signature))


def _entries(file: Path, rows: Iterator[Row]) -> Iterator[Entry]:
    seen: set[str] = set()
    dimension: int | None = None
    for number, row in enumerate(rows, 2):
        try:
            entry = to_entry(row)
        except ReadError as error:
            raise ReadError(f"{file}, line {number}: {error}; nothing was imported.") from None
        keys = {entry.article.id, *(passage.id for passage in entry.passages)}
        dimension = dimension or entry.vectors.shape[1]
        if entry.vectors.shape[1] != dimension or keys & seen or len(keys) <= len(entry.passages):
            raise ReadError(
                f"{file}, line {number}: an id or a dimension does not agree with the lines "
                "before; nothing was imported."
            )
        seen |= keys
        yield entry
