from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.batch import check_batch
from evals.gates import Limits
from evals.rates import rate
from evals.result import Run
from rag.errors import UsageError
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.fakes.llm_server import FakeLlm

FEE = "The council raised the fee by 25 cents on Monday."
RIGHT, WRONG = "The fee was raised by 25 cents on Monday. [1]", FEE.replace("25", "50")


@pytest.fixture(scope="module")
def checked() -> Pipeline:
    return Pipeline(Settings())


def check(pipeline: Pipeline, *rows: dict[str, Any], limits: Limits = Limits()) -> Run:
    Path("in.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return check_batch(pipeline, Path("in.jsonl"), Path("out.jsonl"), limits)


def test_the_columns_of_others_are_understood(checked: Pipeline) -> None:
    run = check(
        checked,
        {"id": 7, "question": "What rose?", "answer": FEE, "contexts": [FEE]},
        {"id": "ours", "answer": WRONG, "sources": [{"text": FEE, "title": "Fees"}]},
        {"user_input": "What rose?", "response": FEE, "retrieved_contexts": ["Other.", FEE]},
        {"input": "What rose?", "actual_output": WRONG, "retrieval_context": [FEE]},
    )
    assert [row.scores["faithfulness"] for row in run.rows] == [1.0, 0.0, 1.0, 0.0]
    assert [row.scores["contradiction"] for row in run.rows] == [0.0, 1.0, 0.0, 1.0]
    assert run.rows[2].question == "What rose?" and run.passed
    lines = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    assert [line["id"] for line in lines] == [7, "ours", 3, 4]
    assert lines[1]["sentences"][0]["verdict"] == "contradicted"
    assert lines[0]["summary"]["claims"] == 1
    start, end = run.rows[2].sources[1].marks[0]
    assert run.rows[2].sources[1].text[start:end] == FEE


def test_what_has_no_number_is_a_state(checked: Pipeline) -> None:
    run = check(
        checked,
        {"answer": "", "contexts": [FEE]},
        {"answer": "Here is what the articles say:", "contexts": [FEE]},
        {"answer": FEE},
        {"contexts": [FEE]},
        {"answer": FEE, "contexts": [{"title": "no text"}]},
        {"answer": FEE, "contexts": [FEE]},
    )
    assert [row.state for row in run.rows] == [
        "empty", "nothing_to_check", "error", "error", "error", "scored"
    ]  # fmt: skip
    faithful = run.rates[0]
    assert (faithful.value, faithful.n, faithful.unscored, faithful.errors) == (1.0, 1, 2, 3)
    assert "contexts" in run.rows[2].error and "answer" in run.rows[3].error


def test_citations_choose_contexts_and_quotes_are_compared(checked: Pipeline) -> None:
    other = "The harbour was closed in March."
    quotes = [{"source": 2, "quote": "25 cents"}, {"source": 2, "quote": "26 cents"}]
    run = check(
        checked,
        {"answer": FEE, "contexts": [other, FEE], "citations": [1]},
        {"answer": FEE, "contexts": [other, FEE], "citations": quotes},
        {"answer": f"{FEE} [2]", "contexts": [other, FEE], "citations": [1]},
        {"answer": FEE, "contexts": [other, FEE], "citations": [3]},
    )
    assert [row.scores["faithfulness"] for row in run.rows] == [0.0, 1.0, 1.0, None]
    assert run.rows[1].scores["quote_exactness"] == 0.5
    assert "points to none of the 2 contexts" in run.rows[3].error


def test_gates_are_asked_for(checked: Pipeline) -> None:
    row = {"answer": WRONG, "contexts": [FEE]}
    assert check(checked, row).passed
    gated = check(checked, row, limits=Limits(floors={"faithfulness": 0.9}))
    assert not gated.passed and "look at 1" in gated.gates[0].line
    with pytest.raises(UsageError, match="used twice"):
        check(checked, {"id": 1, **row}, {"id": "1", **row})


def test_a_row_without_the_verdicts_of_its_checker_is_unscored() -> None:
    with FakeLlm("no JSON") as server:
        judged = Pipeline(Settings(checker="llm:judge", llm_base_url=server.base_url))
        run = check(
            judged, {"answer": RIGHT, "contexts": [FEE]}, {"answer": FEE, "contexts": [FEE]}
        )
    assert [row.scores["faithfulness"] for row in run.rows] == [None, 1.0]
    assert rate("faithfulness", run.rows).unscored == 1
    (sentence,) = run.rows[0].sentences
    assert sentence["unscored"] and "not the JSON" in sentence["reasons"][0]
