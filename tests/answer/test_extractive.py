from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rag.answer.form import malus
from rag.pipeline import Pipeline
from rag.types import Answer, Verdict

Ask = Callable[..., Answer]


@pytest.fixture
def ask(fill: Any) -> Ask:
    """ask(question, text, text, ...) on a library of those articles, a day apart."""

    def run(question: str, *texts: str, **settings: Any) -> Answer:
        files = {
            f"{n}.md": f"---\ntitle: Harbour news {n}\nslug: a{n}\noutlet: Paper {n}\n"
            f"published: 2020-05-0{n}\n---\n{text}\n"
            for n, text in enumerate(texts, 1)
        }
        own, _ = fill(files, **settings)
        pipeline = Pipeline(own)
        try:
            return pipeline.ask(question)
        finally:
            pipeline.close()

    return run


FILLER = " The weather was mild and the shops in the old town stayed open until late."


def test_the_sentences_that_answer_come_with_the_words_that_do(ask: Ask) -> None:
    answer = ask(
        "How much did the new ferry cost?",
        "The ferry between the islands was launched in March. Nordline Shipping of Bergen says that "
        "the new ferry cost 48 million crowns. The old one carried 90 cars." + FILLER,
    )
    assert answer.status == "answered" and "48 million" in answer.text
    assert answer.lead is not None and "million" in answer.lead.text
    (quote,) = [c.quote for c in answer.citations if c.n == answer.lead.n]
    assert answer.lead.text in quote
    assert all(s.verdict is Verdict.SUPPORTED for s in answer.sentences)
    assert 1 <= len(answer.sentences) <= 4


def test_what_is_more_likely_wrong_than_right_has_no_short_answer(ask: Ask) -> None:
    answer = ask(
        "How much did the old lighthouse of Trondheim cost?",
        "The ferry between the islands was launched in March. Nordline Shipping of Bergen says that "
        "the new ferry cost 48 million crowns. The old one carried 90 cars." + FILLER,
        min_confidence=0.0,
    )
    assert answer.status == "answered" and answer.confidence is not None
    assert answer.confidence < 0.5
    assert answer.lead is None


def test_a_weekday_comes_with_its_date_as_ours(ask: Ask) -> None:
    # Published on Friday, 1 May 2020.
    answer = ask(
        "When did the ferry Solveig sink?",
        "The ferry Solveig sank on Wednesday off Bergen, and all 640 people were saved." + FILLER,
    )
    assert answer.lead is not None and "Wednesday" in answer.lead.text
    assert answer.lead.means == "29 April 2020"
    assert f"{answer.lead.text} (29 April 2020)" in str(answer).splitlines()[0]


def test_what_was_printed_before_the_year_answers_nothing_on_it(ask: Ask) -> None:
    question = "How many people were on board the ferry Solveig in 2023?"
    told = "The ferry Solveig of Bergen had 640 people on board on Wednesday."
    assert ask(question, told + FILLER).status == "no_answer"
    planned = "The ferry Solveig of Bergen will have 900 people on board in 2023."
    assert "900" in ask(question, told + FILLER, planned + FILLER).text


def test_a_story_is_told_in_its_order_from_how_articles_begin(ask: Ask) -> None:
    answer = ask(
        "Tell me about the ferry Solveig.",
        "The ferry Solveig ran aground off Bergen on Friday." + FILLER + " Solveig has a café.",
        "Who was at the helm of Solveig? The ferry Solveig was towed to Stavanger on Saturday."
        + FILLER,
        "Tourists came to the old town of Bergen for the market." + FILLER,
    )
    told = [sentence.text for sentence in answer.sentences]
    assert told[0].startswith("The ferry Solveig ran aground")
    assert any("towed" in text for text in told)
    assert not any("Tourists" in text or text.endswith("?") for text in told)
    assert answer.lead is None and answer.query is not None and answer.query.overview


