from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.cases import Case, load_cases
from evals.run import load_gates, run_evals
from evals.scorers import SCORERS
from rag.errors import UsageError
from rag.grounding.check import RuleChecker
from rag.pipeline import Pipeline
from rag.settings import Settings


def test_the_shipped_cases_pass_their_gates() -> None:
    run = run_evals(Settings(), quiet=True)
    assert run.errors == 0 and len(run.rows) >= 60
    assert run.passed, [g for g in run.gates if not g.passed]
    rows = [row.to_dict() for row in run.rows]
    assert {row["status"] for row in rows} == {"scored"}


def test_a_gate_that_is_missed_fails_the_run(tmp_path: Path) -> None:
    gates = tmp_path / "gates.toml"
    gates.write_text("[floors]\nrefusal_accuracy = 1.0\n")
    cases = tmp_path / "cases.jsonl"
    # Nothing in the corpus answers it, yet the case says that something does.
    case = {"id": "x", "kind": "answerable", "question": "Who won Wimbledon in 2019?",
            "facts": ["Djokovic"], "articles": ["2022-10-12-dart-dimorphos"]}  # fmt: skip
    cases.write_text(json.dumps(case))
    run = run_evals(Settings(), cases, gates, quiet=True)
    assert not run.passed and run.gates[0].value == 0.0
    assert run.rows[0].scores["correctness"] == 0.0 and run.rows[0].scores["faithfulness"] is None


def test_scores_worked_out_by_hand(pipeline: Pipeline, embedder) -> None:
    checker = RuleChecker(embedder)
    question = "When was the Ever Given freed?"
    answer = pipeline.ask(question)
    case = Case(
        "x",
        "answerable",
        question,
        (("March 29",), ("the year 1870",)),
        ("2021-03-30-ever-given-freed",),
    )
    scores = {name: scorer(case, answer, checker) for name, scorer in SCORERS.items()}
    assert scores["correctness"] == 0.5
    assert scores["hits_at_4"] == scores["refusal_accuracy"] == scores["quote_exactness"] == 1.0
    assert scores["citation_recall"] == scores["citation_precision"] == 1.0
    none = pipeline.ask("Who won Wimbledon in 2019?")
    unanswerable = Case("y", "unanswerable", "Who won Wimbledon in 2019?")
    scores = {name: scorer(unanswerable, none, checker) for name, scorer in SCORERS.items()}
    assert scores["refusal_accuracy"] == 1.0
    assert scores["faithfulness"] is scores["correctness"] is scores["citation_recall"] is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "a", "kind": "answerable", "question": "x", "extra": 1}', "extra"),
        ('{"id": "a", "kind": "odd", "question": "x"}', "odd"),
        ('{"id": "a", "kind": "answerable", "question": "x"}', "needs facts"),
        ('{"id": "a", "kind": "unanswerable", "question": "x"}\n' * 2, "twice"),
        ("{", "JSON"),
    ],
)
def test_bad_cases_are_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(line)
    with pytest.raises(UsageError, match=said):
        load_cases(path)


def test_bad_gates_are_named(tmp_path: Path) -> None:
    path = tmp_path / "gates.toml"
    path.write_text("[floors]\nnonsense = 0.5\n")
    with pytest.raises(UsageError, match="nonsense"):
        load_gates(path)


def test_cases_name_articles_that_exist() -> None:
    corpus = {path.stem for path in (Path(__file__).parents[2] / "corpus").glob("*.md")}
    for case in load_cases():
        assert set(case.articles) <= corpus, case.id
