from __future__ import annotations

import pytest

from rag.grounding.rules.case import Case
from rag.grounding.rules.negation import find


def case(claim: str, nearest: str, aligned: float = 0.8) -> Case:
    return Case(claim, nearest, nearest, nearest, aligned)


@pytest.mark.parametrize(
    ("claim", "nearest", "reasons"),
    [
        ("The repair will begin in May.", "The repair will not begin in May.", ["the passage denies this"]),
        ("The repair won’t begin in May.", "The repair will begin in May.", ["the passage does not deny this"]),
        ("The repair will not begin.", "The repair will never begin.", []),
        # Two denials are as good as none, or cannot be told apart from it.
        ("It will begin.", "It is not true that it will not begin.", []),
        ("The bank cut its rate.", "The bank raised its rate.", ["the passage says “raised”, not “cut”"]),
        ("The party won the vote.", "The party lost the vote.", ["the passage says “lost”, not “won”"]),
        # Who says both says no opposite.
        ("The party won in the east.", "The party won in the east and lost in the west.", []),
        ("It has more members.", "It has fewer members.", ["the passage says “fewer”, not “more”"]),
        ("The man left.", "The manager left.", []),
    ],
)  # fmt: skip
def test_denials_and_opposites(claim: str, nearest: str, reasons: list[str]) -> None:
    found = find(case(claim, nearest))
    assert [f.reason for f in found] == reasons
    assert all(f.conflict for f in found)


def test_a_sentence_about_something_else_denies_nothing() -> None:
    claim, nearest = "The repair will begin in May.", "The repair will not begin in May."
    assert find(case(claim, nearest, aligned=0.59)) == []
    # A "not" beside many other words may belong to another clause.
    long = f"{nearest[:-1]}, said the mayor of the northern town whose old bridge had been closed."
    assert find(case(claim, long)) == []


def test_no_more_than_two_are_told() -> None:
    claim = "More men won and bought in the north."
    nearest = "Fewer women lost and sold in the south."
    assert len(find(case(claim, nearest))) == 2
