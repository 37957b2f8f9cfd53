"""The evals against an endpoint that fails, is busy, costs, and judges."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import evals.metered
from evals.judge import agreement
from evals.metered import Budget, OverBudget, Price
from evals.result import Run
from evals.row import Row
from evals.run import Plan, run_evals
from rag.settings import Settings
from tests.fakes.llm_server import FakeLlm

IDS = ("ever-given", "world-cup", "qubits")
SAID = "The ship was freed on March 29, 2021. [1]"


@pytest.fixture
def ask(pick, corpus_library: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    plan = Plan(cases=pick(IDS), library=corpus_library, out=Path("rows.jsonl"))
    waits: list[float] = []
    monkeypatch.setattr(evals.metered, "sleep", waits.append)

    def run(server: FakeLlm, **more: Any) -> Run:
        settings = Settings(llm="openai:fake", llm_base_url=server.base_url, llm_retries=0)
        return run_evals(settings, replace(plan, **more), quiet=True)

    run.waits = waits  # type: ignore[attr-defined]
    return run


def test_a_failed_request_is_an_error_and_is_asked_again(ask) -> None:
    def by_question(request: dict[str, Any]) -> str | int:
        return 500 if "World Cup" in request["messages"][-1]["content"] else SAID

    with FakeLlm(by_question) as server:
        run = ask(server)
    assert [row.state for row in run.rows] == ["scored", "error", "scored"]
    assert "status 500" in run.rows[1].error and run.rows[1].answer is None
    assert run.rates[0].errors == 1 and run.rates[0].n == 2
    assert run.rows[0].made_by["prompt"].startswith("answer 1 ")
    with FakeLlm(SAID) as server:
        again = ask(server, resume=True)
        assert len(server.requests) == 1
    assert again.errors == 0 and again.rows[0] == run.rows[0]


def test_a_busy_endpoint_is_waited_for(ask) -> None:
    with FakeLlm(429, 429, SAID) as server:
        run = ask(server, concurrency=1)
    assert run.errors == 0 and ask.waits == [1.0, 2.0]
    with FakeLlm(429) as server:
        run = ask(server, concurrency=1)
    assert run.errors == 3 and ask.waits[2:7] == [1.0, 2.0, 4.0, 8.0, 16.0]
    assert "rate limit" in run.rows[0].error


def test_a_cap_ends_the_asking(ask) -> None:
    with FakeLlm(SAID) as server:
        run = ask(server, concurrency=1, budget=Budget(max_tokens=4000))
    assert run.rows[0].state == "scored" and run.rows[-1].state == "error"
    assert "cap of 4,000 tokens" in run.rows[-1].error and len(server.requests) < 3
    assert run.usage is not None and 0 < run.usage.tokens <= 4100


def test_costs_are_counted_by_price() -> None:
    budget = Budget(max_cost=0.02, price=Price(sent=10.0, received=20.0))
    budget.spend(sent=3500)
    budget.spend(received=1750)
    # 1,000 tokens at 10 dollars and 500 at 20 dollars a million.
    assert (budget.tokens, budget.cost) == (1500, pytest.approx(0.02))
    with pytest.raises(OverBudget, match=r"0\.02 dollars"):
        budget.spend(sent=350)
    assert budget.tokens == 1500


def test_a_judge_stands_beside_the_checker(ask) -> None:
    replies = iter(
        [
            '{"verdicts": [{"n": 1, "verdict": "supported"}]}',
            "All of it is supported.",
            '```json\n{"verdicts": [{"n": 1, "verdict": "contradicted"}]}\n```',
        ]
    )

    def both(request: dict[str, Any]) -> str:
        asked = request["messages"][-1]["content"]
        return next(replies) if asked.startswith("You check whether") else SAID

    with FakeLlm(both) as server:
        run = ask(server, judge="openai:judge", concurrency=1)
    judged = [row.sentences[0]["judge"] for row in run.rows]
    assert judged == ["supported", None, "contradicted"]
    assert run.agreement is not None and (run.agreement.n, run.agreement.unscored) == (2, 1)
    assert run.rows[0].made_by["judge_prompt"].startswith("judge 1 ")


def test_a_judge_that_fails_leaves_the_answer_scored(ask) -> None:
    def broken(request: dict[str, Any]) -> str | int:
        return 500 if "You check whether" in request["messages"][-1]["content"] else SAID

    with FakeLlm(broken) as server:
        run = ask(server, judge="openai:judge")
    assert run.errors == 0 and run.agreement is not None
    assert (run.agreement.n, run.agreement.errors, run.agreement.agreed) == (0, 3, None)


def test_agreement_by_hand() -> None:
    pairs = [("supported", "supported")] * 4 + [("uncited", "unsupported")] * 2
    pairs += [("supported", "unsupported"), ("contradicted", "contradicted")]
    sentences = [{"verdict": ours, "judge": theirs} for ours, theirs in pairs]
    row = Row("a", "answerable", "?", "scored", {}, {"sentences": sentences})
    got = agreement("openai:judge", [row])
    # Agreed on 7 of 8; by chance (5 * 4 + 2 * 3 + 1 * 1) / 64 = 27 / 64.
    assert got.agreed == 0.875 and got.kappa == pytest.approx((7 / 8 - 27 / 64) / (37 / 64))
    assert json.dumps(got.to_dict())
