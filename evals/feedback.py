"""Answers that readers found helpful, as cases."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.cases import load_cases
from rag.errors import UsageError
from rag.library.feedback import Opinion


def write_cases(path: Path, opinions: Sequence[Opinion]) -> int:
    """How many were written. An answer that was not helpful says nothing of what a right one is,
    and the format holds no case without facts: it becomes none. Raises UsageError."""
    if path.suffix != ".jsonl":
        raise UsageError(f"Cases are read from .jsonl files, not {path.name!r}: name one so.")
    rows = [row for one in reversed(opinions) if (row := _row(one)) is not None]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}).") from None
    load_cases(path)
    return len(rows)


def _row(one: Opinion) -> dict[str, Any] | None:
    if one.thumb != "up":
        return None
    row: dict[str, Any] = {"id": f"fb-{one.key}", "kind": _kind(one), "question": one.question}
    if one.status != "no_answer":
        if not (one.fact and one.articles):
            return None
        row |= {"facts": [one.fact], "articles": list(one.articles)}
    if one.history:
        row["history"] = list(one.history)
    if one.options:
        row["options"] = dict(one.options)
    return row


def _kind(one: Opinion) -> str:
    if one.status == "no_answer":
        return "unanswerable"
    if one.history:
        return "follow_up"
    return "date_bound" if one.options else "answerable"
