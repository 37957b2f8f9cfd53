from __future__ import annotations

from datetime import date, datetime

import pytest

from rag.errors import ReadError
from rag.reading.dates import parse_date


@pytest.mark.parametrize(
    "value",
    ["2020-10-09", "October 9, 2020", "9 October 2020", "Oct. 9, 2020", "Fri, 09 Oct 2020 10:00:00 GMT",
     "2020-10-09T10:00:00.1234567Z", "2020/10/09", date(2020, 10, 9), datetime(2020, 10, 9, 8),
     "Friday, October 9th, 2020"],
)  # fmt: skip
def test_reads(value: object) -> None:
    assert parse_date(value) == date(2020, 10, 9)


def test_nothing_is_nothing() -> None:
    assert parse_date(None) is None and parse_date("") is None


@pytest.mark.parametrize("value", ["03/04/2020", "soon", "2020-13-45", "0001-01-01", 12])
def test_refuses_what_is_no_date_or_two(value: object) -> None:
    with pytest.raises(ReadError):
        parse_date(value)
