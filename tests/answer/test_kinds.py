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
        ("What was the runner's time in Berlin?", Kind.AMOUNT),
        ("At what age did she retire?", Kind.AMOUNT),
        ("What time did it close?", Kind.WHEN),
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
        # An amount is measured in what was asked for.
        (Kind.AMOUNT, "It flew 40 km at 90 km an hour in 27 minutes.", "How far did it fly?", ["40 km"]),
        (Kind.AMOUNT, "They lost in round 3.", "How far did they get in the cup?", ["3"]),
        (Kind.AMOUNT, "It flew 40 km at 90 km an hour in 27 minutes.", "How fast was it?", ["90 km"]),
        (Kind.AMOUNT, "It flew 40 km at 90 km an hour in 27 minutes.", "For how long did it fly?",
         ["40 km", "27 minutes"]),
        (Kind.AMOUNT, "Berg, who is 38, won two weeks later in 2:02:42.", "How old is Berg?", ["38"]),
        (Kind.AMOUNT, "A 92-year-old man and 3 others died.", "How old was the man?", ["92-year-old"]),
        (Kind.AMOUNT, "Berg, who is 38, won two weeks later in 2:02:42.", "What was Berg's time?",
         ["2:02:42"]),
        (Kind.AMOUNT, "Berg won in two hours.", "What was Berg's time?", ["two hours"]),
        (Kind.WHEN, "At 6 a.m. on May 5, 2020 it was over.", "What time was it over?", ["6 a.m."]),
        (Kind.WHEN, "On May 5, 2020 it was over.", "What time was it over?", ["May 5, 2020"]),
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
