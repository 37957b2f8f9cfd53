from __future__ import annotations

import pytest

from rag.answer.kinds import Kind, candidates, kind_of


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When was the bridge closed?", Kind.WHEN),
        ("In what year did the war end?", Kind.WHEN),
        ("How many people were hurt, and where?", Kind.AMOUNT),
        ("What percentage of voters stayed at home?", Kind.AMOUNT),
        ("Who signed the protocol?", Kind.WHO),
        ("Which country hosted the talks?", Kind.WHERE),
        ("Why was the bridge closed?", Kind.OTHER),
        ("Was the bridge closed?", Kind.OTHER),
    ],
)
def test_what_a_question_asks_for(question: str, kind: Kind) -> None:
    assert kind_of(question) is kind


@pytest.mark.parametrize(
    ("kind", "sentence", "question", "spans"),
    [
        (Kind.WHEN, "It opened on March 3, 2019 and closed in 2021.", "When?",
         ["March 3, 2019", "2021"]),
        (Kind.AMOUNT, "About 3,000 people came on May 5, 2020.", "How many?", ["About 3,000 people"]),
        (Kind.AMOUNT, "Fourteen people were hurt.", "How many?", ["Fourteen people"]),
        (Kind.AMOUNT, "Rates rose by 0.5 percent.", "By how much?", ["0.5 percent"]),
        (Kind.WHERE, "They met in Oslo with envoys from Chad.", "Where?", ["Oslo", "Chad"]),
        # The question's own names are no answer to it.
        (Kind.WHO, "On Friday night Anna Berg beat Carl Holm.", "Who beat Carl Holm?", ["Anna Berg"]),
    ],
)  # fmt: skip
def test_what_could_be_an_answer(
    kind: Kind, sentence: str, question: str, spans: list[str]
) -> None:
    assert [span.of(sentence) for span in candidates(kind, sentence, question)] == spans
