"""A Markdown summary for the page of a CI job."""

from __future__ import annotations

import re

from evals.reports import words
from evals.result import Run

_SHOWN = 25
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!&~@])")


def markdown(run: Run) -> str:
    mark = "✅ passed" if run.passed else "❌ failed"
    lines = [f"## Groundwire: {mark}", "", text(f"{run.title}. {words.verdict(run)}."), ""]
    lines += [f"- ❌ {text(gate.line)}" for gate in run.gates if not gate.passed]
    lines += ["", "| score | value | 95% interval | gate | n | unscored | errors |"]
    lines.append("|---|---|---|---|---|---|---|")
    for rate in run.rates:
        lines.append(
            f"| {text(rate.name)} | {words.number(rate.value)} | {words.interval(rate)} "
            f"| {words.limits(run, rate.name)} | {rate.n} | {rate.unscored} | {rate.errors} |"
        )
    lines += ["", *(f"- {text(line)}" for line in words.beside(run))]
    lines += _comparison(run)
    if run.failing:
        lines += ["", f"<details><summary>{len(run.failing)} cases fell short</summary>", ""]
        lines += [f"- {text(row.id)}: {text(words.shortfall(row))}" for row in run.failing[:_SHOWN]]
        if len(run.failing) > _SHOWN:
            lines.append(f"- and {len(run.failing) - _SHOWN} more in the report")
        lines += ["", "</details>"]
    return "\n".join(lines) + "\n"


def text(said: str) -> str:
    """Plain text in Markdown: one line, nothing in it read as markup or as a mention."""
    return _SPECIAL.sub(r"\\\1", " ".join(said.split()))


def _comparison(run: Run) -> list[str]:
    if run.comparison is None:
        return []
    lines = ["", "### Against the baseline", "", text(words.tested(run.comparison)), ""]
    changed = words.changes(run.comparison)
    if changed:
        lines += ["| score | before | after | change | p | n |", "|---|---|---|---|---|---|"]
        lines += [
            f"| {text(c.name)} | {c.before:.3f} | {c.after:.3f} | {c.after - c.before:+.3f} "
            f"| {words.chance(c.p)} | {c.n} |"
            for c in changed
        ]
    for name, cases in words.moved(run.comparison):
        if cases and name != "new":
            more = f" and {len(cases) - _SHOWN} more" if len(cases) > _SHOWN else ""
            lines.append(f"- {name}: {text(', '.join(cases[:_SHOWN]))}{more}")
    return lines
