"""A run in the terminal: rates, what changed, the cases that fell short, the gates that failed."""

from __future__ import annotations

from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evals.compare import Comparison
from evals.reports import words
from evals.result import Run
from evals.row import Row

_SHOWN = 40


def show_run(run: Run) -> None:
    out = Console(highlight=False, soft_wrap=True)
    out.print(_rates(run))
    for line in words.beside(run):
        out.print(escape(line))
    if run.comparison is not None:
        _show_comparison(out, run.comparison)
    failing = _told(run)
    for row in failing[:_SHOWN]:
        out.print(f"{escape(row.id)}: {escape(words.shortfall(row))}")
    if len(failing) > _SHOWN:
        out.print(f"... and {len(failing) - _SHOWN} more; --out and --html hold them all.")
    for gate in run.gates:
        if not gate.passed:
            out.print(f"[red]Gate failed: {escape(gate.line)}.[/red]")
    out.print(words.verdict(run))


def _told(run: Run) -> list[Row]:
    """Beside a baseline only what is new is worth a line."""
    broken = run.comparison.broken if run.comparison else None
    return [row for row in run.failing if broken is None or row.id in broken]


def _rates(run: Run) -> Table:
    heads = ("score", "value", "95% interval", "gate", "n", "unscored", "errors")
    table = Table(*heads, box=SIMPLE, pad_edge=False, collapse_padding=True)
    repeated = any(rate.spread for rate in run.rates)
    if repeated:
        table.add_column("over repeats")
    for rate in run.rates:
        gate = words.limits(run, rate.name)
        colour = "red" if words.failed(run, rate.name) else "green" if gate else "default"
        cells = [
            rate.name,
            f"[{colour}]{words.number(rate.value)}[/]",
            words.interval(rate),
            gate,
            str(rate.n),
            str(rate.unscored),
            str(rate.errors),
        ]
        if repeated:
            cells.append(f"{rate.spread[0]:.3f} to {rate.spread[1]:.3f}" if rate.spread else "")
        table.add_row(*cells)
    return table


def _show_comparison(out: Console, comparison: Comparison) -> None:
    changed = words.changes(comparison)
    if changed:
        heads = ("against the baseline", "before", "after", "change", "p", "n")
        table = Table(*heads, box=SIMPLE, pad_edge=False, collapse_padding=True)
        for change in changed:
            colour = "red" if change.worse else "green"
            table.add_row(
                change.name,
                f"{change.before:.3f}",
                f"{change.after:.3f}",
                f"[{colour}]{change.after - change.before:+.3f}[/]",
                words.chance(change.p),
                str(change.n),
            )
        out.print(table)
    else:
        out.print("No score differs from the baseline.")
    for name, cases in words.moved(comparison):
        if cases:
            more = f" and {len(cases) - _SHOWN} more" if len(cases) > _SHOWN else ""
            out.print(escape(f"{name}: {', '.join(cases[:_SHOWN])}{more}"))
    out.print(words.tested(comparison))
