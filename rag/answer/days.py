"""The day that "Thursday" or "yesterday" means in an article."""

from __future__ import annotations

import re
from datetime import date, timedelta

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
