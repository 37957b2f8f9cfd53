from __future__ import annotations

from datetime import date

import pytest

from rag.errors import UsageError
from rag.retrieval.understand import leans_on_history, understand
from rag.types import Turn


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("Tell me about the Ever Given.", "the Ever Given"),
        ("Can you summarize what happened in Agdam, please?", "Agdam"),
        ("What's the latest on interest rates?", "interest rates"),
        ("Give me a short overview of the fire at Notre-Dame", "the fire at Notre-Dame"),
        ("latest news about Kosovo", "Kosovo"),
        ("What do we know about the outage?", "the outage"),
        ("What's going on with the canal?", "the canal"),
        # These ask for a reason or for a fact.
        ("Explain why the ship ran aground.", None),
        ("What happened to the bow of the ship?", None),
        ("What is the latest marathon record?", None),
        ("Who gave the summary of the talks?", None),
        ("Tell me about it", None),
    ],
)
def test_a_story_may_be_asked_for(question: str, subject: str | None) -> None:
    query = understand(question)
    assert query.overview is bool(subject)
    assert query.text == (subject or question)
    assert query.question == question


def test_an_overview_can_be_switched_off_and_leaves_follow_ups_alone() -> None:
    question = "Tell me about the Ever Given."
    assert not understand(question, ignore=("overview",)).overview
    history = [Turn(question, "The Ever Given was freed.")]
    query = understand("Tell me more about it", history)
    assert not query.overview and "Ever Given" in query.text


@pytest.mark.parametrize("greeting", ["Hello!", "hi there", "Thanks, thank you very much.", "ok"])
def test_a_greeting_is_told_what_to_type(greeting: str) -> None:
    with pytest.raises(UsageError, match="asks nothing yet"):
        understand(greeting)


def test_both_sides_of_what_is_to_be_compared_are_searched() -> None:
    query = understand("Compare the fall of A with the rise of B.")
    assert [part.text for part in query.parts] == ["the fall of A", "the rise of B"]
    assert all(one.overview for one in query.each())
    query = understand("Compare the causes of the first fire and the second fire")
    assert [part.text for part in query.parts] == [
        "the causes of the first fire",
        "the causes of the second fire",
    ]


@pytest.mark.parametrize(
    ("question", "leans"),
    [
        ("And when did they meet?", True),
        ("Why?", True),
        ("How old was he?", True),
        ("What about Turkey?", True),
        ("Where did it happen?", True),
        ("Who won the World Cup final in 2022?", False),
        ("When was the TurkStream pipeline opened?", False),
    ],
)
def test_what_cannot_stand_alone(question: str, leans: bool) -> None:
    assert leans_on_history(question) is leans


def test_a_follow_up_takes_what_it_needs() -> None:
    history = [
        Turn("Who set the marathon record in Chicago?", "Kelvin Kiptum of Kenya set it. [1]"),
    ]
    query = understand("How old was he?", history)
    assert "Kiptum" in query.text and "Chicago" in query.text
    assert query.question == "How old was he?"
    assert any("Understood as" in note for note in query.notes)


def test_a_new_question_takes_nothing() -> None:
    history = [Turn("Who set the marathon record in Chicago?", "Kelvin Kiptum.")]
    query = understand("When was Silicon Valley Bank closed?", history)
    assert query.text == "When was Silicon Valley Bank closed?"


def test_follow_ups_reach_back_to_the_question_that_stands() -> None:
    history = [
        Turn("When was the TurkStream pipeline opened?", "On January 8."),
        Turn("How long is it?", "930 kilometres."),
    ]
    assert "TurkStream" in understand("And how much can it carry?", history).text


def test_outlets_are_read_where_they_are_meant_as_a_source() -> None:
    known = ["Northern Wire", "The Terrace"]
    assert understand("What happened according to Northern Wire?", known_outlets=known).outlets == (
        "Northern Wire",
    )
    assert not understand("Who sat on the terrace?", known_outlets=known).outlets
    given = understand("According to Northern Wire?", outlets=["X"], known_outlets=known)
    assert given.outlets == ("X",) and not given.outlets_may_yield


def test_words_can_be_left_unread() -> None:
    query = understand("What happened in October 2020?", read_words=False)
    assert query.period is None


@pytest.mark.parametrize("question", ["", "   ", "???", "x" * 5000])
def test_bad_questions(question: str) -> None:
    with pytest.raises(UsageError):
        understand(question)


def test_dates_that_exclude_everything() -> None:
    with pytest.raises(UsageError, match="2021-01-01"):
        understand("What?x", since=date(2021, 1, 1), until=date(2020, 1, 1))


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("When was NATO founded? Which countries joined in 2004?", 2),
        ("How many people died, where did it happen and who was blamed?", 3),
        ("Who won the World Cup and how many goals did Messi score?", 2),
        ("Who won the election in Norway and Sweden?", 0),
        ("Where and when did the talks take place?", 0),
        ("What did the man who shot the president say?", 0),
        ("Which countries and what companies were sanctioned?", 0),
        ("Which of the two teams won, and in which year?", 0),
        ("Do Armenia and Azerbaijan agree on the corridor?", 2),
        ("Did the minister and the president agree to resign?", 0),
    ],
)
def test_a_question_that_asks_several_things_is_taken_apart(question: str, parts: int) -> None:
    assert len(understand(question).parts) == parts


def test_a_part_that_leans_borrows_from_its_neighbour() -> None:
    first, second = understand("When did the Bishkek talks begin and who hosted them?").parts
    assert first.text == first.question == "When did the Bishkek talks begin?"
    assert "Bishkek talks" in second.text and second.question == "who hosted them?"


def test_each_side_of_a_comparison_is_searched_in_its_own_outlet() -> None:
    query = understand(
        "Did Northern Wire say the same as Harbour Post about the ceasefire?",
        known_outlets=["Northern Wire", "Harbour Post", "Other"],
    )
    assert query.outlets == ("Northern Wire", "Harbour Post")
    assert [part.question for part in query.parts] == [
        "What did Northern Wire say about the ceasefire?",
        "What did Harbour Post say about the ceasefire?",
    ]
