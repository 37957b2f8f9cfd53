"""Passages of Wikinews articles, and the questions that were written on them for this project.

The articles are not part of the project: `data/news-questions.jsonl` names them by address.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.data import rows

QUESTIONS = Path(__file__).parent / "data" / "news-questions.jsonl"
# In words. Shorter ones are captions and notes.
_LONGEST, _SHORTEST, _LINE = 210, 45, 8
# The long ones are interviews; three passages of one are enough.
_MOST = 3


@dataclass(frozen=True, slots=True)
class Passage:
    """Part of an article, with the questions asked of it: (question, answer in the passage or None)."""

    url: str
    title: str
    published: date
    text: str
    questions: tuple[tuple[str, str | None], ...]


def passages() -> Iterator[Passage]:
    """Those that have questions. Ends the program where the articles are absent."""
    asked = {}
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        asked[row["url"], row["part"]] = row["questions"]
    for row in rows("wikinews/articles.jsonl"):
        for part, text in enumerate(split(row["text"])):
            if held := asked.get((row["url"], part)):
                questions = tuple((one["question"], one["answer"]) for one in held)
                day = date.fromisoformat(row["published"])
                yield Passage(row["url"], row["title"], day, text, questions)


def split(text: str) -> list[str]:
    """Whole paragraphs joined to passages."""
    parts: list[list[str]] = [[]]
    for paragraph in re.split(r"\n\s*\n", text):
        words = paragraph.split()
        if len(words) < _LINE:
            continue
        if parts[-1] and len(parts[-1]) + len(words) > _LONGEST:
            parts.append([])
        parts[-1] += words
    kept = [part for part in parts if _SHORTEST <= len(part) <= _LONGEST + 50]
    return [" ".join(part) for part in kept[:_MOST]]
