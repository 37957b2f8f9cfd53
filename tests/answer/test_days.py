from __future__ import annotations

from datetime import date

import pytest

from rag.answer.days import day_meant

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
