"""Numbers with what they count, from digits or words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_SMALL = {
    word: n
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * n
    for n, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_ORDINALS = {
    word: n
    for n, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(), start=1
    )
}
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "m": 1e6,
    "bn": 1e9, "k": 1e3, "mn": 1e6, "tn": 1e12, "b": 1e9, "dozen": 12.0, "dozens": 12.0,
}  # fmt: skip
_WORDS = _SMALL | _TENS
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_SCALE = r"(?:hundred|thousand|million|billion|trillion|dozen|bn|mn|tn|[mkb])\b"
_NUMBER = re.compile(
    rf"(?P<currency>[$€£¥₹])?\s?(?P<digits>(?<![\w.,-])\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|(?<![\w.,])\d+(?:\.\d+)?)"
    rf"(?:[\s-]?(?P<scale>{_SCALE}))?"
    rf"|\b(?P<words>(?:{_WORD})(?:[\s-](?:and\s)?(?:{_WORD}|hundred|thousand|million|billion|trillion|dozen))*"
    r"|(?:a|half a)\s(?:hundred|thousand|million|billion|trillion|dozen))\b",
    re.I,
)
_UNIT = re.compile(r"[\s-]*(%|[^\W\d_]+(?:['’][^\W\d_]+)?)(?:\s+([^\W\d_]+))?")
_UNITS = {
    "%": "percent", "percentage": "percent", "per": "percent", "pc": "percent",
    "km": "kilometre", "kilometer": "kilometre", "kg": "kilogram", "metre": "meter", "m": "meter",
    "dollar": "$", "euro": "€", "pound": "£", "us": "$", "usd": "$", "mile": "mile", "hr": "hour",
    "min": "minute", "sec": "second", "yr": "year",
}  # fmt: skip
_ABOUT = re.compile(
    r"\b(?:about|around|roughly|approximately|nearly|almost|some|close to|an estimated|estimated|over"
    r"|more than|at least|up to|under|less than|fewer than|just over|just under|no more than|above)\s*$",
    re.I,
)
_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_IN_DATE = re.compile(
    rf"\b{_MONTHS}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+(?:19|20)\d\d)?"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTHS}(?:,?\s+(?:19|20)\d\d)?"
    r"|\b\d{4}-\d\d-\d\d\b|\b(?:1[5-9]|20)\d\d\b(?!\s*(?:people|%|percent|dollars|troops|km|miles))",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """`about` says that the text itself is not exact ("nearly", "more than")."""

    value: float
    unit: str
    about: bool
    text: str

    def agrees(self, other: Quantity) -> bool:
        """The same amount, as far as the vaguer of the two says."""
        if self.value == other.value:
            return True
        high, low = max(self.value, other.value), min(self.value, other.value)
        if low <= 0:
            return False
        if self.about or other.about:
            return high / low <= 1.1
        # 8.47 is 8.5 when it is said in two digits.
        return any(
            _rounded(a.value, _digits(b.text)) == b.value and _digits(b.text) >= 2
            for a, b in ((self, other), (other, self))
        )


@lru_cache(maxsize=64)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Every amount of a text; days and years of dates are not amounts."""
    text = _IN_DATE.sub(lambda m: " " * len(m[0]), text)
    found = []
    for match in _NUMBER.finditer(text):
        value = _value(match)
        if value is None:
            continue
        after = _UNIT.match(text, match.end())
        unit = _unit(match["currency"], after)
        about = bool(_ABOUT.search(text[max(0, match.start() - 20) : match.start()]))
        found.append(Quantity(value, unit, about, match[0].strip(" ,")))
    return tuple(found)


def _value(match: re.Match[str]) -> float | None:
    if match["digits"]:
        value = float(match["digits"].replace(",", ""))
        return value * _SCALES.get((match["scale"] or "").lower(), 1.0)
    total, part = 0.0, 0.0
    for word in re.split(r"[\s-]+", match["words"].lower()):
        if word in _WORDS:
            part += _WORDS[word]
        elif word == "half":
            part = 0.5
        elif word == "a":
            part = part or 1
        elif word in _SCALES:
            scale = _SCALES[word]
            part = max(part, 0.5 if part == 0.5 else 1) * scale
            if scale >= 1e3:
                total, part = total + part, 0.0
    return total + part


def _unit(currency: str | None, after: re.Match[str] | None) -> str:
    if currency:
        return currency
    if after is None:
        return ""
    word = after[1].lower()
    if word in ("per",) and (after[2] or "").lower() != "cent":
        return ""
    return _UNITS.get(word) or _UNITS.get(word.rstrip("s")) or word.rstrip("s")


def _digits(text: str) -> int:
    return len(re.sub(r"\D", "", text).strip("0")) or 1


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}") if digits < 15 else value
