"""Ask every case, score every answer, hold the gates."""

from __future__ import annotations

import json
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.cases import Case, load_cases
from evals.scorers import SCORERS, Score
from rag.errors import RagError, UsageError
from rag.library.sync import ingest
from rag.models.load import load_embedder
from rag.pipeline import Pipeline
from rag.reading.reader import read_sources
from rag.sample import corpus_folder
from rag.settings import Settings
from rag.types import Answer

GATES = Path(__file__).parent / "gates.toml"


@dataclass(frozen=True, slots=True)
class Row:
    """A case with its answer and scores; an error is a state of its own, never a score."""

    case: Case
    answer: Answer | None
    scores: dict[str, Score]
    error: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.case.id,
            "kind": self.case.kind,
            "status": "error" if self.error else "scored",
            "error": self.error,
            "scores": self.scores,
            "answer": self.answer.to_dict() if self.answer else None,
        }


@dataclass(frozen=True, slots=True)
class Rate:
    """A mean with what it is the mean of."""

    name: str
    value: float | None
    n: int
    unscored: int
    errors: int


@dataclass(frozen=True, slots=True)
class Gate:
    """A floor under a rate. A rate of nothing never passes."""

    name: str
    floor: float
    value: float | None

    @property
    def passed(self) -> bool:
        return self.value is not None and self.value >= self.floor


@dataclass(frozen=True, slots=True)
class Run:
    rows: tuple[Row, ...]
    floors: dict[str, float]

    @property
    def rates(self) -> tuple[Rate, ...]:
        return tuple(_rate(name, self.rows) for name in SCORERS)

    @property
    def gates(self) -> tuple[Gate, ...]:
        values = {rate.name: rate.value for rate in self.rates}
        return tuple(Gate(name, floor, values[name]) for name, floor in self.floors.items())

    @property
    def errors(self) -> int:
        return sum(bool(row.error) for row in self.rows)

    @property
    def passed(self) -> bool:
        return not self.errors and all(gate.passed for gate in self.gates)

    def to_dict(self) -> dict[str, Any]:
        return {
            "passed": self.passed,
            "cases": len(self.rows),
            "errors": self.errors,
            "rates": {
                r.name: {
                    "value": round(r.value, 4) if r.value is not None else None,
                    "n": r.n,
                    "unscored": r.unscored,
                    "errors": r.errors,
                }
                for r in self.rates
            },
            "gates": [
                {"name": g.name, "floor": g.floor, "value": g.value, "passed": g.passed}
                for g in self.gates
            ],
            "rows": [row.to_dict() for row in self.rows],
        }

    def write(self, path: Path) -> None:
        try:
            with path.open("w", encoding="utf-8") as file:
                for row in self.rows:
                    file.write(json.dumps(row.to_dict(), ensure_ascii=False) + "\n")
        except OSError as error:
            raise UsageError(f"{path} cannot be written ({error.strerror}).") from None


def load_gates(path: Path | None = None) -> dict[str, float]:
    """Floors by score. Raises UsageError for a gate on a score that does not exist."""
    place = path or GATES
    try:
        floors = tomllib.loads(place.read_text(encoding="utf-8")).get("floors", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"The gates {place} cannot be read ({error}).") from None
    for name, floor in floors.items():
        if name not in SCORERS:
            raise UsageError(
                f"{place}: there is no score {name!r}; known are {', '.join(SCORERS)}."
            )
        if not isinstance(floor, int | float) or not 0 <= floor <= 1:
            raise UsageError(f"{place}: the floor of {name} cannot be {floor!r}; 0 to 1.")
    return dict(floors)


def run_evals(
    settings: Settings,
    cases: Path | None = None,
    gates: Path | None = None,
    *,
    fresh: bool = True,
    quiet: bool = False,
) -> Run:
    """With `fresh`, on a library made for this run from the shipped corpus, whatever the
    settings' own library holds."""
    chosen, floors = load_cases(cases), load_gates(gates)
    if not fresh:
        return _run(Pipeline(settings), chosen, floors, quiet)
    with tempfile.TemporaryDirectory(prefix="groundwire-evals-") as folder:
        own = settings.model_copy(update={"library": Path(folder)})
        ingest(own, load_embedder(own), read_sources([corpus_folder()]))
        pipeline = Pipeline(own)
        try:
            return _run(pipeline, chosen, floors, quiet)
        finally:
            pipeline.close()


def _run(pipeline: Pipeline, cases: Sequence[Case], floors: dict[str, float], quiet: bool) -> Run:
    _known_articles(pipeline, cases)
    rows = [_row(pipeline, case) for case in _tracked(cases, quiet)]
    return Run(tuple(rows), floors)


def _tracked(cases: Sequence[Case], quiet: bool) -> Iterable[Case]:
    if quiet:
        return cases
    from rich.console import Console
    from rich.progress import track

    return track(cases, "Asking", console=Console(file=sys.stderr), transient=True)


def _known_articles(pipeline: Pipeline, cases: Sequence[Case]) -> None:
    known = set(pipeline.library().snapshot().article_ids)
    for case in cases:
        missing = set(case.articles) - known
        if missing:
            raise UsageError(
                f"Case {case.id!r} names articles that are not there: {sorted(missing)}."
            )


def _row(pipeline: Pipeline, case: Case) -> Row:
    try:
        history: list[Answer] = []
        for question in case.history:
            history.append(pipeline.ask(question, list(history), **case.options))
        answer = pipeline.ask(case.question, history, **case.options)
    except RagError as error:
        return Row(case, None, dict.fromkeys(SCORERS), str(error))
    checker = pipeline.checker()
    scores = {name: scorer(case, answer, checker) for name, scorer in SCORERS.items()}
    return Row(case, answer, scores)


def _rate(name: str, rows: Sequence[Row]) -> Rate:
    errors = sum(bool(row.error) for row in rows)
    values = [v for row in rows if not row.error and (v := row.scores[name]) is not None]
    value = sum(values) / len(values) if values else None
    return Rate(name, value, len(values), len(rows) - errors - len(values), errors)
