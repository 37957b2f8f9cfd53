"""Passages of public sets, with the questions and claims that were written on them for this project.

The texts are not part of the project: the files in `training/data` name each passage by a digest of
its words.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.data import rows
from rag.reading.sentences import sentence_spans

WRITTEN = Path(__file__).parents[1] / "training" / "data"
# Words of the shortest paragraph that is more than a line of the page.
_LINE = 8


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
    paragraphs = (paragraph.split() for paragraph in re.split(r"\n\s*\n", text))
    parts = _joined((words for words in paragraphs if len(words) >= _LINE), 210)
    # Shorter ones are captions and notes; the long articles are interviews, of which three parts do.
    return [" ".join(part) for part in parts if 45 <= len(part) <= 260][:3]


def by_sentences(text: str) -> list[str]:
    """Whole sentences joined to passages, for articles whose paragraphs are lost."""
    parts = _joined((sentence.of(text).split() for sentence in sentence_spans(text)), 190)
    return [" ".join(part) for part in parts if 60 <= len(part) <= 230][:2]


def _joined(pieces: Iterable[list[str]], most: int) -> list[list[str]]:
    """Pieces of words in their order, joined up to `most` words; a longer one stands alone."""
    parts: list[list[str]] = [[]]
    for words in pieces:
        if parts[-1] and len(parts[-1]) + len(words) > most:
            parts.append([])
        parts[-1] += words
    return parts
