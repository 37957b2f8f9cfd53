from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.reading.clean import clean


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_what_is_kept() -> None:
    assert clean("a\u200bb\u00a0c\r\n\r\n\r\n\r\nd\x00 \u202ee") == "ab c\n\nd e"
