"""Cases are data: one JSON object a line, unknown keys refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from rag.batch import read_rows
from rag.errors import UsageError
from rag.scope import OPTIONS

Kind = Literal[
    "answerable", "unanswerable", "overview", "follow_up", "date_bound", "conflicting", "injected",
    "disliked",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(Kind)
SHIPPED = Path(__file__).parent / "cases"
_TEXTS = ("disliked", "comment")
_LISTS = ("facts", "wrong", "articles", "brings", "history")


@dataclass(frozen=True, slots=True)
class Case:
    """`facts` are what a right answer says and `wrong` what no answer may say, each as one or
    more wordings; `articles` hold the facts. `history` are earlier questions of the conversation,
    asked first. `options` are those of ask. `brings` are articles of the case's own, as files
    beside the case file: they are in the library for this kind of case alone. `disliked` is an
    answer that a reader found not helpful, empty where it was a refusal, and `comment` what the
    reader said; of a case of the kind disliked nobody has said yet what a right answer is."""

    id: str
    kind: str
    question: str
    facts: tuple[tuple[str, ...], ...] = ()
    wrong: tuple[tuple[str, ...], ...] = ()
    articles: tuple[str, ...] = ()
    brings: tuple[Path, ...] = ()
    history: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    disliked: str | None = None
    comment: str = ""

    @property
    def answerable(self) -> bool | None:
        """None where nobody knows."""
        return None if self.kind == "disliked" else self.kind != "unanswerable"

    @property
    def digest(self) -> str:
        """Changes with anything that could change the answer or its scores."""
        beside = ("brings", "comment")
        parts = [getattr(self, f.name) for f in fields(self) if f.name not in beside]
        brought = [path.read_text(encoding="utf-8") for path in self.brings]
        return hashlib.sha256(json.dumps([parts, brought]).encode()).hexdigest()[:12]


def load_cases(path: Path | None = None) -> list[Case]:
    """A .jsonl file or a folder of them. Raises UsageError naming file and line."""
    place = path or SHIPPED
    files = sorted(place.glob("*.jsonl")) if place.is_dir() else [place]
    if not files:
        raise UsageError(f"There are no cases (*.jsonl) in {place}.")
    cases: dict[str, Case] = {}
    for file in files:
        for where, row in read_rows(file):
            case = _case(row, where, file.parent)
            if case.id in cases:
                raise UsageError(f"{where}: the id {case.id!r} is used twice.")
            cases[case.id] = case
    return list(cases.values())


def _case(row: dict[str, Any], where: str, folder: Path) -> Case:
    _check_shape(row, where)
    case = Case(
        row["id"],
        row["kind"],
        row["question"],
        _wordings(row, "facts", where),
        _wordings(row, "wrong", where),
        tuple(row.get("articles", ())),
        tuple(folder / name for name in row.get("brings", ())),
        tuple(row.get("history", ())),
        dict(row.get("options", {})),
        row.get("disliked"),
        row.get("comment", ""),
    )
    if case.answerable and not (case.facts and case.articles):
        raise UsageError(
            f"{where}: what can be answered needs facts and the articles that hold them."
        )
    if case.kind == "disliked" and case.disliked is None:
        raise UsageError(f"{where}: the kind disliked needs the answer that was ('disliked').")
    for path in case.brings:
        if not path.is_file():
            raise UsageError(f"{where}: the article {path} is not there.")
    return case


def _check_shape(row: dict[str, Any], where: str) -> None:
    unknown = set(row) - {f.name for f in fields(Case)}
    if unknown:
        raise UsageError(f"{where}: unknown keys {sorted(unknown)}.")
    if not all(isinstance(row.get(key), str) and row[key] for key in ("id", "kind", "question")):
        raise UsageError(f"{where}: a case needs id, kind and question.")
    if row["kind"] not in KINDS:
        raise UsageError(f"{where}: kind {row['kind']!r} is none of {', '.join(KINDS)}.")
    for key in _LISTS:
        if not isinstance(row.get(key, []), list):
            raise UsageError(f"{where}: {key} is no list: {row[key]!r}.")
    for key in _TEXTS:
        if not isinstance(row.get(key, ""), str):
            raise UsageError(f"{where}: {key} is no text: {row[key]!r}.")
    options = row.get("options", {})
    if not isinstance(options, dict) or set(options) - set(OPTIONS):
        raise UsageError(f"{where}: options are {', '.join(sorted(OPTIONS))}, not {options!r}.")


def _wordings(row: dict[str, Any], key: str, where: str) -> tuple[tuple[str, ...], ...]:
    given = [[fact] if isinstance(fact, str) else fact for fact in row.get(key, ())]
    for fact in given:
        if not isinstance(fact, list) or not fact or not all(isinstance(w, str) for w in fact):
            raise UsageError(f"{where}: {key} holds {fact!r}; say a text or a list of wordings.")
    return tuple(tuple(fact) for fact in given)
