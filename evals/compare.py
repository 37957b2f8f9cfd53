"""A run beside its baseline: by score and by case, each with a paired test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evals.rates import by_case
from evals.row import Row
from evals.scorers import LOWER, SCORERS
from evals.significance import mcnemar, sign_flips


@dataclass(frozen=True, slots=True)
class Change:
    """One score over the n cases that have it in both runs. `p` is that of the paired
    permutation test; `worst` are the cases that lost, the most first."""

    name: str
    before: float
    after: float
    n: int
    p: float
    worst: tuple[str, ...] = ()

    @property
    def worse(self) -> float:
        """By how much it got worse, whichever way the score counts; never below 0."""
        lost = self.after - self.before if self.name in LOWER else self.before - self.after
        return max(0.0, lost)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ids of cases. `p` is that of the exact McNemar test on the fixed and the broken."""

    scores: tuple[Change, ...]
    fixed: tuple[str, ...]
    broken: tuple[str, ...]
    still_failing: tuple[str, ...]
    added: tuple[str, ...]
    gone: tuple[str, ...]

    @property
    def p(self) -> float:
        return mcnemar(len(self.fixed), len(self.broken))

    def state(self, case_id: str) -> str:
        """What became of a case, in a word; empty where it passed and passes."""
        lists = ("fixed", "broken", "still_failing", "added")
        return next((name for name in lists if case_id in getattr(self, name)), "")

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"p": round(self.p, 6)}


def compare(before: Sequence[Row], after: Sequence[Row]) -> Comparison:
    old, new = _passes(before), _passes(after)
    both = [key for key in new if key in old]
    return Comparison(
        tuple(change for name in (*SCORERS, "error") if (change := _change(name, before, after))),
        fixed=tuple(k for k in both if new[k] and not old[k]),
        broken=tuple(k for k in both if old[k] and not new[k]),
        still_failing=tuple(k for k in both if not old[k] and not new[k]),
        added=tuple(k for k in new if k not in old),
        gone=tuple(k for k in old if k not in new),
    )


def _passes(rows: Sequence[Row]) -> dict[str, bool]:
    """A case asked several times passes when it does every time."""
    found: dict[str, bool] = {}
    for row in rows:
        found[row.id] = found.get(row.id, True) and row.passed
    return found


def _change(name: str, before: Sequence[Row], after: Sequence[Row]) -> Change | None:
    old, new = by_case(name, before), by_case(name, after)
    both = [key for key in new if key in old]
    if not both:
        return None
    moved = {key: new[key] - old[key] for key in both}
    lost = {k: d if name in LOWER else -d for k, d in moved.items()}
    worst = sorted((k for k in both if lost[k] > 0), key=lambda k: -lost[k])
    return Change(
        name,
        sum(old[k] for k in both) / len(both),
        sum(new[k] for k in both) / len(both),
        len(both),
        sign_flips(list(moved.values())),
        tuple(worst),
    )
