"""The short answer: the words of the best sentence that answer the question, as they stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.answer.choose import Candidate, Rarity
from rag.answer.kinds import Kind, asks_yes_or_no, kind_of
from rag.answer.measures import measure_of
from rag.grounding.rules.dates import years
from rag.library.terms import terms
from rag.types import Query, Span

# From this logit on the reader's words are shown; where the question names no kind of answer
# that a rule could look for, it must be surer.
_LIKELY = -4.0
_SURE = -2.0
_LONGEST = 80
# Words between two amounts that are not one.
_APART = 3
_DIGITS = re.compile(r"\d+(?:[.,:]\d+)*")
# These ask for evidence, not for a word; so does what asks for yes or no.
_NO_WORD = re.compile(
    r"why\b|how (?:did|do|does|is|was|were|are|can|could|come|so)\b"
    r"|what (?:did|does|do|has|have|had) .{1,80}\b(?:say|said|tell|told|think|thought|argue|argued|claim"
    r"|claimed|announce|announced|warn|warned|write|written|find|found)(?: (?:about|of|on|to|regarding)\b|\W*$)",
    re.I,
)
# "There were no gas leaks": the gas leaks are no answer.
_DENIED = re.compile(
    r"(?:\b(?:no|not|never|without|neither|nor|denied|rather than|instead of)|n[’']t)\s+"
    r"(?:(?!until|before|since|only|just|less|more|fewer)\w+\s+)?$",
    re.I,
)
# What happened is told by more than a name.
_HAPPENED = re.compile(r"what (?:has |had )?happened\b", re.I)
# "Which countries joined?", "Who were the winners?": one name of several would be half an answer.
_SEVERAL = re.compile(
    r"\b(?:which|what) (?:\w+ ){0,2}?(?!was\b|is\b|has\b|does\b)(?-i:[a-z]\w*[^s\W]s)\b(?! (?:is|was|has|does)\b)"
    r"|\bwho (?:are|were)\b|\b(?:which|what) (?:are|were)\b|\b(?:which|what) (?:two|three|four|five|six|seven)\b",
    re.I,
)
# "WASHINGTON (AP) — ", "LAHAINA, Hawaii − "
_DATELINE = re.compile(
    r"[A-Z][A-Z .’'-]{2,}(?:, [A-Z][\w. ]{1,30})?(?: \([\w ,]{2,20}\))? ?[—–−-]{1,2} "
)
_ONE_NAME = r"(?:the )?[A-Z][\w’'&.-]*(?: (?:(?:of|and the|de|van|al) )?[A-Z][\w’'&.-]*)*"
_REST_OF_LIST = re.compile(rf"(?:, {_ONE_NAME})*,? and {_ONE_NAME}")
_BEGIN_OF_LIST = re.compile(rf"{_ONE_NAME}(?:, {_ONE_NAME})*(?:, |,? and )$")


def lead_span(best: Candidate, query: Query, rarity: Rarity) -> Span | None:
    """Counted in the sentence; None where no few words of it are an answer."""
    asks_for_more = query.overview or _NO_WORD.match(query.question.strip())
    if best.other_years or asks_for_more or asks_yes_or_no(query.question):
        return None
    kind = kind_of(query.question)
    marked = best.marked
    if marked is not None and marked.score >= (_SURE if kind is Kind.OTHER else _LIKELY):
        span = _after_dateline(_whole_numbers(marked.span, best.text), best.text)
        span = _whole_dates(span, best) if kind is Kind.WHEN else span
        span = _one_amount(span, best, query, rarity) if kind is Kind.AMOUNT else span
        span = _whole_list(span, best.text) if _SEVERAL.search(query.question) else span
        if kind is Kind.AMOUNT and _holds_two(span, best):
            return None
        text = span.of(best.text)
        repeats = set(terms(text)) <= set(terms(query.question))
        if _DENIED.search(best.text[: span.start]):
            return None
        if _HAPPENED.match(query.question) and not re.search(r"(?<!\S)[a-z]{3}", text):
            return None
        fits = kind is not Kind.AMOUNT or _fits_measure(span, best, query)
        if len(text) <= _LONGEST and not repeats and fits and _of_that_year(text, query.question):
            return span
    return None if kind is Kind.OTHER else _by_rule(best, query, rarity)


def _fits_measure(span: Span, best: Candidate, query: Query) -> bool:
    """Who asks how far is not answered with a speed; the spans that fit the question know."""
    return measure_of(query.question) is None or any(one.meets(span) for one in best.answers)


def _of_that_year(text: str, question: str) -> bool:
    """Who asks about one year is not answered with another."""
    asked, said = years(question), years(text)
    return not asked or not said or bool(asked & said)


def _after_dateline(span: Span, text: str) -> Span:
    """Of "WASHINGTON − Kevin McCarthy" the name; the dateline alone may answer where."""
    line = _DATELINE.match(text)
    cut = line and span.start < line.end() < span.end
    return Span(line.end(), span.end) if line and cut else span


def _whole_numbers(span: Span, text: str) -> Span:
    """The reader marks tokens, and a number is several: 419 of 3,419 would be another number."""
    for number in _DIGITS.finditer(text):
        if number.start() < span.start < number.end():
            span = Span(number.start(), span.end)
        if number.start() < span.end < number.end():
            span = Span(span.start, number.end())
    return span


def _whole_dates(span: Span, best: Candidate) -> Span:
    """Of "September 27, 2020" the reader may mark the day without its year."""
    for date in best.answers:
        if date.meets(span):
            span = Span(min(span.start, date.start), max(span.end, date.end))
    return span


def _one_amount(span: Span, best: Candidate, query: Query, rarity: Rarity) -> Span:
    """Of "640 passengers and 120 cars" the one that was asked for."""
    # In figures: "one hundred and ninety people" is one amount in several words.
    figures = [one for one in best.answers if _DIGITS.search(one.of(best.text))]
    inside = [one for one in figures if one.meets(span)]
    units = {tuple(terms(one.of(best.text))[1:]) for one in inside}
    return _nearest(inside, best.text, query, rarity) if len(units) > 1 else span


def _holds_two(span: Span, best: Candidate) -> bool:
    """Of "41 wells in the valley and found seven" the reader could not say which it means."""
    amounts = sorted((one for one in best.answers if one.meets(span)), key=lambda one: one.start)
    gaps = [best.text[a.end : b.start].split() for a, b in pairwise(amounts)]
    return any(len(gap) > _APART for gap in gaps)


def _whole_list(span: Span, text: str) -> Span:
    """Of "Poland, Hungary and Latvia" the reader may mark the first, or the last."""
    rest = _REST_OF_LIST.match(text, span.end)
    end = rest.end() if rest else span.end
    before = _BEGIN_OF_LIST.search(text[: span.start])
    # "In Poland, Hungary won" is no list: one has an "and".
    if before and (rest or " and " in before[0]):
        return Span(before.start(), end)
    return Span(span.start, end)


def _by_rule(best: Candidate, query: Query, rarity: Rarity) -> Span | None:
    """Of the spans that fit the question, the one nearest to the words that it asks about."""
    answers = [span for span in best.answers if _of_that_year(span.of(best.text), query.question)]
    return _nearest(answers, best.text, query, rarity) if answers else None


def _nearest(spans: Sequence[Span], text: str, query: Query, rarity: Rarity) -> Span:
    asked = {stem: rarity(stem) for stem in terms(query.text)}
    marks = list(_places(text, asked))

    def worth(span: Span) -> tuple[float, int]:
        counted = set(terms(span.of(text))) & asked.keys()
        near = sum(
            weight / (1 + _distance(span, at) / 12)
            for at, weight in marks
            if at not in range(span.start, span.end)
        )
        return near + 2.0 * sum(asked[stem] for stem in counted), -span.start

    return max(spans, key=worth)


def _places(text: str, asked: dict[str, float]) -> Iterator[tuple[int, float]]:
    """Where in the text the question's words stand, with their weight."""
    at = 0
    for word in text.split():
        at = text.index(word, at)
        for stem in terms(word):
            if stem in asked:
                yield at, asked[stem]
        at += len(word)


def _distance(span: Span, at: int) -> int:
    return max(span.start - at, at - span.end, 0)
