"""One self-contained HTML file: no request leaves it, and every string in it is escaped."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from evals.compare import Change
from evals.rates import Rate, by_case
from evals.reports import words
from evals.reports.markup import esc, tag
from evals.reports.page_cases import cases
from evals.result import Run

_BINS = 10
_HERE = Path(__file__).parent


def page(run: Run) -> str:
    style = (_HERE / "page.css").read_text(encoding="utf-8")
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    body = "\n".join((_header(run), _scores(run), _changes(run), cases(run)))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{esc(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{esc(run.title)}: {'passed' if run.passed else 'failed'} · Groundwire</title>\n"
        f"<style>{style}</style></head>\n<body>\n{body}\n<script>{script}</script></body></html>\n"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _header(run: Run) -> str:
    word = "passed" if run.passed else "failed"
    missed = "".join(tag("li", g.line, "bad") for g in run.gates if not g.passed)
    notes = "".join(tag("p", line, "quiet") for line in words.beside(run))
    return (
        f"<header><h1>{esc(run.title)} {tag('span', word, f'badge {word}')}</h1>"
        f"{tag('p', words.verdict(run))}"
        f"{f'<ul class=gates>{missed}</ul>' if missed else ''}{notes}</header>"
    )


def _scores(run: Run) -> str:
    changes = {c.name: c for c in run.comparison.scores} if run.comparison else {}
    heads = ["score", "value", "95% interval", "gate", "n", "unscored", "errors", "by case"]
    if changes:
        heads[4:4] = ["baseline", "change", "p"]
    rows = "".join(_score(run, rate, changes) for rate in run.rates)
    head = "".join(tag("th", name) for name in heads)
    return (
        '<section><h2>Scores</h2><div class="scroll"><table class="scores">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></section>"
    )


def _score(run: Run, rate: Rate, changes: dict[str, Change]) -> str:
    gate = words.limits(run, rate.name)
    look = "bad" if words.failed(run, rate.name) else "good" if gate else ""
    cells = [
        tag("th", rate.name.replace("_", " ")),
        tag("td", words.number(rate.value), f"num {look}"),
        tag("td", words.interval(rate), "num quiet"),
        tag("td", gate, "num"),
    ]
    if changes:
        cells += _change(changes.get(rate.name))
    cells += [tag("td", str(n), "num") for n in (rate.n, rate.unscored, rate.errors)]
    return f"<tr>{''.join(cells)}<td>{_histogram(list(by_case(rate.name, run.rows).values()))}</td></tr>"


def _change(change: Change | None) -> list[str]:
    if change is None:
        return [tag("td", "")] * 3
    by = change.after - change.before
    look = "bad" if change.worse else "good" if by else "quiet"
    return [
        tag("td", f"{change.before:.3f}", "num"),
        tag("td", f"{by:+.3f}", f"num {look}"),
        tag("td", words.chance(change.p), "num quiet"),
    ]


def _histogram(values: list[float]) -> str:
    """How the cases lie between 0 and 1, as bars whose heights go with the root of the count, so
    that one case beside two hundred can be seen."""
    if not values:
        return ""
    counts = [0] * _BINS
    for value in values:
        counts[min(_BINS - 1, int(value * _BINS))] += 1
    top = max(counts) ** 0.5
    bars = "".join(
        f'<rect x="{9 * n}" y="{24 - 24 * count**0.5 / top:.1f}" width="8" '
        f'height="{24 * count**0.5 / top:.1f}"></rect>'
        for n, count in enumerate(counts)
        if count
    )
    said = ", ".join(
        f"{n / _BINS:.1f} to {(n + 1) / _BINS:.1f}: {count}"
        for n, count in enumerate(counts)
        if count
    )
    return (
        f'<svg class="bars" viewBox="0 0 89 24" role="img" aria-label="{esc(said)}">'
        f"<title>{esc(said)}</title>{bars}</svg>"
    )


def _changes(run: Run) -> str:
    if run.comparison is None:
        return ""
    lists = ""
    for name, ids in words.moved(run.comparison):
        if ids:
            links = " ".join(
                f'<a href="#{esc(key)}">{esc(key)}</a>' if name != "gone" else esc(key)
                for key in ids
            )
            more = f"<summary>{tag('b', name)} {len(ids)}</summary>"
            lists += f"<details{' open' if len(ids) <= 12 else ''}>{more}<p>{links}</p></details>"
    told = tag("p", words.tested(run.comparison))
    return f'<section class="changes"><h2>Against the baseline</h2>{told}{lists}</section>'
