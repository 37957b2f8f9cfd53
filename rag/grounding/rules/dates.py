"""Days and years: what the claim dates, the evidence dates alike."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.explanation import Finding
from rag.grounding.rules.case import Case

_MONTHS = {name.lower()[:3]: n for n, name in enumerate(calendar.month_name) if name}
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = [
    re.compile(
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?(?:,?\s+(?P<year>(?:1[5-9]|20)\d\d))?",
        re.I,
    ),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+(?P<year>(?:1[5-9]|20)\d\d))?\b",
        re.I,
    ),
    re.compile(r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b"),
]
_MONTH_ONLY = re.compile(
    r"\b(?P<month>January|February|March|April|May|June|July|August|September|October|November|December)"
    r"\b(?:,?\s+(?P<year>(?:1[5-9]|20)\d\d)\b)?"
)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Day:
    year: int | None
    month: int | None
    day: int | None
    text: str

    def fits(self, other: Day) -> bool:
        """Nothing that both state differs, and they share something."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        both = [(a, b) for a, b in pairs if a is not None and b is not None]
        return bool(both) and all(a == b for a, b in both)


def years(text: str) -> frozenset[str]:
    """Those that stand in it, as they are written."""
    return frozenset(_YEAR.findall(text))


@lru_cache(maxsize=64)
def days(text: str) -> tuple[Day, ...]:
    found: list[Day] = []
    for pattern in _DAY:
        for match in pattern.finditer(text):
            month = match["month"]
            number = int(month) if month.isdigit() else _MONTHS[month.lower()[:3]]
            year = int(match["year"]) if match["year"] else None
            found.append(Day(year, number, int(match["day"]), match[0].strip()))
        text = pattern.sub(lambda m: " " * len(m[0]), text)
    for match in _MONTH_ONLY.finditer(text):
        year = int(match["year"]) if match["year"] else None
        found.append(Day(year, _MONTHS[match["month"].lower()[:3]], None, match[0].strip()))
    text = _MONTH_ONLY.sub(lambda m: " " * len(m[0]), text)
    found += [Day(int(year), None, None, year) for year in _YEAR.findall(text)]
    return tuple(found)


def find(case: Case) -> list[Finding]:
    claimed = days(case.claim)
    if not claimed:
        return []
    nearest, known = days(case.nearest), days(case.evidence)
    findings = []
    for one in claimed:
        if any(one.fits(other) for other in known) and not _year_is_wrong(one, known):
            continue
        kind = _kind(one)
        free = [d for d in nearest if not any(d.fits(own) for own in claimed)]
        rivals = {d.text: d for d in free if _kind(d) == kind}
        if case.aligned >= 0.5 and len(rivals) == 1:
            findings.append(
                Finding("date", True, f"the passage says {next(iter(rivals))}, not {one.text}")
            )
        elif not any(one.fits(other) for other in _anywhere(case)):
            findings.append(Finding("date", False, f"{one.text} is not in the cited passage"))
    return findings


def _anywhere(case: Case) -> tuple[Day, ...]:
    if stamp := case.published:
        return (*days(case.source), Day(stamp.year, stamp.month, stamp.day, stamp.isoformat()))
    return days(case.source)


def _year_is_wrong(one: Day, known: Sequence[Day]) -> bool:
    """The month and day fit a date that has no year, and the year fits none."""
    return (
        one.year is not None
        and one.day is not None
        and any(
            d.day == one.day and d.month == one.month and d.year not in (None, one.year)
            for d in known
        )
    )


def _kind(day: Day) -> tuple[bool, bool]:
    """Years differ from years and days from days; a month is no rival of a day."""
    return (day.month is None, day.day is None)
