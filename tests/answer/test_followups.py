"""Questions made of sentences: only where the grammar is sure, only where the answer is found."""

from __future__ import annotations

from functools import partial

import pytest

from rag.answer.followups import Tried, follow_ups, question_of
from rag.pipeline import Pipeline
from rag.types import Passage, Span


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (
            "The Bishkek Protocol was signed on May 5, 1994.",
            "When was the Bishkek Protocol signed?",
        ),
        (
            "At least 80,000 people were displaced by the fighting in Karabakh, officials said.",
            "How many people were displaced by the fighting in Karabakh?",
        ),
        (
            "Russia hosted the talks of the ministers in Moscow.",
            "Who hosted the talks of the ministers in Moscow?",
        ),
        ("Since the road was opened on May 5, lorries go to Kars.", None),
        ("It was signed on May 5, 1994.", None),
        ("Officials announced a partial mobilisation on Monday.", None),
        ("Russia said that it would leave.", None),
        ("“Russia hosted the talks,” he said.", None),
    ],
)
def test_a_sentence_becomes_a_question_or_nothing(sentence: str, question: str | None) -> None:
    assert question_of(sentence) == question


SENTENCE = "Russia hosted the talks of the ministers in Moscow."
PASSAGE = Passage("p", "a", 0, 0, len(SENTENCE), SENTENCE, (Span(0, len(SENTENCE)),))
QUESTION = "Who hosted the talks of the ministers in Moscow?"


def found(question: str) -> Tried:
    return Tried(SENTENCE, "a", 0.9)


def test_it_is_offered_where_asking_leads_back_to_its_sentence() -> None:
    assert follow_ups([PASSAGE], [], ["Who won?"], found) == (QUESTION,)


@pytest.mark.parametrize(
    "tried",
    [None, Tried(SENTENCE, "a", 0.5), Tried("Another.", "a", 0.9), Tried(SENTENCE, "b", 0.9)],
)
def test_it_is_not_where_asking_leads_elsewhere(tried: Tried | None) -> None:
    assert follow_ups([PASSAGE], [], [], lambda _: tried) == ()


def test_what_was_cited_or_asked_is_not_offered_again() -> None:
    assert follow_ups([PASSAGE], [SENTENCE], [], found) == ()
    assert follow_ups([PASSAGE], [], ["Who hosted the ministers' talks in Moscow?"], found) == ()


def test_there_is_an_end_to_the_trying() -> None:
    assert follow_ups([PASSAGE], [], [], found, seconds=-1) == ()


def test_each_is_answered_by_the_library_and_always_the_same(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A busy machine may try fewer in its two seconds.
    monkeypatch.setattr("rag.pipeline.follow_ups", partial(follow_ups, seconds=60))
    answer = pipeline.ask("When did NASA publish the first Webb images?")
    offered = pipeline.follow_ups(answer)
    assert offered == pipeline.follow_ups(answer)
    assert offered
    for question in offered:
        again = pipeline.ask(question)
        assert again.status == "answered"
        assert {c.quote for c in again.citations} - {c.quote for c in answer.citations}
