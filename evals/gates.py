"""Gates: floors and ceilings of the rates, and how far a rate may fall behind the baseline."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from evals.compare import Comparison
from evals.rates import Rate, by_case
from evals.row import Row
from evals.scorers import LOWER, SCORERS
from rag.errors import UsageError

GATES = Path(__file__).parent / "gates.toml"
_KINDS = ("floors", "ceilings", "drops")
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """By score. A drop is the most that a rate may get worse against the baseline."""

    floors: dict[str, float] = field(default_factory=dict)
    ceilings: dict[str, float] = field(default_factory=dict)
    drops: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gate:
    """`value` is the rate, for a drop how much worse it got. A gate on nothing never passes.
    `cases` are those that pull it down most."""

    name: str
    kind: Literal["floor", "ceiling", "drop"]
    limit: float
    value: float | None
    cases: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        if self.value is None:
            return False
        if self.kind == "floor":
            return self.value >= self.limit - 1e-9
        return self.value <= self.limit + 1e-9

    @property
    def line(self) -> str:
        """What is wrong in one line, with the cases to look at."""
        if self.value is None:
            said = f"{self.name} has nothing to score, and its {self.kind} is {self.limit:g}"
        elif self.kind == "drop":
            said = (
                f"{self.name} is {self.value:.3f} worse than the baseline, "
                f"allowed are {self.limit:g}"
            )
        else:
            said = f"{self.name} is {self.value:.3f}, the {self.kind} is {self.limit:g}"
        return f"{said}; look at {', '.join(self.cases)}" if self.cases else said

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "kind": self.kind,
            "limit": self.limit,
            "value": round(self.value, 4) if self.value is not None else None,
            "passed": self.passed,
            "line": self.line,
        }


def load_limits(path: Path | None = None) -> Limits:
    """Raises UsageError for a gate of an unknown kind or on a score that does not exist."""
    place = path or GATES
    try:
        found = tomllib.loads(place.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"The gates {place} cannot be read ({error}).") from None
    for kind, limits in found.items():
        if kind not in _KINDS or not isinstance(limits, dict):
            raise UsageError(f"{place}: {kind!r} is none of the tables {', '.join(_KINDS)}.")
        for name, limit in limits.items():
            _check(place, kind, name, limit)
    return Limits(**found)


def _check(place: Path, kind: str, name: str, limit: object) -> None:
    known = [*SCORERS, "error"]
    if name not in known:
        raise UsageError(f"{place}: there is no score {name!r}; known are {', '.join(known)}.")
    if not isinstance(limit, int | float) or not 0 <= limit <= 1:
        raise UsageError(f"{place}: {kind}.{name} cannot be {limit!r}; 0 to 1.")
    if kind != "drops" and (kind == "ceilings") != (name in LOWER):
        better = "lower, so it has a ceiling" if name in LOWER else "higher, so it has a floor"
        raise UsageError(f"{place}: {name} is better {better}, not one of {kind}.")


def hold(
    limits: Limits, rates: Sequence[Rate], rows: Sequence[Row], comparison: Comparison | None
) -> tuple[Gate, ...]:
    """Drops are held where there is a baseline to compare with."""
    values = {rate.name: rate.value for rate in rates}
    gates = [
        *(_gate(n, "floor", v, values.get(n), rows) for n, v in limits.floors.items()),
        *(_gate(n, "ceiling", v, values.get(n), rows) for n, v in limits.ceilings.items()),
    ]
    for change in comparison.scores if comparison else ():
        if change.name in limits.drops and change.n:
            limit = limits.drops[change.name]
            worst = change.worst[:_NAMED] if change.worse > limit else ()
            gates.append(Gate(change.name, "drop", limit, change.worse, worst))
    return tuple(gates)


def _gate(
    name: str,
    kind: Literal["floor", "ceiling"],
    limit: float,
    value: float | None,
    rows: Sequence[Row],
) -> Gate:
    gate = Gate(name, kind, limit, value)
    if gate.passed or value is None:
        return gate
    scores = by_case(name, rows)
    best = float(kind == "floor")
    worst = sorted((k for k in scores if scores[k] != best), key=lambda k: -abs(best - scores[k]))
    return Gate(name, kind, limit, value, tuple(worst[:_NAMED]))
