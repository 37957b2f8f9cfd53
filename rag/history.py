"""A conversation as callers have it: Turns, Answers, or chat messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rag.errors import UsageError
from rag.types import Answer, Turn

History = Sequence[Any]


def as_turns(history: History | None) -> tuple[Turn, ...]:
    """Turns as they are; Answers and {"question", "answer"} one each; messages with "role" and
    "content" in pairs. Raises UsageError for anything else."""
    turns: list[Turn] = []
    for item in history or ():
        if isinstance(item, Turn):
            turns.append(item)
        elif isinstance(item, Answer):
            turns.append(Turn(item.question, item.text, item.citations))
        elif isinstance(item, Mapping) and isinstance(item.get("question"), str):
            turns.append(Turn(item["question"], str(item.get("answer") or "")))
        elif isinstance(item, Mapping) and item.get("role") == "user":
            turns.append(Turn(str(item.get("content") or "")))
        elif isinstance(item, Mapping) and item.get("role") == "assistant":
            if turns:
                turns[-1] = Turn(turns[-1].question, str(item.get("content") or ""))
        elif not (isinstance(item, Mapping) and item.get("role") == "system"):
            raise UsageError(
                f"History cannot hold {type(item).__name__}: give Turns, Answers, rows with "
                "'question' and 'answer', or messages with 'role' and 'content'."
            )
    return tuple(turns)
