"""Dumps with one article a row: .jsonl, .jsonl.gz, .csv. Read row by row, whatever their size."""

from __future__ import annotations

import csv
import gzip
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


def read_table(path: Path) -> Iterator[Article | Skipped]:
    """A bad row is skipped by its line number; the others go in."""
    reader = _csv_rows if path.suffix == ".csv" else _json_rows
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
    except OSError as error:
        yield Skipped(str(path), f"it cannot be read ({error.strerror or error})")
    except (UnicodeDecodeError, EOFError, zlib.error, csv.Error) as error:
        yield Skipped(str(path), f"it breaks off unreadable ({error}); what came before is in")


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig")
    return path.open(encoding="utf-8-sig", newline="")


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
        yield 1, "it has no column 'text'"
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
