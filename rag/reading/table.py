"""Dumps with one article a row: .jsonl, .jsonl.gz, .csv. Read row by row, whatever their size."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from rag.errors import ReadError
from rag.reading.identity import make_article
from rag.reading.skipped import Skipped
from rag.types import Article

_LONGEST_LINE = 8_000_000
# Bytes that any packed dump may unpack to, and how many times its size a large one.
_UNPACKED = 10_000_000
_RATIO = 100


def read_table(path: Path) -> Iterator[Article | Skipped]:
    """A bad row is skipped by its line number; the others go in."""
    reader = _csv_rows if path.suffix.lower() == ".csv" else _json_rows
    try:
        with _open(path) as file:
            for line, row in reader(file):
                where = f"{path}:{line}"
                if isinstance(row, str):
                    yield Skipped(where, row)
                    continue
                try:
                    yield _article(row, where, path)
                except ReadError as error:
                    yield Skipped(where, str(error))
    except ReadError as error:
        yield Skipped(str(path), f"{error}; what came before is in")
    except OSError as error:
        yield Skipped(str(path), f"it cannot be read ({error.strerror or error})")
    except (UnicodeDecodeError, EOFError, zlib.error, csv.Error) as error:
        yield Skipped(str(path), f"it breaks off unreadable ({error}); what came before is in")


def count_rows(path: Path) -> int | None:
    """Lines of a JSON dump, for a progress bar; None for CSV, where a row may have many lines."""
    if path.suffix.lower() == ".csv":
        return None
    count = 0
    try:
        with _bytes(path) as file:
            while piece := file.read(1 << 20):
                count += piece.count(b"\n")
    except (OSError, EOFError, zlib.error, ReadError):
        return None
    return count


def _open(path: Path) -> TextIO:
    # Line ends inside the fields of a CSV are its own business.
    newline = "" if path.suffix.lower() == ".csv" else None
    return io.TextIOWrapper(_bytes(path), encoding="utf-8-sig", newline=newline)


def _bytes(path: Path) -> io.BufferedReader:
    if path.suffix.lower() == ".gz":
        return io.BufferedReader(_Unpacked(path), 1 << 16)
    return path.open("rb")


class _Unpacked(io.RawIOBase):
    """A gzip file that refuses to be a bomb: text packs to a tenth, zeros to a thousandth."""

    def __init__(self, path: Path) -> None:
        self._most = max(_UNPACKED, path.stat().st_size * _RATIO)
        self._file = gzip.open(path, "rb")  # noqa: SIM115 (closed with the stream)
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._file.readinto(buffer)
        self._count += count
        if self._count > self._most:
            raise ReadError(f"it unpacks to more than {_RATIO} times its size, as no text does")
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


def _json_rows(file: TextIO) -> Iterator[tuple[int, dict[str, Any] | str]]:
    number = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE:
            while len(line) == _LONGEST_LINE and not line.endswith("\n"):
                line = file.readline(_LONGEST_LINE)
            yield number, f"the line is longer than {_LONGEST_LINE} characters"
            continue
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            yield number, f"it is no JSON ({error})"
            continue
        yield number, row if isinstance(row, dict) else "it is no JSON object"


def _csv_rows(file: TextIO) -> Iterator[tuple[int, dict[str, Any] | str]]:
    csv.field_size_limit(_LONGEST_LINE)
    rows = csv.DictReader(file)
    if "text" not in (rows.fieldnames or []):
        found = ", ".join(map(repr, rows.fieldnames or [])) or "none"
        yield 1, f"it has no column 'text' (commas part columns); there are {found:.200}"
        return
    for row in rows:
        yield rows.line_num, {key: value for key, value in row.items() if key}


def _article(row: dict[str, Any], where: str, path: Path) -> Article:
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ReadError("it has no 'text'")
    named = any(row.get(key) not in (None, "") for key in ("id", "slug", "url"))
    # A row without a name is called by its place in the dump.
    return make_article(row, text, where, path if named else Path(f"{path}:{where}"))
