"""Means over cases, each with what it is the mean of and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from evals.row import Row

# Resamples of the bootstrap; the third digit of an interval is stable from about 2,000 on.
_RESAMPLES = 2000
_SEED = 20240601


@dataclass(frozen=True, slots=True)
class Rate:
    """`low` and `high` bound 95% of the bootstrap means. `spread` is (least, most) over repeats."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    unscored: int
    errors: int
    spread: tuple[float, float] | None = None

    def to_dict(self) -> dict[str, Any]:
        out = asdict(self)
        for key in ("value", "low", "high"):
            out[key] = round(out[key], 4) if out[key] is not None else None
        out["spread"] = [round(v, 4) for v in self.spread] if self.spread else None
        return out


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of an answer, from the question to the last verdict."""

    n: int
    median: float
    p95: float


def rate(name: str, rows: Sequence[Row]) -> Rate:
    """A case asked several times counts once, with its mean."""
    values = list(by_case(name, rows).values())
    ids = {row.id for row in rows}
    failed = {row.id for row in rows if row.state == "error"}
    low, high = interval(values)
    return Rate(
        name,
        sum(values) / len(values) if values else None,
        low,
        high,
        len(values),
        len(ids - failed) - len(values) if name != "error" else 0,
        len(failed),
        _spread(name, rows),
    )


def by_case(name: str, rows: Sequence[Row]) -> dict[str, float]:
    """The mean score of each case that has one. A case with a failure has none, but for "error"."""
    found: dict[str, list[float]] = {}
    failed = {row.id for row in rows if row.state == "error"}
    for row in rows:
        if name == "error":
            found.setdefault(row.id, []).append(float(row.state == "error"))
        elif row.id not in failed and (value := row.scores.get(name)) is not None:
            found.setdefault(row.id, []).append(value)
    return {key: sum(values) / len(values) for key, values in found.items()}


def interval(values: Sequence[float]) -> tuple[float | None, float | None]:
    """Percentile bootstrap of the mean by case (Efron, "Bootstrap methods", 1979), seeded."""
    if not values:
        return None, None
    sample = np.asarray(values, dtype=np.float64)
    drawn = np.random.default_rng(_SEED).integers(0, len(sample), (_RESAMPLES, len(sample)))
    low, high = np.quantile(sample[drawn].mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


def latency(rows: Sequence[Row]) -> Latency | None:
    times = [ms for row in rows if (ms := row.milliseconds) is not None]
    if not times:
        return None
    median, p95 = np.quantile(times, (0.5, 0.95))
    return Latency(len(times), float(median), float(p95))


def _spread(name: str, rows: Sequence[Row]) -> tuple[float, float] | None:
    attempts = sorted({row.attempt for row in rows})
    if len(attempts) < 2:
        return None
    means = []
    for attempt in attempts:
        values = list(by_case(name, [r for r in rows if r.attempt == attempt]).values())
        if values:
            means.append(sum(values) / len(values))
    return (min(means), max(means)) if means else None
