"""Evidence for what a reader selects, and why an answer is what it is."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, cast

import pytest

from rag.types import Answer, Query
from rag.web.conversation import Conversation
from rag.web.evidence import MOST, Evidences
from rag.web.why import why_html
from tests.fakes.staged import RATE, XSS, StagedPipeline, every_verdict
from tests.web.test_render import Seen, done


def talk(*answers: Answer) -> Conversation:
    return Conversation([done(answer, n) for n, answer in enumerate(answers, 1)])


def evidence(conversation: Conversation, text: str, turn: int = 1) -> str:
    asked = json.dumps({"turn": turn, "text": text, "key": 7})
    return Evidences(cast(Any, StagedPipeline())).found(asked, conversation)


def test_a_selection_is_judged_by_every_passage_read() -> None:
    html = evidence(talk(every_verdict()), "Another passage altogether.")
    assert "supported</strong> by the 2 passages" in html
    assert "Elsewhere" in html
    # Not cited by the answer, so without a number; a cited one carries it.
    assert "gw-chip" not in html
    assert 'data-n="1"' in evidence(talk(every_verdict()), f"{RATE} [1]")
    assert 'data-key="7"' in html


def test_a_selection_without_support_says_why() -> None:
    html = evidence(talk(every_verdict()), f"Pigs fly. {XSS}")
    assert "unsupported</strong>" in html and "no passage says Pigs fly." in html
    assert not {"script", "img", "svg"} & set(Seen(html).tags)


@pytest.mark.parametrize(
    ("text", "turn", "line"),
    [
        ("x" * (MOST + 1), 1, "1,001 characters are selected: select at most 1,000."),
        ("Something.", 9, "No passage was read"),
        (" ", 1, "Select some words"),
    ],
)
def test_a_selection_that_cannot_be_checked_is_one_line(text: str, turn: int, line: str) -> None:
    html = evidence(talk(every_verdict()), text, turn)
    assert line in html and "gw-judged" not in html


@pytest.mark.parametrize("asked", ["", "[]", "{}", '{"turn": "x"}', "[" * 5000, "null"])
def test_a_request_that_is_none_shows_nothing(asked: str) -> None:
    made = Evidences(cast(Any, StagedPipeline()))
    assert made.found(asked, talk(every_verdict())) == ""


def test_why_shows_a_follow_up_made_whole_and_explains_the_scores() -> None:
    html = why_html(
        replace(every_verdict(), query=Query("How many now?", "How many now? — ferry fire")), 1
    )
    assert "Asked" in html and "How many now?" in html
    assert "Read as" in html and "ferry fire" in html
    assert "The score sets the order" in html
    assert "Asked" not in why_html(every_verdict(), 1)
