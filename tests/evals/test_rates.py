from __future__ import annotations

import itertools

import pytest

from evals.compare import compare
from evals.rates import interval, latency, rate
from evals.row import Row
from evals.significance import mcnemar, sign_flips


def row(key: str, value: float | None, attempt: int = 1, **more: object) -> Row:
    scores = {"faithfulness": value, "contradiction": None if value is None else 1 - value}
    return Row(key, "answerable", "?", more.pop("state", "scored"), scores, attempt=attempt, **more)  # type: ignore[arg-type]


def test_a_rate_says_what_it_is_the_mean_of() -> None:
    rows = [row("a", 1.0), row("b", 0.5), row("c", None), row("d", None, state="error")]
    got = rate("faithfulness", rows)
    assert (got.value, got.n, got.unscored, got.errors) == (0.75, 2, 1, 1)
    assert got.low is not None and 0.5 <= got.low <= 0.75 <= got.high <= 1.0  # type: ignore[operator]
    failures = rate("error", rows)
    assert (failures.value, failures.n, failures.unscored) == (0.25, 4, 0)
    nothing = rate("faithfulness", [row("c", None)])
    assert nothing.value is nothing.low is None and nothing.n == 0


def test_a_case_asked_twice_counts_once() -> None:
    rows = [row("a", 1.0), row("a", 0.0, attempt=2), row("b", 1.0), row("b", 1.0, attempt=2)]
    got = rate("faithfulness", rows)
    assert (got.value, got.n, got.spread) == (0.75, 2, (0.5, 1.0))


def test_the_interval_is_that_of_the_exact_bootstrap() -> None:
    """Three cases have 27 resamples; ten cases of 0 and 1 follow a binomial."""
    values = [0.0, 0.3, 1.0]
    means = sorted(sum(draw) / 3 for draw in itertools.product(values, repeat=3))
    low, high = interval(values)
    assert low == pytest.approx(means[0], abs=0.11) and high == pytest.approx(means[-1], abs=0.25)
    # Binomial(10, 1/2): 1 and 2 heads hold 0.011 and 0.055 below them, so 0.2 is the 2.5% point.
    assert interval([0.0] * 5 + [1.0] * 5) == (0.2, 0.8)
    assert interval([1.0] * 9) == (1.0, 1.0)
    assert interval([0.2, 0.9]) == interval([0.2, 0.9])


def test_latency_counts_what_was_answered() -> None:
    timed = [row("a", 1.0, answer={"timings_ms": {"total": ms}}) for ms in (10.0, 20.0, 30.0)]
    got = latency([*timed, row("b", None)])
    assert got is not None and (got.n, got.median) == (3, 20.0)
    assert latency([row("b", None)]) is None


def test_paired_tests_by_hand() -> None:
    # Five of five one way: 2 * (1/2)^5. One of six: 2 * (1 + 6) / 64.
    assert (mcnemar(5, 0), mcnemar(0, 0)) == (0.0625, 1.0)
    assert mcnemar(1, 5) == pytest.approx(14 / 64)
    # Of the 8 sign patterns of 1, 1, 2 only all plus and all minus reach 4.
    assert sign_flips([1.0, 1.0, 2.0]) == 0.25
    assert sign_flips([]) == sign_flips([0.0, 0.0]) == 1.0
    # All of twenty the same way would be 2 in a million; drawn, it is the least that is possible.
    assert sign_flips([0.1] * 20) == pytest.approx(1 / 10_001)


def test_what_became_of_each_case() -> None:
    before = [row("a", 1.0), row("b", 0.0), row("c", 0.5), row("gone", 1.0)]
    after = [row("a", 0.5), row("b", 1.0), row("c", 0.5), row("new", 1.0)]
    got = compare(before, after)
    assert (got.broken, got.fixed, got.still_failing) == (("a",), ("b",), ("c",))
    assert (got.added, got.gone, got.p) == (("new",), ("gone",), 1.0)
    change = next(c for c in got.scores if c.name == "faithfulness")
    assert (change.before, change.after, change.n) == (0.5, pytest.approx(2 / 3), 3)
    assert (change.worse, change.worst) == (0.0, ("a",))
    contradiction = next(c for c in compare(after, before).scores if c.name == "contradiction")
    assert contradiction.worse == pytest.approx(1 / 6) and contradiction.worst == ("b",)
