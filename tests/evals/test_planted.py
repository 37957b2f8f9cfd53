"""Each kind of damage, planted, fails the gate on a drop with a line that points at it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import rag.answer.llm
from evals.baseline import accept, load_baseline
from evals.compare import compare
from evals.gates import hold
from evals.result import Run
from evals.run import Plan, run_evals
from rag.answer.extractive import ExtractiveAnswerer
from rag.pipeline import Pipeline
from rag.prompts import load_prompt
from rag.retrieval.search import Found, Search
from rag.settings import Settings
from rag.types import DraftSentence
from tests.fakes.llm_server import FakeLlm

PLAIN = ("ever-given", "world-cup", "crowdstrike", "chandrayaan", "qubits", "f35")
NEGATED = ("zurich-karabakh", "astana-signed", "kavkaz-azerbaijan", "crw-mac", "rg-negation")
UNANSWERABLE = ("wimbledon", "bitcoin", "recipe", "amazon")
Damage = Callable[[], Settings | None]


@pytest.fixture
def drops(tmp_path: Path) -> Path:
    """Drops alone: floors are for all the cases together."""
    path = tmp_path / "gates.toml"
    names = "faithfulness citation_recall citation_precision hits_at_4 mrr refusal_recall".split()
    path.write_text("[drops]\n" + "\n".join(f"{name} = 0.05" for name in names))
    return path


@pytest.fixture
def before_and_after(drops: Path, pick, tmp_path: Path, corpus_library: Path) -> Callable[..., Run]:
    def run(ids: Sequence[str], damage: Damage, settings: Settings = Settings()) -> Run:
        cases, baseline = pick(ids), tmp_path / "baseline.jsonl"
        plan = Plan(cases=cases, gates=drops, library=corpus_library, concurrency=1)
        sound = run_evals(settings, plan, quiet=True)
        accept(baseline, sound.rows)
        same = compare(load_baseline(baseline), sound.rows)
        assert all(gate.passed for gate in hold(sound.limits, sound.rates, sound.rows, same))
        damaged = damage() or settings
        return run_evals(damaged, replace(plan, baseline=baseline), quiet=True)

    return run


def failed(run: Run) -> dict[str, str]:
    return {gate.name: gate.line for gate in run.gates if not gate.passed}


def test_retrieval_weakened(before_and_after, monkeypatch: pytest.MonkeyPatch) -> None:
    find = Search.find

    def weak(self: Search, query: Any, k: int, per_article: int = 2) -> Found:
        found = find(self, query, 40, 1)
        return replace(found, hits=found.hits[-k:])

    run = before_and_after(PLAIN, lambda: monkeypatch.setattr(Search, "find", weak))
    assert {"hits_at_4", "mrr"} <= set(failed(run)) and not run.passed
    assert "hits_at_4" in failed(run)["hits_at_4"] and "look at ever-given" in failed(run)["mrr"]


def test_citations_shifted_by_one(before_and_after, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Pipeline.ask

    def shifted(self: Pipeline, *given: Any, **options: Any) -> Any:
        answer = ask(self, *given, **options)
        ids = [hit.passage.id for hit in answer.retrieved]
        after = {key: ids[(n + 1) % len(ids)] for n, key in enumerate(ids)}
        moved = [replace(c, passage_id=after[c.passage_id]) for c in answer.citations]
        return replace(answer, citations=tuple(moved))

    run = before_and_after(PLAIN, lambda: monkeypatch.setattr(Pipeline, "ask", shifted))
    assert {"citation_recall", "citation_precision"} <= set(failed(run))
    assert "look at" in failed(run)["citation_recall"]
    assert not {"hits_at_4", "mrr", "faithfulness"} & set(failed(run))


def test_a_negation_dropped(before_and_after, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = ExtractiveAnswerer.pieces

    def blind(self: ExtractiveAnswerer, *given: Any) -> Iterator[Any]:
        for piece in pieces(self, *given):
            if isinstance(piece, DraftSentence):
                yield replace(piece, text=re.sub(r"\b(?:not|no|never|neither) ", "", piece.text))
            else:
                yield piece

    run = before_and_after(
        NEGATED, lambda: monkeypatch.setattr(ExtractiveAnswerer, "pieces", blind)
    )
    assert "faithfulness" in failed(run) and not {"hits_at_4", "mrr"} & set(failed(run))
    assert "look at" in failed(run)["faithfulness"]
    fine = ("supported", "not_a_claim")
    fallen = [s for row in run.rows for s in row.sentences if s["verdict"] not in fine]
    assert fallen and all(s["reasons"] for s in fallen)


def test_abstention_off(before_and_after) -> None:
    run = before_and_after(UNANSWERABLE + PLAIN[:2], lambda: Settings(min_confidence=0.0))
    assert set(failed(run)) == {"refusal_recall"}
    assert any(key in failed(run)["refusal_recall"] for key in UNANSWERABLE)


def test_a_prompt_broken(before_and_after, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that does what it is told is no longer told to give the numbers."""

    def obey(request: dict[str, Any]) -> str:
        told = request["messages"][0]["content"]
        first = re.search(r"^\[1\] [^\n]*\n(.*?\.)(?=\s)", told, re.DOTALL | re.MULTILINE)
        assert first
        return f"{first[1]} [1]" if "give the number of each passage" in told else first[1]

    whole = load_prompt("answer")
    cut = replace(whole, text=re.sub(r"- After every sentence[^\n]*\n", "", whole.text))
    with FakeLlm(obey) as server:
        settings = Settings(llm="openai:fake", llm_base_url=server.base_url)
        run = before_and_after(
            PLAIN[:3],
            lambda: monkeypatch.setattr(rag.answer.llm, "load_prompt", lambda name: cut),
            settings,
        )
    assert "faithfulness" in failed(run) and "look at" in failed(run)["faithfulness"]
    assert {s["verdict"] for row in run.rows for s in row.sentences} == {"uncited"}
