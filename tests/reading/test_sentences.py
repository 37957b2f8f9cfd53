from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.reading.sentences import sentence_spans


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("He left. She stayed.", 2),
        ("Mr. Li met Gen. Clark in the U.S. on Jan. 5.", 1),
        ("J. K. Rowling wrote it.", 1),
        ("It rose 3.5 percent. It fell later.", 2),
        ("“Why now?” he asked.", 1),
        ("“We will win.” Then he left.", 2),
        ("He lives in the U.S. The house is old.", 2),
        ("No. 4 won. He said no. She left.", 3),
        ("A heading\n\nThe first sentence. The second.", 3),
        ("It ended at 5 p.m. on Friday.", 1),
        ("Well ... maybe. Yes!", 2),
        ("", 0),
        (" \n ", 0),
    ],
)
def test_counts_sentences(text: str, count: int) -> None:
    assert len(sentence_spans(text)) == count


def test_a_span_is_the_sentence() -> None:
    text = "One here.  Two there.\n\nThree."
    assert [s.of(text) for s in sentence_spans(text)] == ["One here.", "Two there.", "Three."]


@given(st.text(alphabet='aB .!?\n"”“(1,’é', max_size=200))
@settings(max_examples=200, deadline=None)
def test_every_character_lies_in_one_sentence(text: str) -> None:
    spans = sentence_spans(text)
    inside = [i for s in spans for i in range(s.start, s.end)]
    assert len(inside) == len(set(inside))
    assert {i for i, c in enumerate(text) if not c.isspace()} <= set(inside)
    assert all(s.of(text) == s.of(text).strip() != "" for s in spans)


def test_hostile_text_is_read_in_linear_time() -> None:
    begun = time.monotonic()
    for text in ("." * 300_000, "a." * 150_000, "(" * 300_000, "A\n" * 150_000):
        sentence_spans(text)
    assert time.monotonic() - begun < 30
