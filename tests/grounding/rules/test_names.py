from __future__ import annotations

import pytest

from rag.grounding.rules.case import Case
from rag.grounding.rules.names import find, unmentioned


def reasons(claim: str, source: str) -> list[str]:
    found = find(Case(claim=claim, nearest=source, evidence=source, source=source, aligned=1.0))
    return [one.reason for one in found]


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("She left AT&T in May.", "AT&T said that she left in May."),
        ("It sells M&M’s.", "The maker of M&M’s rose in trading."),
        ("The French won.", "France won the match."),
        ("The talks at NATO failed.", "Talks of the North Atlantic Treaty Organization failed."),
    ],
)
def test_a_name_that_the_source_knows_is_none_to_object_to(claim: str, source: str) -> None:
    assert reasons(claim, source) == []


def test_one_strange_word_makes_a_name_another() -> None:
    source = "Anna Berg leads the harbour."
    assert reasons("The harbour is led by Anna Holm.", source) == [
        "Anna Holm is not in the cited passage"
    ]
    assert unmentioned("The harbour is led by Anna Holm.", source) == []


def test_a_name_is_unmentioned_where_no_word_of_it_stands() -> None:
    assert unmentioned("Did Berg speak in Oslo?", "Anna Berg spoke on Monday.") == ["Oslo"]
