"""The wordings that all reports share."""

from __future__ import annotations

from collections.abc import Sequence

from evals.compare import Change, Comparison
from evals.rates import Rate
from evals.result import Run
from evals.row import DECIDING, Row


def number(value: float | None) -> str:
    return "nothing" if value is None else f"{value:.3f}"


def interval(rate: Rate) -> str:
    return "" if rate.low is None or rate.high is None else f"{rate.low:.3f}–{rate.high:.3f}"


def chance(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def limits(run: Run, name: str) -> str:
    """≥ 0.9 for a floor, ≤ 0.1 for a ceiling."""
    signs = {"floor": "≥", "ceiling": "≤"}
    return ", ".join(
        f"{signs[g.kind]} {g.limit:g}" for g in run.gates if g.name == name and g.kind in signs
    )


def failed(run: Run, name: str) -> bool:
    return any(g.name == name and not g.passed for g in run.gates)


def shortfall(row: Row) -> str:
    """Why a case fails: what happened, or the scores that fell short."""
    if row.error:
        return f"error: {row.error}"
    return ", ".join(f"{name} {value:.2f}" for name, value in row.shortfalls(DECIDING).items())


def verdict(run: Run) -> str:
    states = ", ".join(
        f"{count} {state.replace('_', ' ')}" for state, count in run.states().items()
    )
    missed = sum(not gate.passed for gate in run.gates)
    word = "passed" if run.passed else "failed"
    gates = (
        f"{len(run.gates)} gates {word}"
        if not missed
        else f"{missed} of {len(run.gates)} gates failed"
    )
    said = gates if run.gates else "no gate was asked for"
    return f"{len({row.id for row in run.rows})} cases ({states}): {said}"


def beside(run: Run) -> list[str]:
    """What stands beside the rates: time, tokens, agreement with a judge."""
    lines = []
    if (time := run.latency) is not None:
        lines.append(
            f"Latency: median {time.median:.0f} ms, 95% under {time.p95:.0f} ms, n {time.n}"
        )
    if (used := run.usage) is not None:
        lines.append(f"Model: about {used.tokens:,} tokens, {used.dollars:.2f} dollars")
    if (judge := run.agreement) is not None:
        kappa = "undefined" if judge.kappa is None else f"{judge.kappa:.2f}"
        lines.append(
            f"Judge {judge.judge}: agrees with the checker on {number(judge.agreed)} of the "
            f"sentences (n {judge.n}, kappa {kappa}, {judge.unscored} unscored, "
            f"{judge.errors} errors)"
        )
    return lines


def changes(comparison: Comparison) -> list[Change]:
    """The scores that moved."""
    return [c for c in comparison.scores if abs(c.after - c.before) > 1e-9 or c.p < 1]


def moved(comparison: Comparison) -> list[tuple[str, Sequence[str]]]:
    """The cases that changed, by what became of them."""
    return [
        ("broken", comparison.broken),
        ("fixed", comparison.fixed),
        ("still failing", comparison.still_failing),
        ("new", comparison.added),
        ("gone", comparison.gone),
    ]


def tested(comparison: Comparison) -> str:
    return (
        f"{len(comparison.fixed)} fixed, {len(comparison.broken)} broken "
        f"(exact McNemar test, p {chance(comparison.p)})"
    )
