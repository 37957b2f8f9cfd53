"""Publish dates as articles write them. Never guessed: what reads two ways is refused."""

from __future__ import annotations

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime

from rag.errors import ReadError

_FORMATS = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%B %d %Y", "%Y/%m/%d", "%Y.%m.%d")
_NUMBERS = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")


def parse_date(value: object) -> date | None:
    """A date, a datetime or text to a date; None and "" to None. Raises ReadError for the rest."""
    if value is None or isinstance(value, datetime):
        return value.date() if value else None
    if isinstance(value, date):
        return value
    text = " ".join(str(value).split())
    if not text or text.lower() in ("none", "null", "nan"):
        return None
    found = _parse(text)
    if found is None:
        raise ReadError(f"the date {text[:60]!r} cannot be read: write it as YYYY-MM-DD")
    if not 1600 <= found.year <= 2200:
        raise ReadError(f"the date {text[:60]!r} lies outside 1600 to 2200")
    return found


def _parse(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        pass
    # Python reads neither a trailing zone name nor fractions of odd length.
    if iso := re.match(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}", text):
        return _parse(iso[1])
    plain = re.sub(r"\b(\d{1,2})(?:st|nd|rd|th)\b", r"\1", text.replace("Sept.", "Sep"))
    plain = re.sub(
        r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+",
        "",
        plain,
        flags=re.I,
    ).replace("Sept ", "Sep ")
    plain = re.sub(r"\b([A-Z][a-z]{2})\.", r"\1", plain)
    for form in _FORMATS:
        try:
            return datetime.strptime(plain, form).date()
        except ValueError:
            continue
    if numbers := _NUMBERS.fullmatch(text):
        first, second, year = map(int, numbers.groups())
        if first != second and first <= 12 and second <= 12:
            raise ReadError(f"the date {text!r} reads two ways: write it as YYYY-MM-DD")
        day, month = (first, second) if first > 12 or first == second else (second, first)
        try:
            return date(year, month, day)
        except ValueError:
            return None
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError):
        return None
