"""A conversation as callers have it: Turns, Answers, or chat messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rag.errors import UsageError
from rag.reading.clean import clean
from rag.types import Answer, Turn

History = Sequence[Any]


def as_turns(history: History | None) -> tuple[Turn, ...]:
    """Turns as they are; Answers and {"question", "answer"} one each; messages with "role" and
    "content" in pairs. Raises UsageError for anything else."""
    if isinstance(history, str) or not isinstance(history or (), Sequence):
        raise UsageError(f"History cannot be {history!r:.100}: give a list of turns.")
    turns: list[Turn] = []
    for item in history or ():
        if isinstance(item, Turn):
            turns.append(item)
        elif isinstance(item, Answer):
            turns.append(Turn(item.question, item.text, item.citations))
        elif isinstance(item, Mapping) and isinstance(item.get("question"), str):
            turns.append(Turn(clean(item["question"]), _said(item, "answer")))
        elif isinstance(item, Mapping) and item.get("role") == "user":
            turns.append(Turn(_said(item, "content")))
        elif isinstance(item, Mapping) and item.get("role") == "assistant":
            if turns:
                turns[-1] = Turn(turns[-1].question, _said(item, "content"))
        elif not (isinstance(item, Mapping) and item.get("role") == "system"):
            raise UsageError(
                f"History cannot hold {type(item).__name__}: give Turns, Answers, rows with "
                "'question' and 'answer', or messages with 'role' and 'content'."
            )
    return tuple(turns)


def _said(item: Mapping[str, Any], key: str) -> str:
    return clean(str(item.get(key) or ""))