def test_a_story_of_something_else_is_not_told(ask: Ask) -> None:
    told = "The war over the harbour fees lasted two years." + FILLER
    assert ask("Tell me about the Peloponnesian War.", told).status == "no_answer"


def test_a_name_that_the_passages_lack_is_said(ask: Ask) -> None:
    told = "The ferry Solveig of Bergen was banned from the harbour on Friday." + FILLER
    noted = "The passages cited here do not mention Trondheim."
    answer = ask("Was the ferry Solveig banned in Trondheim?", told, min_confidence=0.0)
    assert answer.status == "answered" and noted in answer.notes
    answer = ask("Was the ferry Solveig banned in Bergen?", told)
    assert not any("do not mention" in note for note in answer.notes)


def test_what_a_sentence_of_little_else_holds_is_no_short_answer(ask: Ask) -> None:
    question = "Which shipping company bought the old harbour ferry Solveig from Bergen council?"
    far = "Nordline Shipping bought it."
    assert ask(question, far + FILLER, min_confidence=0.0).lead is None
    near = "The shipping company Nordline bought the old harbour ferry Solveig from Bergen council."
    assert (named := ask(question, near + FILLER).lead) is not None and "Nordline" in named.text


def test_a_short_answer_that_others_contest_is_told_as_possible_at_most(ask: Ask) -> None:
    question = "Who leads the harbour of Bergen?"
    berg = "Anna Berg leads the harbour of Bergen." + FILLER
    same = "The harbour of Bergen, which Anna Berg leads, has grown by a tenth since last year."
    borne = ask(question, berg, same)
    assert borne.lead is not None and borne.lead.sure and "Possibly" not in str(borne)
    other = (
        "The man who leads the harbour of Bergen is Jon Holm, and he wants longer quays for ships."
    )
    fought = ask(question, berg, other)
    assert fought.lead is not None and not fought.lead.sure
    assert str(fought).startswith(f"Possibly {fought.lead.text}")


def test_what_is_told_of_another_year_is_no_short_answer(ask: Ask) -> None:
    question = "Who won the regatta of Bergen in 2019?"
    won = "Anna Berg won the regatta of Bergen in 2012."
    named = [ask(question, told + FILLER).lead for told in (won.replace("2012", "2019"), won)]
    assert named[0] is not None and "Berg" in named[0].text and named[1] is None
    assert (
        ask(question, won + FILLER).confidence
        < ask(question.replace("2019", "2012"), won + FILLER).confidence
    )


@pytest.mark.parametrize(
    ("text", "loses"),
    [
        ("Ferry prices:What to know about fares", True),
        ("- Harbour master Anna Berg", True),
        ("Anna Berg, “The Ferry”", True),
        ("Hide caption 5 of 35 The ferry in May.", True),
        ("Anna Berg/Reuters The ferry lies at the quay.", True),
        ("She said: “The ferry is late.”", False),
        ("Reuters reported that the ferry was late.", False),
        ("It sailed at 9:30 a.m.", False),
        ("(The ferry was late.)", False),
    ],
)
def test_a_teaser_or_a_line_of_a_list_yields_to_a_sentence(text: str, loses: bool) -> None:
    assert (malus(text, frozenset()) > 0) is loses


@pytest.mark.parametrize(
    ("text", "loses"),
    [
        ("Anna Berg has led the harbour since 2008.", True),
        ("Anna Berg led it from 2008 to 2023.", False),
        ("Anna Berg leads the harbour.", False),
    ],
)
def test_a_sentence_of_other_years_yields(text: str, loses: bool) -> None:
    assert (malus(text, frozenset({"2023"})) > 0) is loses
    assert malus(text, frozenset()) == 0


def test_a_sentence_that_leans_brings_the_one_before(ask: Ask) -> None:
    answer = ask(
        "How many passengers can the vessel Solveig carry?",
        "The Solveig was launched in Gdansk on Friday. She can carry 640 passengers and 120 cars."
        + FILLER,
    )
    said = [s.text for s in answer.sentences]
    at = next(n for n, text in enumerate(said) if "640 passengers" in text)
    assert at > 0 and said[at - 1].startswith("The Solveig was launched")


