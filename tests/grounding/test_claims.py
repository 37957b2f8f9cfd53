from __future__ import annotations

import pytest

from rag.grounding.claims import is_claim, read_sentences


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("It ended. [1] He left [2, 3].", [("It ended.", (1,)), ("He left.", (2, 3))]),
        ("It ended [1][2]. He left.", [("It ended.", (1, 2)), ("He left.", ())]),
        ("It ended.[1] He left.[2]", [("It ended.", (1,)), ("He left.", (2,))]),
        ("It rose [1-3] to 4.", [("It rose to 4.", (1, 2, 3))]),
        ("- It **ended**. 【1】\n- He left. [2]", [("It ended.", (1,)), ("He left.", (2,))]),
        ("He said “it ended.” [1] Then he left. [2]", [("He said “it ended.”", (1,)), ("Then he left.", (2,))]),
        ("Only words", [("Only words", ())]),
        ("It ended [0]. A list [a] stays.", [("It ended.", (0,)), ("A list [a] stays.", ())]),
        ("", []),
        ("[1]", []),
    ],
)  # fmt: skip
def test_markers_go_to_their_sentence(
    answer: str, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert [(m.text, m.marks) for m in read_sentences(answer)] == expected


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("The war ended in 1994.", True),
        ("Here is what the articles say:", False),
        ("The articles do not answer this.", False),
        ("I hope this helps!", False),
        ("Who won?", False),
        ("Armenia said that it had no army in the region.", True),
        ("According to the articles:", False),
        ("Sources:", False),
        ("In 1999.", True),
    ],
)
def test_what_states_something(text: str, claim: bool) -> None:
    assert is_claim(text) is claim
