from __future__ import annotations

from datetime import date

import pytest

from rag.retrieval.periods import find_period

TODAY = date(2022, 6, 17)


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("What happened in October 2020?", "2020-10-01", "2020-10-31"),
        ("What happened on October 9, 2020?", "2020-10-09", "2020-10-09"),
        ("What happened on 9 October 2020?", "2020-10-09", "2020-10-09"),
        ("Who won in 2016?", "2016-01-01", "2016-12-31"),
        ("Between 2014 and 2016, who led?", "2014-01-01", "2016-12-31"),
        ("What has happened since May 2022?", "2022-05-01", "2022-06-17"),
        ("What was agreed in summer 2019?", "2019-06-01", "2019-08-31"),
        ("What happened yesterday?", "2022-06-16", "2022-06-16"),
        ("Who died this week?", "2022-06-10", "2022-06-17"),
        ("What was decided last month?", "2022-05-01", "2022-05-31"),
        ("Who won last year?", "2021-01-01", "2021-12-31"),
        ("What burned last summer?", "2021-06-01", "2021-08-31"),
    ],
)
def test_reads(question: str, start: str, end: str) -> None:
    found = find_period(question, TODAY)
    assert found is not None
    assert (found.start.isoformat(), found.end.isoformat()) == (start, end)


@pytest.mark.parametrize(
    "question",
    ["Who may win?", "How many of the 1960 troops?", "What is the second law?", "Feb 31, 2020x"],
)
def test_hardly_ever_guesses(question: str) -> None:
    found = find_period(question, TODAY)
    assert found is None or found.start.year in (1960, 2020)
