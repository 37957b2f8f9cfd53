"""What an answer may rest on: days, outlets, topics, and what the question's own words may set."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from rag.errors import ReadError, UsageError
from rag.reading.dates import parse_date
from rag.types import Reading

Day = date | str | None


class Scope(TypedDict, total=False):
    """Options of every question. Nothing published before `since`, after `until` or after `as_of`
    (the day on which the question is asked) is used; `outlets` are the only ones asked, and of
    `topics` an article bears one at least; `ignore` switches off what the question's own words
    would set."""

    since: Day
    until: Day
    outlets: Sequence[str] | None
    topics: Sequence[str] | None
    as_of: Day
    ignore: Sequence[Reading]


def as_day(value: Day, name: str) -> date | None:
    """Raises UsageError, naming the option, where the text is no date."""
    try:
        return parse_date(value)
    except ReadError as error:
        raise UsageError(f"Option {name!r}: {error}.") from None
