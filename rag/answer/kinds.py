"""What a question asks for, and which spans of a sentence could be that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from rag.answer.measures import CLOCK, Measure, measure_of
from rag.library.terms import STOPWORDS, terms
from rag.types import Span


class Kind(StrEnum):
    WHEN = "when"
    WHO = "who"
    WHERE = "where"
    AMOUNT = "amount"
    OTHER = "other"


_KINDS = [
    (
        Kind.AMOUNT,
        r"\bhow (?:many|much|long|far|old|big|large|high|tall|fast|often|deep|wide|heavy)\b|\b(?:what|which)"
        r" (?:is |was |were |are )?(?:the )?(?:\w+ )?(?:number|percentage|percent|share|proportion|amount|cost"
        r"|price|value|size|score|toll|rate|total|population|capacity|length|distance|speed|height|depth|age)\b"
        r"|\b(?:what|which) (?:is|was|were|are) [^?]{0,40}(?:['’]s?|winning|finishing|record|race|best) time\b"
        r"|\bat what age\b",
    ),
    (
        Kind.WHEN,
        r"\b(?:since |until |by )?when\b|\b(?:what|which) (?:date|day|year|month|time|decade|century)\b"
        r"|\bhow (?:recently|soon)\b",
    ),
    (Kind.WHO, r"\bwho(?:m|se)?\b(?! are you)|\b(?:what|which) (?:person|man|woman|player|leader|minister"
               r"|president|actor|actress|singer|director|author|athlete|runner|politician)\b"),
    (
        Kind.WHERE,
        r"\bwhere\b|\b(?:what|which) (?:country|city|town|state|place|region|continent|island|venue|airport"
        r"|village|province|capital)\b",
    ),
]  # fmt: skip
_YES_NO = re.compile(
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might)\b", re.I
)
_COMPILED = [(kind, re.compile(pattern, re.I)) for kind, pattern in _KINDS]
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.|Feb\.|Mar\.|Apr\.|Aug\.|Sept?\.|Oct\.|Nov\.|Dec\.)"
)
_DATE = re.compile(
    rf"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+)?{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,\s+(?:1[0-9]|20)\d\d)?(?!\d)"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+(?:1[0-9]|20)\d\d)?"
    rf"|\b{_MONTH}(?:,?\s+(?:of\s+)?(?:1[0-9]|20)\d\d\b)?"
    r"|\b(?:the\s+)?(?:late |early |mid-)?(?:1[0-9]|20)\d0s\b|\b(?:1[0-9]|20)\d\d\b"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b(?:\s+(?:morning|afternoon|evening|night))?"
    r"|\b\d{1,2}th century\b|\b(?:yesterday|today|last (?:week|month|year|night))\b"
)
_OF_DAY = re.compile(r"\bwhat (?:time|hour)\b", re.I)
_TIME_OF_DAY = re.compile(
    r"\b\d{1,2}[:.]\d\d(?:\s?[ap]\.?m\b\.?)?(?:\s(?:GMT|UTC|CET|local time))?"
    r"|\b\d{1,2}\s?[ap]\.?m\b\.?(?:\s(?:GMT|UTC|CET|local time))?|\b(?:noon|midnight|dawn|dusk)\b",
    re.I,
)
_NUMBER = (
    r"(?:\d(?:[\d,]*\d)?(?:\.\d+)?|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen"
    r"|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty"
    r"|ninety|dozens?|hundreds?|thousands?|half|a (?:hundred|thousand|million|dozen))\b)"
)
_AMOUNT = re.compile(
    r"(?:(?:about|around|nearly|almost|roughly|some|more than|over|at least|up to|fewer than|less than"
    r"|approximately|an estimated)\s+)?"
    rf"[$€£]?{_NUMBER}(?:[–:-]\d+)*(?:[\s-](?:hundred|thousand|million|billion|trillion))*"
    r"(?:\s?%|\s(?:percent|per cent|basis points|percentage points))?",
    re.I,
)
_NAME = re.compile(
    r"(?<![\w’'])(?:[A-Z][\w’'&.-]*[\w]|[A-Z]{2,})(?:\s+(?:(?:of|de|van|von|al|bin|the|and)\s+)?(?:[A-Z][\w’'&.-]*\w))*"
)
_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|from|to|outside|inside|across|off|around|into|on|over|north of|south of|east of"
    r"|west of)\s+(?:the\s+)?(?:\w+\s+)?$",
    re.I,
)


def asks_yes_or_no(question: str) -> bool:
    return bool(_YES_NO.match(question.strip()))


def kind_of(question: str) -> Kind:
    """The kind whose words come first in the question."""
    found = [
        (m.start(), n, kind) for n, (kind, p) in enumerate(_COMPILED) if (m := p.search(question))
    ]
    return min(found)[2] if found else Kind.OTHER


def candidates(kind: Kind, sentence: str, question: str) -> list[Span]:
    """Spans of the sentence that are of the kind and are not the question's own words."""
    asked = set(terms(question))
    spans = list(_spans(kind, sentence, question))
    return [s for s in spans if not (own := set(terms(s.of(sentence)))) or not own <= asked]


def _spans(kind: Kind, sentence: str, question: str) -> Iterator[Span]:
    if kind is Kind.WHEN:
        times = _TIME_OF_DAY.finditer(sentence) if _OF_DAY.search(question) else iter(())
        found = [Span(*m.span()) for m in times]
        yield from found or (Span(*m.span()) for m in _DATE.finditer(sentence))
    elif kind is Kind.AMOUNT:
        yield from _amounts(sentence, measure_of(question))
    elif kind in (Kind.WHO, Kind.WHERE):
        months = [m.span() for m in _DATE.finditer(sentence)]
        for m in _NAME.finditer(sentence):
            name = _without_article(m)
            if any(start <= name.start < end for start, end in months):
                continue
            if m.start() == 0 and m[0].lower() in STOPWORDS:
                continue
            if kind is Kind.WHO or _PLACE_BEFORE.search(sentence[: name.start]):
                yield name


def _amounts(sentence: str, measure: Measure | None) -> Iterator[Span]:
    dates = [m.span() for m in _DATE.finditer(sentence)]
    found = [
        m
        for m in _AMOUNT.finditer(sentence)
        if not any(start <= m.start() < end or start < m.end() <= end for start, end in dates)
        and (measure is None or measure.fits(m[0], sentence[m.end() : m.end() + 40]))
    ]
    if measure is not None and measure.timed:
        found = [m for m in found if CLOCK.search(m[0])] or found
    yield from (_with_unit(sentence, m) for m in found)


def _with_unit(sentence: str, match: re.Match[str]) -> Span:
    """The number and the word that it counts: "80,000 personnel"."""
    unit = re.match(r"[\s-]([a-z]{2,}(?:-[a-z]+)?)", sentence[match.end() :])
    if unit and unit[1] not in STOPWORDS and not re.search(r"%|percent|per cent", match[0]):
        return Span(match.start(), match.end() + unit.end())
    return Span(match.start(), match.end())


def _without_article(match: re.Match[str]) -> Span:
    """A name without a sentence's first word or a possessive ending."""
    text = match[0]
    first = text.split()[0]
    start = match.start()
    if first.lower() in STOPWORDS and len(text.split()) > 1:
        start += len(first) + 1
    end = match.end()
    if text.endswith(("'s", "’s")):
        end -= 2
    return Span(start, end)
