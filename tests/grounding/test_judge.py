"""What counts as a reply of a judge."""

from __future__ import annotations

import pytest

from rag.grounding.judge import parse


@pytest.mark.parametrize(
    "said",
    [
        "",
        "supported",
        "[]",
        '{"verdicts": []}',
        '{"verdicts": [{"n": 1, "verdict": "supported"}]}',
        '{"verdicts": [{"n": 1, "verdict": "supported"}, {"n": 3, "verdict": "supported"}]}',
        '{"verdicts": [{"n": 1, "verdict": "supported"}, {"n": 2, "verdict": "fine"}]}',
        '{"verdicts": [{"n": 1, "verdict": "supported"}, {"n": 1, "verdict": "supported"}]}',
        'Sure! {"verdicts": [{"n": 1, "verdict": "supported"}, {"n": 2, "verdict": "supported"}]}',
        '{"verdicts": [{"n": [], "verdict": "supported"}, {"n": 2, "verdict": "supported"}]}',
        '{"verdicts": [{"n": 1, "verdict": []}, {"n": 2, "verdict": "supported"}]}',
    ],
)
def test_a_reply_that_is_not_what_was_asked_for_is_no_grade(said: str) -> None:
    assert parse(said, 2) is None
