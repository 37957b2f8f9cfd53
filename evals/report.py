"""A run in the terminal: rates, gates, and the cases that fell short."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evals.run import Row, Run


def show_run(run: Run) -> None:
    out = Console(highlight=False, soft_wrap=True)
    floors = {gate.name: gate for gate in run.gates}
    table = Table("score", "value", "floor", "n", "unscored", "errors")
    for rate in run.rates:
        gate = floors.get(rate.name)
        colour = "red" if gate and not gate.passed else "green" if gate else "default"
        value = "nothing to score" if rate.value is None else f"{rate.value:.3f}"
        table.add_row(
            rate.name,
            f"[{colour}]{value}[/]",
            f"{gate.floor:.2f}" if gate else "",
            str(rate.n),
            str(rate.unscored),
            str(rate.errors),
        )
    out.print(table)
    for row in run.rows:
        if said := _shortfall(row):
            out.print(f"{escape(row.case.id)}: {escape(said)}")
    for gate in run.gates:
        if not gate.passed:
            value = "nothing" if gate.value is None else f"{gate.value:.3f}"
            out.print(f"[red]Gate failed: {gate.name} is {value}, the floor is {gate.floor}.[/red]")
    out.print(f"{len(run.rows)} cases, {run.errors} errors: {'passed' if run.passed else 'failed'}")


def _shortfall(row: Row) -> str:
    if row.error:
        return f"error: {row.error}"
    low = [f"{k} {v:.2f}" for k, v in row.scores.items() if v is not None and v < 1]
    return ", ".join(low)
