"""Rows on disk as they are finished, so that a run that broke off can go on."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from evals.row import Row
from rag.batch import read_rows
from rag.errors import UsageError


class Journal:
    """Writes OUT.part row by row, and OUT, in order, at the end."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._part = out.with_name(f"{out.name}.part")
        self._lock = Lock()

    def finished(self) -> dict[tuple[str, int], Row]:
        """Rows of an earlier run by id and attempt, without those that failed."""
        place = self._part if self._part.is_file() else self._out
        if not place.is_file():
            return {}
        try:
            rows = [Row.from_dict(row) for _, row in read_rows(place)]
        except (KeyError, TypeError):
            raise UsageError(f"{place} holds no rows of an eval; choose another --out.") from None
        return {(row.id, row.attempt): row for row in rows if row.state != "error"}

    def start(self, rows: Sequence[Row]) -> None:
        self._write(self._part, rows, "w")

    def add(self, row: Row) -> None:
        with self._lock:
            self._write(self._part, [row], "a")

    def finish(self, rows: Sequence[Row]) -> None:
        self._write(self._part, rows, "w")
        os.replace(self._part, self._out)

    def _write(self, place: Path, rows: Sequence[Row], mode: str) -> None:
        try:
            with place.open(mode, encoding="utf-8") as file:
                for row in rows:
                    file.write(json.dumps(row.to_dict(), ensure_ascii=False) + "\n")
        except OSError as error:
            raise UsageError(f"{place} cannot be written ({error.strerror}).") from None
