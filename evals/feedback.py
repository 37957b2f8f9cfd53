"""What readers thought of answers, as cases."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.cases import Case, load_cases
from rag.errors import UsageError
from rag.library.feedback import Opinion


def write_cases(path: Path, opinions: Sequence[Opinion]) -> list[Case]:
    """Those that were written. A helpful answer becomes what to expect; one that was not helpful
    says nothing of what a right one is, and becomes a case that fails until the answer is another.
    One that tells neither becomes none. Raises UsageError."""
    if path.suffix != ".jsonl":
        raise UsageError(f"Cases are read from .jsonl files, not {path.name!r}: name one so.")
    rows = [_asked(one) | row for one in reversed(opinions) if (row := _expected(one))]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}).") from None
    return load_cases(path)


def _expected(one: Opinion) -> dict[str, Any]:
    """The kind and what goes with it; empty where the answer tells nothing."""
    refused = one.status == "no_answer"
    if one.thumb == "down":
        if not refused and not (one.status == "answered" and one.answer):
            return {}
        row = {"kind": "disliked", "disliked": "" if refused else one.answer}
        return row | ({"comment": one.comment} if one.comment else {})
    if refused:
        return {"kind": "unanswerable"}
    if not (one.fact and one.articles):
        return {}
    return {"kind": _kind(one), "facts": [one.fact], "articles": list(one.articles)}


def _asked(one: Opinion) -> dict[str, Any]:
    row: dict[str, Any] = {"id": f"fb-{one.key}", "question": one.question}
    if one.history:
        row["history"] = list(one.history)
    if one.options:
        row["options"] = dict(one.options)
    return row


def _kind(one: Opinion) -> str:
    if one.history:
        return "follow_up"
    return "date_bound" if one.options else "answerable"
