"""Many rows in one go: .jsonl in, .jsonl out, one row each, in order. A row that fails becomes a
row with status error and its reason; the others go on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rag.errors import UsageError
from rag.pipeline import Pipeline
from rag.reading.clean import encodable
from rag.scope import OPTIONS

Row = dict[str, Any]


def read_file(path: Path) -> str:
    """Raises UsageError naming the file."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is no UTF-8 text; save it as UTF-8.") from None


def run_batch(batch: Path, out: Path | None, work: Callable[[Row], Row]) -> None:
    """Write work(row) for each row. The file appears whole or, after a break, as far as it came."""
    from rich.console import Console
    from rich.progress import track

    if out is None:
        raise UsageError("--batch needs --out FILE for its rows.")
    rows = [{"id": number, **row} for number, (_, row) in enumerate(read_rows(batch), 1)]
    part = out.with_name(out.name + ".part")
    try:
        with part.open("w", encoding="utf-8") as file:
            for row in track(rows, "Working", console=Console(stderr=True), transient=True):
                file.write(json.dumps(_done(row, work), ensure_ascii=False) + "\n")
                file.flush()
        os.replace(part, out)
    except OSError as error:
        raise UsageError(f"{out} cannot be written ({error.strerror}).") from None


def read_rows(file: Path) -> Iterator[tuple[str, Row]]:
    """Each row of a .jsonl file with its place, "FILE:LINE". Raises UsageError naming it."""
    # Not splitlines(): JSON strings may hold other line separators raw.
    for number, line in enumerate(read_file(file).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise UsageError(f"{file}:{number} is no JSON ({error}).") from None
        if not isinstance(row, dict):
            raise UsageError(f"{file}:{number} is no JSON object.")
        if "\\ud" in line.lower():
            # An escape may be half a pair, alone.
            row = json.loads(encodable(json.dumps(row, ensure_ascii=False)))
        yield f"{file}:{number}", row


def _done(row: Row, work: Callable[[Row], Row]) -> Row:
    try:
        return {"id": row["id"], **work(row)}
    except UsageError as error:
        return {"id": row["id"], "status": "error", "error": str(error)}


def _options(row: Row, defaults: Mapping[str, Any]) -> dict[str, Any]:
    return {key: row.get(key) if row.get(key) is not None else defaults[key] for key in OPTIONS}


def _question(row: Row) -> str:
    question = row.get("question", row.get("query"))
    if not isinstance(question, str):
        raise UsageError("The row has no 'question'.")
    return question


def ask_rows(pipeline: Pipeline, defaults: Mapping[str, Any]) -> Callable[[Row], Row]:
    def work(row: Row) -> Row:
        try:
            answer = pipeline.ask(_question(row), row.get("history"), **_options(row, defaults))
        except UsageError as error:
            raw = row.get("question", row.get("query"))
            return {"question": raw, "status": "error", "error": str(error)}
        return answer.to_dict()

    return work


def search_rows(pipeline: Pipeline, defaults: Mapping[str, Any], k: int) -> Callable[[Row], Row]:
    def work(row: Row) -> Row:
        found = pipeline.search(_question(row), k=row.get("k", k), **_options(row, defaults))
        return {
            "query": found.query.to_dict(),
            "hits": [hit.to_dict() for hit in found.hits],
        }

    return work
