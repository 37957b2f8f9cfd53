"""What a run came to: rows, rates, gates, and how it stands to its baseline."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from evals.compare import Comparison
from evals.gates import Gate, Limits, hold
from evals.judge import Agreement
from evals.rates import Latency, Rate, latency, rate
from evals.row import Row
from evals.scorers import SCORERS


@dataclass(frozen=True, slots=True)
class Usage:
    """Of the model, counted by characters."""

    tokens: int
    dollars: float


@dataclass(frozen=True, slots=True)
class Run:
    """`names` are the scores that apply: answers of others have no key facts."""

    rows: tuple[Row, ...]
    limits: Limits
    title: str
    names: tuple[str, ...] = tuple(SCORERS)
    comparison: Comparison | None = None
    agreement: Agreement | None = None
    usage: Usage | None = None
    rates: tuple[Rate, ...] = field(init=False)
    gates: tuple[Gate, ...] = field(init=False)

    def __post_init__(self) -> None:
        rates = tuple(rate(name, self.rows) for name in (*self.names, "error"))
        object.__setattr__(self, "rates", rates)
        gates = hold(self.limits, rates, self.rows, self.comparison)
        object.__setattr__(self, "gates", gates)

    @property
    def latency(self) -> Latency | None:
        return latency(self.rows)

    @property
    def errors(self) -> int:
        return sum(row.state == "error" for row in self.rows)

    @property
    def failing(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.passed)

    @property
    def passed(self) -> bool:
        return all(gate.passed for gate in self.gates)

    def states(self) -> dict[str, int]:
        found = [row.state for row in self.rows]
        return {state: found.count(state) for state in sorted(set(found))}

    def to_dict(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "passed": self.passed,
            "cases": len({row.id for row in self.rows}),
            "errors": self.errors,
            "states": self.states(),
            "rates": {r.name: r.to_dict() for r in self.rates},
            "latency_ms": asdict(self.latency) if self.latency else None,
            "gates": [gate.to_dict() for gate in self.gates],
            "comparison": self.comparison.to_dict() if self.comparison else None,
            "agreement": self.agreement.to_dict() if self.agreement else None,
            "usage": asdict(self.usage) if self.usage else None,
            "rows": [row.to_dict() for row in self.rows],
        }
