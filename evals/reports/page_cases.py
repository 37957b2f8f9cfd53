"""The cases on the page: each answer, sentence by sentence, beside what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evals.reports import words
from evals.reports.markup import esc, marked, tag
from evals.result import Run
from evals.row import Row, Source
from rag.types import Verdict


@dataclass(frozen=True, slots=True)
class _Column:
    """`wide` ones are left out on a phone."""

    name: str
    head: str
    wide: bool = False


_COLUMNS = (
    _Column("id", "case"),
    _Column("kind", "kind", wide=True),
    _Column("result", "result"),
    _Column("faithfulness", "faithfulness", wide=True),
    _Column("facts", "key facts", wide=True),
    _Column("ms", "ms", wide=True),
    _Column("change", "change"),
)


def cases(run: Run) -> str:
    values = [(row, _values(run, row)) for row in run.rows]
    # A column that says nothing, or of every case the same kind, is left out.
    shown = [c for c in _COLUMNS if any(cells[c.name] for _, cells in values)]
    if len({row.kind for row in run.rows}) == 1:
        shown = [c for c in shown if c.name != "kind"]
    heads = "".join(
        f'<th{" class=wide" if c.wide else ""}><button type="button" data-sort="{c.name}">'
        f"{esc(c.head)}</button></th>"
        for c in shown
    )
    bodies = "\n".join(_case(row, cells, shown) for row, cells in values)
    return (
        f'<section><h2>Cases</h2>{_controls(run)}<table class="cases"><thead><tr>{heads}</tr>'
        f"</thead>\n{bodies}</table><p id=none hidden>No case matches.</p></section>"
    )


def _controls(run: Run) -> str:
    changed = run.comparison is not None
    buttons = "".join(
        f'<button type="button" data-show="{name}" aria-pressed="{str(name == "all").lower()}">'
        f"{label}</button>"
        for name, label, there in (
            ("all", f"All {len(run.rows)}", True),
            ("failing", f"Failing {len(run.failing)}", True),
            ("changed", f"Changed {_changed(run)}", changed),
        )
        if there
    )
    kinds = sorted({row.kind for row in run.rows})
    options = "".join(f'<option value="{esc(k)}">{esc(_spaced(k))}</option>' for k in kinds)
    choose = f'<select aria-label="Kind"><option value="">every kind</option>{options}</select>'
    return (
        f'<div class="controls"><span class="group">{buttons}</span>'
        f"{choose if len(kinds) > 1 else ''}"
        '<input type="search" placeholder="Search the cases" aria-label="Search the cases"></div>'
    )


def _changed(run: Run) -> int:
    comparison = run.comparison
    return len(comparison.fixed) + len(comparison.broken) if comparison else 0


def _values(run: Run, row: Row) -> dict[str, str]:
    def score(name: str) -> str:
        value = row.scores.get(name)
        return "" if value is None else f"{value:.2f}"

    change = run.comparison.state(row.id) if run.comparison else ""
    return {
        "id": f"{row.id} ({row.attempt})" if row.attempt > 1 else row.id,
        "kind": _spaced(row.kind),
        "result": "error" if row.state == "error" else "passed" if row.passed else "failed",
        "faithfulness": score("faithfulness"),
        "facts": score("key_fact_recall"),
        "ms": "" if row.milliseconds is None else f"{row.milliseconds:.0f}",
        "change": {"still_failing": "still failing", "added": "new"}.get(change, change),
    }


def _case(row: Row, cells: dict[str, str], columns: list[_Column]) -> str:
    looks = {"passed": "good", "failed": "bad", "error": "bad", "broken": "bad", "fixed": "good"}
    shown = "".join(
        tag("td", cells[c.name], f"{'wide' if c.wide else ''} {looks.get(cells[c.name], '')}")
        for c in columns
    )
    failing = str(not row.passed).lower()
    changed = str(cells["change"] in ("fixed", "broken")).lower()
    return (
        f'<tbody id="{esc(cells["id"])}" data-kind="{esc(row.kind)}" data-failing="{failing}" '
        f'data-changed="{changed}"><tr>{shown}</tr><tr class="more"><td colspan="{len(columns)}">'
        f"<details><summary>{esc(row.question or 'The answer')}</summary>{_detail(row)}</details>"
        "</td></tr></tbody>"
    )


def _detail(row: Row) -> str:
    short = words.shortfall(row)
    told = tag("p", _spaced(short), "bad") if short else ""
    if row.facts:
        told += tag("p", f"Key facts: {', '.join(row.facts)}", "quiet")
    state = tag("p", _spaced(row.state), "quiet") if row.state not in ("scored", "error") else ""
    said = "".join(map(_sentence, row.sentences))
    answer = f"<div><h3>Answer</h3>{told}{state}<ol>{said}</ol>{_scores(row)}</div>"
    sources = "".join(map(_source, row.sources)) or tag("p", "Nothing was cited.", "quiet")
    return (
        f'<div class="detail">{answer}<div><h3>Sources</h3>{sources}{_retrieved(row)}</div></div>'
    )


def _sentence(sentence: dict[str, Any]) -> str:
    verdict = sentence["verdict"]
    if sentence.get("removed"):
        return ""
    marks = "".join(f"[{n}]" for n in sentence.get("citations", ()))
    word = "" if verdict == Verdict.NOT_A_CLAIM else tag("span", _spaced(verdict), "verdict")
    judge = sentence.get("judge", verdict)
    other = tag("span", f"judge: {judge or 'unscored'}", "quiet") if judge != verdict else ""
    reasons = "; ".join(sentence["reasons"]) if Verdict(verdict).is_problem else ""
    return (
        f'<li class="{esc(verdict)}"><span class="said">{esc(sentence["text"])}</span> '
        f"{tag('span', marks, 'quiet')} {word} {other}{tag('p', reasons, 'why') if reasons else ''}"
        "</li>"
    )


def _source(source: Source) -> str:
    head = f"{source.marker} {source.title}"
    return f'<figure>{tag("figcaption", head)}<p class="text">{marked(source.text, source.marks)}</p></figure>'


def _scores(row: Row) -> str:
    known = {k: v for k, v in row.scores.items() if v is not None}
    cells = " ".join(f"<span>{esc(_spaced(k))} <b>{v:.2f}</b></span>" for k, v in known.items())
    return f'<p class="chips">{cells}</p>' if cells else ""


def _retrieved(row: Row) -> str:
    hits = (row.answer or {}).get("retrieved", ())
    ids = dict.fromkeys(hit["article_id"] for hit in hits)
    return tag("p", f"Retrieved, best first: {', '.join(ids)}", "quiet") if ids else ""


def _spaced(name: str) -> str:
    return name.replace("_", " ")
