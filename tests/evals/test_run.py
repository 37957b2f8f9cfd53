from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evals.baseline import accept, load_baseline
from evals.result import Run
from evals.run import Plan, run_evals
from rag.errors import UsageError
from rag.pipeline import Pipeline
from rag.settings import Settings

Pick = Callable[[Sequence[str]], Path]


def untimed(run: Run) -> list[dict[str, Any]]:
    rows = [row.to_dict() for row in run.rows]
    for row in rows:
        del row["answer"]["timings_ms"]
    return rows


def test_the_shipped_cases_pass_their_gates(shared) -> None:
    run = shared.run
    assert run.errors == 0 and {row.kind for row in run.rows} >= {"injected", "conflicting"}
    assert run.passed, [gate.line for gate in run.gates if not gate.passed]
    assert set(run.states()) == {"scored", "refused"}


def test_what_a_case_brings_is_there_for_no_other(shared) -> None:
    brought = {"suez-note", "varnholm-bridge", "ostra-wells", "kessin-mayor"}
    for row in shared.run.rows:
        found = {hit["article_id"] for hit in row.answer["retrieved"]} if row.answer else set()
        assert row.kind == "injected" or not found & brought, row.id


def test_two_runs_are_alike_but_for_timings(shared, pick: Pick) -> None:
    ids = [row.id for row in shared.run.rows][::6]
    first, again = (run_evals(Settings(), Plan(cases=pick(ids)), quiet=True) for _ in range(2))
    assert len(again.rows) == len(ids) >= 8
    for one, other in zip(untimed(first), untimed(again), strict=True):
        assert json.dumps(one) == json.dumps(other)


def test_rows_and_baseline_come_back_from_disk(shared, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in shared.rows.read_text().splitlines()]
    assert [row["id"] for row in lines] == [row.id for row in shared.run.rows]
    assert not shared.rows.with_name("rows.jsonl.part").exists()
    kept = load_baseline(shared.baseline)
    assert [row.passed for row in kept] == [row.passed for row in shared.run.rows]
    accept(tmp_path / "again.jsonl", shared.run.rows)
    assert (tmp_path / "again.jsonl").read_text() == shared.baseline.read_text()
    (tmp_path / "bad.jsonl").write_text('{"id": "a"}')
    with pytest.raises(UsageError, match=r"bad\.jsonl"):
        load_baseline(tmp_path / "bad.jsonl")
    with pytest.raises(UsageError, match="--accept"):
        load_baseline(tmp_path / "none.jsonl")


def test_a_run_that_broke_off_goes_on(
    shared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "rows.jsonl"
    lines = shared.rows.read_text().splitlines()
    failed = json.loads(lines[1]) | {"state": "error", "error": "no network"}
    changed = json.loads(lines[2]) | {"made_by": {"model": "another"}}
    part = [lines[0], json.dumps(failed), json.dumps(changed), *lines[3:]]
    out.with_name("rows.jsonl.part").write_text("\n".join(part))
    asked: list[str] = []
    ask = Pipeline.ask
    monkeypatch.setattr(
        Pipeline, "ask", lambda self, q, *a, **o: (asked.append(q), ask(self, q, *a, **o))[1]
    )
    run = run_evals(Settings(), Plan(cases=shared.cases, out=out, resume=True), quiet=True)
    # Only what failed and what something else had made is asked again.
    assert asked == [shared.run.rows[1].question, shared.run.rows[2].question]
    assert untimed(run) == untimed(shared.run)


def test_frozen_contexts_are_what_is_answered_from(
    pick: Pick, tmp_path: Path, corpus_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen = tmp_path / "contexts.jsonl"
    plan = Plan(cases=pick(["fu-kiptum", "ever-given"]), library=corpus_library)
    first = run_evals(Settings(), replace(plan, freeze=frozen), quiet=True)
    monkeypatch.setattr(Pipeline, "finder", lambda self: pytest.fail("it searched"))
    again = run_evals(Settings(), replace(plan, contexts=frozen), quiet=True)
    assert [row.sentences for row in again.rows] == [row.sentences for row in first.rows]
    plan = replace(plan, cases=pick(["wimbledon"]), contexts=frozen)
    other = run_evals(Settings(), plan, quiet=True)
    assert "holds nothing for 'Who won Wimbledon" in other.rows[0].error


def test_repeats_show_their_spread(pick: Pick, corpus_library: Path) -> None:
    plan = Plan(cases=pick(["ever-given", "wimbledon"]), library=corpus_library, repeat=2)
    run = run_evals(Settings(), plan, quiet=True)
    assert [(row.id, row.attempt) for row in run.rows] == [
        ("ever-given", 1), ("wimbledon", 1), ("ever-given", 2), ("wimbledon", 2)
    ]  # fmt: skip
    hits = next(rate for rate in run.rates if rate.name == "hits_at_4")
    assert hits.n == 1 and hits.spread == (1.0, 1.0)


def test_what_does_not_fit_together_is_said_first(pick: Pick, corpus_library: Path) -> None:
    with pytest.raises(UsageError, match="--library"):
        run_evals(Settings(), Plan(cases=pick(["in-link"]), library=corpus_library))
    with pytest.raises(UsageError, match="--out"):
        run_evals(Settings(), Plan(cases=pick(["ever-given"]), resume=True))
    case = {"id": "x", "kind": "answerable", "question": "?", "facts": ["y"], "articles": ["lost"]}
    Path("x.jsonl").write_text(json.dumps(case))
    with pytest.raises(UsageError, match="lost"):
        run_evals(Settings(), Plan(cases=Path("x.jsonl"), library=corpus_library))
