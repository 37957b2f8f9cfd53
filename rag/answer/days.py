"""The days that words mean in an article, "Thursday" and "yesterday" too."""

from __future__ import annotations

import re
from datetime import date, timedelta

from rag.grounding.rules.dates import Day, days

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_RELATIVE = re.compile(rf"\b({'|'.join(_WEEKDAYS)}|yesterday|today)\b", re.I)
# "Next Friday" and "last Friday" may be either of two; a number tells the day itself.
_OTHER = re.compile(r"\d|\b(?:next|last|every|each|coming|previous)\b", re.I)
_TO_COME = re.compile(
    r"\b(?:will|would|shall|to be|is set to|are set to|plans?|expected|scheduled|due|going to)\b",
    re.I,
)


def day_meant(words: str, sentence: str, published: date | None) -> date | None:
    """Counted back from the day of publication; None where that is not certain.

    >>> day_meant("on Thursday", "She died on Thursday.", date(2022, 9, 9))
    datetime.date(2022, 9, 8)
    """
    named = {name.lower() for name in _RELATIVE.findall(words)}
    if published is None or len(named) != 1 or _OTHER.search(words) or _TO_COME.search(sentence):
        return None
    (name,) = named
    if name in _WEEKDAYS:
        back = (published.weekday() - _WEEKDAYS.index(name)) % 7
    else:
        back = int(name == "yesterday")
    return published - timedelta(days=back)


def date_parts(words: str, sentence: str, published: date | None) -> frozenset[str]:
    """Year, month and day that words name or mean; none where they tell no date.

    >>> sorted(date_parts("on Thursday", "She died on Thursday.", date(2022, 9, 9)))
    ['2022', '9-8', 'month 9']
    """
    counted = day_meant(words, sentence, published)
    dates = [Day(counted.year, counted.month, counted.day, words)] if counted else days(words)
    return frozenset(
        part
        for one in dates
        for part in (
            one.year and f"{one.year}",
            one.month and f"month {one.month}",
            one.month and one.day and f"{one.month}-{one.day}",
        )
        if part
    )
