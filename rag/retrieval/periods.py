"""Times that a question names: "October 2020", "last summer", "this week", "between 2014 and 2016"."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from rag.types import Period

_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_ABSOLUTE = [
    re.compile(rf"\b{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)\b"),
    re.compile(rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}\b", re.I),
    re.compile(rf"\b{_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}\b", re.I),
    re.compile(rf"\b{_MONTH},?\s+(?:of\s+)?{_YEAR}\b", re.I),
    re.compile(rf"\b(?P<season>spring|summer|autumn|fall|winter)\s+(?:of\s+)?{_YEAR}\b", re.I),
    re.compile(rf"\b{_YEAR}\b"),
]
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_RELATIVE = re.compile(
    r"\b(?P<word>today|yesterday|tonight)\b"
    r"|\b(?P<which>this|last|past|previous)\s+(?:(?P<count>\d+|two|three|few)\s+)?"
    r"(?P<unit>day|week|weekend|month|year|spring|summer|autumn|fall|winter)s?\b",
    re.I,
)
_OPEN = re.compile(r"\b(?P<side>since|after|before|until)\s*$", re.I)
_COUNTS = {"two": 2, "three": 3, "few": 3}


def find_period(question: str, today: date) -> Period | None:
    """The days that the question's words cover, or None. `today` anchors relative words."""
    found = [*_absolute(question), *_relative(question, today)]
    if not found:
        return None
    start = min(period.start for _, period in found)
    end = max(period.end for _, period in found)
    if len(found) == 1:
        side = _OPEN.search(question[: found[0][0]])
        word = side["side"].lower() if side else ""
        if word in ("since", "after"):
            end = max(end, today)
        elif word in ("before", "until"):
            start, end = date(1, 1, 1), start if word == "before" else end
    return Period(start, max(start, end))


def _absolute(question: str) -> list[tuple[int, Period]]:
    found: list[tuple[int, Period]] = []
    left = question
    for pattern in _ABSOLUTE:
        for match in pattern.finditer(left):
            period = _named(match.groupdict())
            if period:
                found.append((match.start(), period))
        # What was read is blanked, so that "May 2017" is not also read as "2017".
        left = pattern.sub(lambda m: " " * len(m[0]), left)
    return found


def _named(parts: dict[str, str | None]) -> Period | None:
    year = int(parts["year"] or 0)
    if parts.get("season"):
        return _season(str(parts["season"]).lower(), year)
    named = parts.get("month")
    if not named:
        return Period(date(year, 1, 1), date(year, 12, 31))
    month = int(named) if named.isdigit() else _MONTHS[named.lower()]
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    day = parts.get("day")
    if day is None:
        return Period(date(year, month, 1), date(year, month, last))
    if not 1 <= int(day) <= last:
        return None
    return Period(date(year, month, int(day)), date(year, month, int(day)))


def _season(name: str, year: int) -> Period:
    first = date(year, _SEASONS[name], 1)
    return Period(first, first + timedelta(days=91))


def _relative(question: str, today: date) -> list[tuple[int, Period]]:
    found = []
    for match in _RELATIVE.finditer(question):
        if match["word"]:
            days = 1 if match["word"].lower() == "yesterday" else 0
            day = today - timedelta(days=days)
            found.append((match.start(), Period(day, day)))
            continue
        unit, which = match["unit"].lower(), match["which"].lower()
        count = match["count"] or "1"
        times = _COUNTS.get(count.lower()) or int(count) if count else 1
        found.append((match.start(), _span(unit, which, max(1, min(times, 99)), today)))
    return found


def _span(unit: str, which: str, times: int, today: date) -> Period:
    if unit in _SEASONS:
        season = _season(unit, today.year)
        passed = season.end < today if which != "this" else season.start <= today
        return season if passed or which == "this" else _season(unit, today.year - 1)
    days = {"day": 1, "weekend": 7, "week": 7, "month": 31, "year": 365}[unit] * times
    if which == "this":
        return Period(today - timedelta(days=days), today)
    if times == 1 and which in ("last", "previous") and unit in ("month", "year"):
        if unit == "year":
            return Period(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))
        end = today.replace(day=1) - timedelta(days=1)
        return Period(end.replace(day=1), end)
    # In speech "last week" reaches from the week before up to now.
    return Period(today - timedelta(days=days * (2 if times == 1 else 1)), today)
