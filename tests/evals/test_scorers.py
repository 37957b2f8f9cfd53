from __future__ import annotations

from dataclasses import replace

import pytest

from evals.cases import Case
from evals.scorers import SCORERS, plain
from rag.grounding.reading_checker import EmbeddedChecker
from rag.types import Answer, ArticleRef, Citation, Hit, Passage, Sentence, Span, Verdict

TEXT = "The council raised the fee by 25 cents on Monday."
OTHER = "The harbour was closed in March."


def hit(key: str, text: str) -> Hit:
    passage = Passage(f"p-{key}", key, 0, 0, len(text), text, (Span(0, len(text)),))
    return Hit(ArticleRef(key, key), passage, 1.0)


def said(text: str, verdict: Verdict, *numbers: int) -> Sentence:
    return Sentence(text, numbers, verdict)


def cite(n: int, of: Hit) -> Citation:
    return Citation(n, of.article, of.passage.id, of.passage.text, 0, of.passage.end)


FEE, HARBOUR = hit("fee", TEXT), hit("harbour", OTHER)
ANSWER = Answer(
    question="What of the fee?",
    status="answered",
    mode="extractive",
    sentences=(
        said("Here is what the articles say:", Verdict.NOT_A_CLAIM),
        said(TEXT, Verdict.SUPPORTED, 1, 2),
        said("The council raised the fee by 50 cents on Monday.", Verdict.CONTRADICTED, 1),
        said("Nobody was asked about the matter.", Verdict.UNSUPPORTED, 2),
        said("More will follow.", Verdict.UNCITED),
    ),
    citations=(cite(1, FEE), cite(2, HARBOUR)),
    retrieved=(HARBOUR, FEE),
)
CASE = Case("x", "answerable", "What of the fee?", (("25 cents", "a quarter"), ("Tuesday",)),
            (("50 cents",), ("90 cents",)), ("fee",))  # fmt: skip


@pytest.fixture(scope="module")
def score(embedder):
    checker = EmbeddedChecker(embedder, None)

    def scores(case: Case, answer: Answer) -> dict[str, float | None]:
        return {name: scorer(case, answer, checker) for name, scorer in SCORERS.items()}

    return scores


def test_scores_worked_out_by_hand(score) -> None:
    got = score(CASE, ANSWER)
    # Of four claims one each is supported and contradicted; what cites nothing is unsupported.
    assert (got["faithfulness"], got["contradiction"], got["unsupported"]) == (0.25, 0.25, 0.5)
    # Cited passages bear out one claim of four; of its two citations only the first is needed,
    # and the other two citations stand on sentences that are not borne out.
    assert (got["citation_recall"], got["citation_precision"]) == (0.25, 0.25)
    assert got["quote_exactness"] == 1.0
    assert (got["key_fact_recall"], got["key_fact_contradiction"]) == (0.5, 0.5)
    assert (got["hits_at_1"], got["hits_at_4"], got["mrr"]) == (0.0, 1.0, 0.5)
    assert (got["refusal_accuracy"], got["over_refusal"], got["refusal_recall"]) == (1.0, 0.0, None)


def test_a_refusal_is_no_number_where_nothing_was_said(score) -> None:
    refused = replace(ANSWER, status="no_answer", sentences=(), citations=())
    got = score(CASE, refused)
    assert got["faithfulness"] is got["citation_recall"] is got["quote_exactness"] is None
    assert got["key_fact_contradiction"] is None
    assert (got["key_fact_recall"], got["over_refusal"], got["refusal_accuracy"]) == (0.0, 1.0, 0.0)
    right = score(Case("y", "unanswerable", "What?"), refused)
    assert (right["refusal_recall"], right["refusal_accuracy"]) == (1.0, 1.0)
    assert right["key_fact_recall"] is right["mrr"] is right["over_refusal"] is None


def test_a_disliked_answer_fails_until_it_is_another(score) -> None:
    case = Case("z", "disliked", "What?", disliked=ANSWER.text.replace("[1]", "[7]"))
    got = score(case, ANSWER)
    assert got["repeats_disliked"] == 1.0
    # Whether it should have answered, nobody has said.
    assert got["refusal_accuracy"] is got["over_refusal"] is got["refusal_recall"] is None
    shorter = replace(ANSWER, sentences=ANSWER.sentences[:2])
    refused = replace(ANSWER, status="no_answer", sentences=(), citations=())
    assert [score(case, one)["repeats_disliked"] for one in (shorter, refused)] == [0.0, 0.0]
    silent = Case("z", "disliked", "What?", disliked="")
    assert [score(silent, one)["repeats_disliked"] for one in (refused, ANSWER)] == [1.0, 0.0]
    assert score(CASE, ANSWER)["repeats_disliked"] is None


def test_a_quote_that_is_not_there_is_not_exact(score) -> None:
    shifted = replace(ANSWER.citations[0], start=1, end=len(TEXT))
    lost = replace(ANSWER.citations[1], passage_id="elsewhere")
    assert score(CASE, replace(ANSWER, citations=(shifted, lost)))["quote_exactness"] == 0.0


def test_wordings_are_compared_without_their_dress() -> None:
    assert plain("“10,000 pipes”, said Rémy, on March 3, 2020.") == (
        "10000 pipes said remy on march 3 2020"
    )


def test_what_stood_in_for_a_verdict_is_no_measurement(score) -> None:
    one, *others = ANSWER.sentences
    got = score(
        CASE, replace(ANSWER, sentences=(one, replace(others[0], unscored=True), *others[1:]))
    )
    for name in ("faithfulness", "contradiction", "unsupported", "citation_recall"):
        assert got[name] is None
    assert got["quote_exactness"] == 1.0 and got["key_fact_recall"] == 0.5
