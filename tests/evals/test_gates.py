from __future__ import annotations

from pathlib import Path

import pytest

from evals.compare import compare
from evals.gates import Limits, hold, load_limits
from evals.rates import rate
from evals.row import Row
from rag.errors import UsageError


def rows(*values: float | None) -> list[Row]:
    return [Row(f"c{n}", "answerable", "?", "scored", {"mrr": v}) for n, v in enumerate(values)]


def held(limits: Limits, after: list[Row], before: list[Row] | None = None):
    comparison = compare(before, after) if before is not None else None
    return hold(limits, [rate("mrr", after)], after, comparison)


def test_a_floor_names_the_cases_that_pull_it_down() -> None:
    (gate,) = held(Limits(floors={"mrr": 0.9}), rows(1.0, 0.2, 0.5))
    assert not gate.passed and gate.cases == ("c1", "c2")
    assert gate.line == "mrr is 0.567, the floor is 0.9; look at c1, c2"
    (good,) = held(Limits(floors={"mrr": 0.5}), rows(1.0, 0.2, 0.5))
    assert good.passed and not good.cases


def test_a_gate_on_nothing_never_passes() -> None:
    (gate,) = held(Limits(floors={"mrr": 0.0}), rows(None))
    assert not gate.passed and "nothing to score" in gate.line


def test_a_drop_counts_over_the_cases_of_both_runs() -> None:
    before, after = rows(1.0, 1.0, 1.0, 0.0), rows(1.0, 0.4, 1.0)
    (gate,) = held(Limits(drops={"mrr": 0.1}), after, before)
    assert not gate.passed and gate.value == pytest.approx(0.2)
    assert "0.200 worse than the baseline" in gate.line and gate.cases == ("c1",)
    (allowed,) = held(Limits(drops={"mrr": 0.2}), after, before)
    assert allowed.passed
    assert held(Limits(drops={"mrr": 0.1}), after) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[floors]\nnonsense = 0.5", "nonsense"),
        ("[floors]\nmrr = 2", "cannot be 2"),
        ("[floors]\ncontradiction = 0.1", "has a ceiling"),
        ("[ceilings]\nmrr = 0.1", "has a floor"),
        ("[limits]\nmrr = 0.1", "limits"),
        ("floors = 1", "floors"),
        ("[floors", "cannot be read"),
    ],
)
def test_bad_gates_are_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "gates.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=said):
        load_limits(path)


def test_the_shipped_gates_hold_the_errors_at_nothing() -> None:
    limits = load_limits()
    assert limits.ceilings["error"] == 0.0 and limits.floors and limits.drops
