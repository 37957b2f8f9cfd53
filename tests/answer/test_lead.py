from __future__ import annotations

import pytest

from rag.answer.choose import Candidate
from rag.answer.kinds import candidates, kind_of
from rag.answer.lead import lead_span
from rag.models.base import Marked
from rag.types import Query, Span

SENTENCE = (
    "On May 4 the council raised the fee by 25 cents, after Anna Berg had asked for 40 cents."
)


def lead_in(text: str, question: str, words: str | None, score: float = 3.0) -> str | None:
    """The lead of a sentence in which the reader marks `words`."""
    at = text.index(words) if words else 0
    marked = Marked(Span(at, at + len(words)), score) if words else None
    answers = tuple(candidates(kind_of(question), text, question))
    one = Candidate(
        0, 0, Span(0, len(text)), text, frozenset(), answers, marked, (), 0.0, False, 0.0
    )
    span = lead_span(one, Query(question, question), lambda stem: 1.0)
    return span.of(text) if span else None


def lead(question: str, words: str | None = None, score: float = 3.0) -> str | None:
    return lead_in(SENTENCE, question, words, score)


def test_what_the_reader_is_sure_of_comes_first() -> None:
    assert lead("How much more does it cost?", "25 cents") == "25 cents"
    assert lead("Which body decided?", "the council") == "the council"


def test_without_the_reader_the_nearest_that_fits() -> None:
    assert lead("By how many cents did the council raise the fee?") == "25 cents"
    assert lead("When did the council raise the fee?", "the council", -6.0) == "May 4"


def test_a_guess_is_not_shown() -> None:
    assert lead("Which body decided?", "the council", -3.0) is None
    assert lead("Which body decided?") is None


def test_the_question_s_own_words_are_no_answer() -> None:
    assert lead("What did the council do about the fee?", "the council") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Officials found no gas leaks on the site.", None),
        ("It was caused by a storm rather than gas leaks.", None),
        ("It was not gas leaks that caused it.", None),
        ("It was caused by gas leaks, not by a storm.", "gas leaks"),
        ("Not until gas leaks were found did it end.", "gas leaks"),
        ("It was not only gas leaks that caused it.", "gas leaks"),
    ],
)
def test_what_is_denied_is_no_answer(text: str, said: str | None) -> None:
    assert lead_in(text, "What caused the explosion?", "gas leaks") == said


def test_what_happened_is_more_than_a_name() -> None:
    text = "Anna Berg said that the bridge fell into the river."
    assert lead_in(text, "What happened in Bergen?", "Anna Berg") is None
    assert lead_in(text, "What happened in Bergen?", "the bridge fell") == "the bridge fell"


@pytest.mark.parametrize("marked", ["March 3", "3, 2021", "2021", "since March 3, 2021"])
def test_a_date_is_never_cut(marked: str) -> None:
    text = "The bridge has been shut since March 3, 2021, for repairs."
    said = lead_in(text, "When was the bridge shut?", marked)
    assert said in ("March 3, 2021", "since March 3, 2021")


def test_a_year_is_not_answered_with_another() -> None:
    text = "On May 4, 2020, fighting broke out, the worst since the four-day war of April 2016."

    def said(question: str) -> str | None:
        return lead_in(text, question, "the four-day war of April 2016")

    assert said("When did the fighting break out in 2020?") == "May 4, 2020"
    assert said("When was the war before?") == "the four-day war of April 2016"
    assert said("Who fought in 2012?") != "the four-day war of April 2016"


@pytest.mark.parametrize(
    "question",
    [
        "Did the council raise the fee?",
        "Why was the fee raised?",
        "How did it come?",
        "What did Anna Berg say about the fee?",
        "What did Anna Berg say?",
    ],
)
def test_what_asks_for_evidence_gets_no_word(question: str) -> None:
    assert lead(question, "25 cents") is None


@pytest.mark.parametrize("marked", ["419", "3,4", "419 people", ",41"])
def test_a_number_is_never_cut(marked: str) -> None:
    text = "At least 3,419 people had died by Tuesday, he said."
    assert lead_in(text, "How many died?", marked) in ("3,419", "3,419 people")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Which countries joined?", "Poland, the Czech Republic and Hungary"),
        ("Who were the new members?", "Poland, the Czech Republic and Hungary"),
        ("Which country joined?", "Poland"),
    ],
)
def test_who_asks_for_several_gets_them_all(question: str, said: str) -> None:
    text = "In March Poland, the Czech Republic and Hungary joined."
    assert lead_in(text, question, "Poland") == said


def test_an_amount_of_another_measure_is_no_lead() -> None:
    text = "The probe struck the moon at 22,500 kilometres an hour."
    question = "How far did the probe move the moon?"
    assert lead_in(text, question, "22,500 kilometres", 1.0) is None


def test_of_two_amounts_the_one_that_was_asked_for() -> None:
    text = "She can carry 640 passengers and 120 cars."

    def said(question: str) -> str | None:
        return lead_in(text, question, "640 passengers and 120 cars")

    assert said("How many cars can she carry?") == "120 cars"
    assert said("How many passengers can she carry?") == "640 passengers"


@pytest.mark.parametrize(
    ("marked", "shown"),
    [
        ("WASHINGTON − Kevin McCarthy", "Kevin McCarthy"),
        ("Kevin McCarthy", "Kevin McCarthy"),
        ("WASHINGTON", "WASHINGTON"),
    ],
)
def test_a_name_comes_without_the_dateline_before_it(marked: str, shown: str) -> None:
    text = "WASHINGTON − Kevin McCarthy resigned on Monday."
    assert lead_in(text, "Who resigned?", marked) == shown


def test_two_amounts_far_apart_are_no_short_answer() -> None:
    text = "Inspectors tested 41 wells in the valley in May and found seven of them unsafe."
    question = "How many wells in the valley were unsafe?"
    assert lead_in(text, question, "41 wells in the valley in May and found seven") is None
