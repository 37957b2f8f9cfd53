"""Cases are data: one JSON object a line, unknown keys refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from rag.errors import UsageError

Kind = Literal["answerable", "unanswerable", "follow_up", "date_bound", "conflicting"]
KINDS: tuple[str, ...] = get_args(Kind)
SHIPPED = Path(__file__).parent / "cases"


@dataclass(frozen=True, slots=True)
class Case:
    """`facts` are what a right answer says, each as one or more wordings; `articles` hold them.
    `history` are earlier questions of the conversation, asked first. `options` are those of ask."""

    id: str
    kind: str
    question: str
    facts: tuple[tuple[str, ...], ...] = ()
    articles: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def answerable(self) -> bool:
        return self.kind != "unanswerable"


def load_cases(path: Path | None = None) -> list[Case]:
    """A .jsonl file or a folder of them. Raises UsageError naming file and line."""
    place = path or SHIPPED
    files = sorted(place.glob("*.jsonl")) if place.is_dir() else [place]
    if not files:
        raise UsageError(f"There are no cases (*.jsonl) in {place}.")
    cases: dict[str, Case] = {}
    for file in files:
        for where, row in _rows(file):
            case = _case(row, where)
            if case.id in cases:
                raise UsageError(f"{where}: the id {case.id!r} is used twice.")
            cases[case.id] = case
    return list(cases.values())


def _rows(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The cases {file} cannot be read ({error}).") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise UsageError(f"{file}:{number} is no JSON ({error}).") from None
        if not isinstance(row, dict):
            raise UsageError(f"{file}:{number} is no JSON object.")
        yield f"{file}:{number}", row


def _case(row: dict[str, Any], where: str) -> Case:
    unknown = set(row) - {f.name for f in fields(Case)}
    if unknown:
        raise UsageError(f"{where}: unknown keys {sorted(unknown)}.")
    if not all(isinstance(row.get(key), str) and row[key] for key in ("id", "kind", "question")):
        raise UsageError(f"{where}: a case needs id, kind and question.")
    if row["kind"] not in KINDS:
        raise UsageError(f"{where}: kind {row['kind']!r} is none of {', '.join(KINDS)}.")
    wordings = [[fact] if isinstance(fact, str) else fact for fact in row.get("facts", ())]
    case = Case(
        row["id"],
        row["kind"],
        row["question"],
        tuple(tuple(map(str, fact)) for fact in wordings),
        tuple(row.get("articles", ())),
        tuple(row.get("history", ())),
        dict(row.get("options", {})),
    )
    if case.answerable and not (case.facts and case.articles):
        raise UsageError(
            f"{where}: what can be answered needs facts and the articles that hold them."
        )
    return case