def test_one_fact_is_told_once(ask: Ask) -> None:
    fact = "The harbour bridge of Lindby was closed on March 3 because of rust in its cables."
    answer = ask(
        "Why was the harbour bridge of Lindby closed?",
        fact + FILLER + " Traffic goes by the ring road.",
        fact + " Engineers will measure the cables in April. Buses go by the ring road.",
    )
    assert sum("because of rust" in s.text for s in answer.sentences) == 1


def test_what_asks_for_yes_or_no_gets_the_evidence(ask: Ask) -> None:
    """A denial holds no words that a reader could mark as the answer."""
    answer = ask(
        "Did the council of Lindby close the harbour bridge?",
        "The council of Lindby met on Monday. It did not close the harbour bridge, but it lowered "
        "the speed limit to 30 km an hour." + FILLER,
    )
    assert answer.status == "answered" and answer.lead is None
    assert "did not close the harbour bridge" in answer.text


def test_articles_that_differ_are_shown_to_differ(ask: Ask) -> None:
    answer = ask(
        "How many people were injured in the Lindby ferry fire?",
        "Fourteen people were injured in the Lindby ferry fire on Friday, the rescue service said."
        + FILLER,
        "The Lindby ferry fire injured 31 people, the hospital said on Saturday after a count. The "
        "fire began in the engine room of the ferry.",
    )
    values = {one.text: one.n for one in answer.differing}
    quotes = {citation.n: citation for citation in answer.citations}
    assert len(values) == 2 and any("31" in text for text in values)
    assert all(text in quotes[n].quote for text, n in values.items())
    assert "Paper 1" in answer.disagreement and "Paper 2" in answer.disagreement
    assert answer.disagreement in str(answer)


def test_a_question_for_how_things_stand_says_when_its_evidence_is_old(ask: Ask) -> None:
    text = "The ferry between the islands was bought in March for 4 million crowns." + FILLER
    latest = ask("What is the latest price paid for the ferry between the islands?", text)
    past = ask("What price was paid for the ferry between the islands?", text)
    assert any("what came later is not in them" in note for note in latest.notes)
    assert not any("what came later" in note for note in past.notes)


def test_each_part_of_a_question_is_answered_or_named(ask: Ask) -> None:
    answer = ask(
        "When was the ferry between the islands bought and which team won the cup final in Turin?",
        "The ferry between the islands was bought in March for 4 million crowns." + FILLER,
    )
    assert answer.status == "answered" and "March" in answer.text
    assert "These articles do not answer: which team won the cup final in Turin?" in answer.notes


def test_below_the_line_it_is_not_in_this_corpus(ask: Ask) -> None:
    text = "The ferry between the islands was bought in March for 4 million crowns." + FILLER
    strict = ask("Who bought the ferry between the islands?", text, min_confidence=1.0)
    assert strict.status == "no_answer" and not strict.citations and strict.retrieved
    other = ask("Which team won the cup final in Turin?", text)
    assert other.status == "no_answer" and other.confidence is not None
    assert other.confidence < 0.5


def test_what_states_nothing_is_no_answer(ask: Ask) -> None:
    """A subhead that asks the very question, a lone word: neither could be cited."""
    answer = ask(
        "What will the lorries pay on the bridge?",
        "The toll on the bridge ends in May.\n\nWhat will the lorries pay on the bridge?\n\n"
        "The lorries will pay 6 crowns a crossing, the council said." + FILLER,
    )
    assert answer.lead is not None and answer.lead.text.startswith("6 crowns")
    assert all(s.verdict is Verdict.SUPPORTED and s.citations for s in answer.sentences)
    assert ask("How do I unsubscribe?", "Unsubscribe\n" + FILLER).status == "no_answer"
