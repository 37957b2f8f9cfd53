"""Frozen contexts: what was retrieved for each case is stored, so that another model or prompt
is scored on equal evidence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import asdict
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any

from rag.batch import read_rows
from rag.errors import UsageError
from rag.retrieval.search import Finder, Found
from rag.types import ArticleRef, Hit, Passage, Query, Span

# The case whose question is being asked, in this thread.
current_case: ContextVar[str] = ContextVar("current_case")

# Case and question, as a follow-up asks several.
_Key = tuple[str, str]


class Recorder:
    """Passes on what it is asked and keeps what came back."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._found: dict[_Key, tuple[Hit, ...]] = {}
        self._lock = Lock()

    def find(self, query: Query, k: int, per_article: int) -> Found:
        found = self._finder.find(query, k, per_article)
        with self._lock:
            self._found[current_case.get(), query.question] = found.hits
        return found

    def write(self, path: Path, order: Iterable[str]) -> None:
        place = {case_id: n for n, case_id in enumerate(order)}
        try:
            with path.open("w", encoding="utf-8") as file:
                for case_id, question in sorted(self._found, key=lambda k: (place[k[0]], k[1])):
                    hits = [_to_row(hit) for hit in self._found[case_id, question]]
                    row = {"id": case_id, "question": question, "hits": hits}
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
        except OSError as error:
            raise UsageError(f"{path} cannot be written ({error.strerror}).") from None


class Frozen:
    """Gives what was recorded. Raises UsageError for a question that was not."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._found = {
                (row["id"], row["question"]): tuple(map(_from_row, row["hits"]))
                for _, row in read_rows(path)
            }
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(
                f"The contexts {path} are not such as `rag eval --freeze` writes ({error!r})."
            ) from None

    @property
    def digest(self) -> str:
        return hashlib.sha256(self._path.read_bytes()).hexdigest()[:12]

    def find(self, query: Query, k: int, per_article: int) -> Found:
        hits = self._found.get((current_case.get(), query.question))
        if hits is None:
            raise UsageError(
                f"{self._path} holds nothing for {query.question!r}: freeze the contexts anew."
            )
        return Found(hits[:k], query)


def _to_row(hit: Hit) -> dict[str, Any]:
    passage = asdict(hit.passage)
    passage["sentences"] = [[s.start, s.end] for s in hit.passage.sentences]
    return {
        "article": hit.article.to_dict(),
        "passage": passage,
        "score": hit.score,
        "similarity": hit.similarity,
        "reprints": [ref.to_dict() for ref in hit.reprints],
    }


def _from_row(row: dict[str, Any]) -> Hit:
    spans = tuple(Span(start, end) for start, end in row["passage"]["sentences"])
    return Hit(
        _ref(row["article"]),
        Passage(**row["passage"] | {"sentences": spans}),
        row["score"],
        row["similarity"],
        tuple(map(_ref, row["reprints"])),
    )


def _ref(row: dict[str, Any]) -> ArticleRef:
    day = row["published"]
    return ArticleRef(**row | {"published": date.fromisoformat(day) if day else None})
