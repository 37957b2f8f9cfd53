"""Passages of public sets, with the questions and claims that were written on them for this project.

The texts are not part of the project: the files in `training/data` name each passage by a digest of
its words.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.data import rows
from rag.reading.sentences import sentence_spans

WRITTEN = Path(__file__).parents[1] / "training" / "data"
# In words. Shorter ones are captions and notes.
_LONGEST, _SHORTEST, _LINE = 210, 45, 8
# The long ones are interviews; three passages of one are enough.
_MOST = 3


@dataclass(frozen=True, slots=True)
class Passage:
    """`source` is "news" (Wikinews), "reports" (the articles of DeFacto) or "squad2"; `key` the
    article, which lies on one side of the held-out line."""

    source: str
    key: str
    title: str
    published: date | None
    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]


def written(name: str) -> Iterator[tuple[Passage, list[dict[str, Any]]]]:
    """The passages that have `name` ("questions" or "twins"), with them. A passage without a
    headline gets the one that was written for it. Ends the program where the sets are absent."""
    lines = (WRITTEN / f"passage-{name}.jsonl").read_text(encoding="utf-8").splitlines()
    held = {row["passage"]: row for row in map(json.loads, lines)}
    for one in _all():
        if row := held.pop(one.digest, None):
            yield replace(one, title=one.title or row["title"]), row[name]


def _all() -> Iterator[Passage]:
    for row in rows("wikinews/articles.jsonl"):
        day = date.fromisoformat(row["published"])
        for text in by_paragraphs(row["text"]):
            yield Passage("news", row["url"], row["title"], day, text)
    for row in rows("grounding/train.jsonl.gz"):
        if row["source"] == "defacto":
            for text in by_sentences(row["document"]):
                yield Passage("reports", row["key"], "", None, text)
    for row in rows("passage_qa/squad2.jsonl"):
        title = row["title"].replace("_", " ")
        yield Passage("squad2", row["title"], title, None, row["passage"])


def by_paragraphs(text: str) -> list[str]:
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


def by_sentences(text: str) -> list[str]:
    """Whole sentences joined to passages, for articles whose paragraphs are lost."""
    parts: list[list[str]] = [[]]
    for sentence in sentence_spans(text):
        words = sentence.of(text).split()
        if parts[-1] and len(parts[-1]) + len(words) > 190:
            parts.append([])
        parts[-1] += words
    return [" ".join(part) for part in parts if 60 <= len(part) <= 230][:2]
