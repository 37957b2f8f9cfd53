from __future__ import annotations

from datetime import date

import pytest

from rag.answer.days import date_parts, day_meant

FRIDAY = date(2022, 9, 9)


@pytest.mark.parametrize(
    ("words", "sentence", "day"),
    [
        ("Thursday", "She died on Thursday.", date(2022, 9, 8)),
        ("on Friday afternoon", "He fell on Friday afternoon.", FRIDAY),
        ("Saturday", "They met Saturday.", date(2022, 9, 3)),
        ("yesterday", "It rained yesterday.", date(2022, 9, 8)),
        # Which of two days is meant, or one that is told already.
        ("next Thursday", "She spoke of next Thursday.", None),
        ("last Thursday", "She spoke last Thursday.", None),
        ("Monday", "They will meet on Monday.", None),
        ("Thursday, September 8", "She died on Thursday, September 8.", None),
        ("between Monday and Friday", "It fell between Monday and Friday.", None),
        ("in spring", "It came in spring.", None),
    ],
)
def test_the_day_that_a_weekday_means(words: str, sentence: str, day: date | None) -> None:
    assert day_meant(words, sentence, FRIDAY) == day


def test_without_a_day_of_publication_nothing_is_known() -> None:
    assert day_meant("Thursday", "She died on Thursday.", None) is None


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("on Thursday", {"2022", "month 9", "9-8"}),
        ("September 8", {"month 9", "9-8"}),
        ("8 September 2022", {"2022", "month 9", "9-8"}),
        ("in December 2022", {"2022", "month 12"}),
        ("1952", {"1952"}),
        ("at Balmoral", set()),
    ],
)
def test_the_parts_of_a_date_are_those_of_the_day_that_is_meant(
    words: str, parts: set[str]
) -> None:
    assert date_parts(words, f"She died {words}.", FRIDAY) == parts
