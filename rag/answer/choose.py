"""Which sentences of the passages answer a question.

Weights are fitted by `python -m benchmarks.answers --fit all` on questions whose answers are known;
they lie in `weights.json` beside this file. That of `agreed` was chosen beside the others as they
were (`benchmarks/README.md`).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from rag.answer.agreement import NOTHING, Heard, Said, agreement
from rag.answer.days import date_parts
from rag.answer.form import asks, is_fragment, leans, malus
from rag.answer.kinds import Kind, asks_yes_or_no, candidates, kind_of
from rag.answer.years import could_know, of_other_years
from rag.grounding.rules.dates import years
from rag.library.terms import terms
from rag.models.base import Embedder, Marked, Printed, Reader
from rag.types import Hit, Query, Span

WEIGHTS = Path(__file__).parent / "weights.json"
# What the first sentence of an article gains where a story is asked for.
_OPENING = 0.8
# Sentences that are embedded, half by their words, half by what the reader saw.
_EMBEDDED = 32
# Weight of a word that a follow-up borrowed.
_BORROWED = 0.3
_NAME = re.compile(r"\b[A-Z][\w’'-]+")
# Of "how much" no word stands in an answer.
_HOW = re.compile(r"\bhow (?:much|many|long|far|often)\b", re.I)
SENTENCE_FEATURES = (
    "cosine", "read", "behind", "agreed", "coverage", "focus", "titled", "context", "kind", "no_kind", "near",
    "counted", "names", "place", "length", "pronoun", "question",
)  # fmt: skip
# Logits of the reader are taken within these bounds and by this scale.
_SURE = 12.0
_SCALE = 6.0
# Stands for the reader where it is not asked: rather no than yes.
_UNREAD = -2.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit. `values` are SENTENCE_FEATURES; `answers` spans that fit the kind of
    question, `marked` what the reader takes for the answer, both counted in the sentence.
    `opposed`: how far other articles answer otherwise. `other_years`: it tells of other years than
    those asked about."""

    hit: int
    index: int
    span: Span
    text: str
    stems: frozenset[str]
    answers: tuple[Span, ...]
    marked: Marked | None
    values: tuple[float, ...]
    opposed: float
    other_years: bool
    score: float

    def value(self, feature: str) -> float:
        """That of one of SENTENCE_FEATURES."""
        return self.values[SENTENCE_FEATURES.index(feature)]


Rarity = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question: its stems with their rarity in the library and among the sentences at hand
    (what every sentence of a story says does not tell them apart), its kind and its names."""

    stems: dict[str, float]
    focus: dict[str, float]
    kind: Kind
    names: frozenset[str]
    # The stem of what "how many ..." counts.
    counted: str


@dataclass(frozen=True, slots=True)
class _Row:
    hit: int
    index: int
    text: str
    stems: frozenset[str]
    title: frozenset[str]
    # Of the headline and of the whole passage.
    context: frozenset[str]
    other_years: bool


def rank(
    query: Query, hits: Sequence[Hit], embedder: Embedder, reader: Reader, rarity: Rarity
) -> list[Candidate]:
    """Every sentence worth a look, best first. `rarity` weighs a stem (its idf)."""
    asked_years = years(query.text)
    known = [number for number, hit in enumerate(hits) if could_know(hit, asked_years)]
    rows = list(_rows(hits, known, asked_years))
    if not rows:
        return []
    asked = _understood(query, rows, rarity)
    # No words of a passage are "yes" or "no", or a story: the reader would only say that it finds none.
    untold = query.overview or asks_yes_or_no(query.question)
    marked = {} if untold else _read(query, hits, known, reader)
    nothing = -_SURE if marked else _UNREAD
    heard = _heard(query, asked, hits, rows, marked)
    keep = _kept(rows, asked, marked)
    vectors = embedder.embed([query.question, query.text, *(rows[i].text for i in keep)])
    most = max((one.score for one in marked.values() if one), default=nothing)
    found = []
    for i, cosine in zip(keep, vectors[2:] @ (vectors[0] + vectors[1]) / 2, strict=True):
        row, hit = rows[i], hits[rows[i].hit]
        answers = tuple(candidates(asked.kind, row.text, query.text))
        mark = marked.get((row.hit, row.index))
        read = mark.score if mark else nothing
        others = heard.get((row.hit, row.index), NOTHING)
        values = (
            float(cosine),
            _bounded(read),
            _bounded(read - most),
            others.agreed,
            *_values(asked, row, hit, answers),
        )
        score = dot("sentence", values) + weights()["hit"] * (hit.score - hits[0].score)
        score -= malus(row.text, asked_years)
        score += _opening(row, hit) if query.overview else 0.0
        found.append(
            Candidate(
                hit=row.hit,
                index=row.index,
                span=hit.passage.sentences[row.index],
                text=row.text,
                stems=row.stems,
                answers=answers,
                marked=mark,
                values=values,
                opposed=others.opposed,
                other_years=row.other_years,
                score=score,
            )
        )
    return sorted(found, key=lambda c: (-c.score, c.hit, c.index))


def _read(
    query: Query, hits: Sequence[Hit], known: Sequence[int], reader: Reader
) -> dict[tuple[int, int], Marked | None]:
    """For each sentence (hit, index) what the reader marks in it, counted in the sentence."""
    readings = reader.read(query.text, [_printed(hits[number]) for number in known])
    found: dict[tuple[int, int], Marked | None] = {}
    for number, reading in zip(known, readings, strict=True):
        hit = hits[number]
        for index, span in enumerate(hit.passage.sentences):
            start = span.start - hit.passage.start
            mark = reading.best(Span(start, span.end - hit.passage.start))
            own = mark and Marked(Span(mark.span.start - start, mark.span.end - start), mark.score)
            found[number, index] = own
    return found


def _heard(
    query: Query,
    asked: _Asked,
    hits: Sequence[Hit],
    rows: Sequence[_Row],
    marked: dict[tuple[int, int], Marked | None],
) -> dict[tuple[int, int], Heard]:
    """For each sentence what other articles say to what is marked in it."""
    words = frozenset(terms(query.text))
    found = {
        (row.hit, row.index): Said(
            hits[row.hit].article.id,
            _stems(mark.span.of(row.text), row.text, hits[row.hit]) - words,
            mark.score,
            0.0 if row.other_years else _covered(asked.stems, row.context),
        )
        for row in rows
        if (mark := marked.get((row.hit, row.index)))
    }
    return dict(zip(found, agreement(list(found.values())), strict=True))


def _stems(words: str, sentence: str, hit: Hit) -> frozenset[str]:
    """Of a date its parts: a "Thursday" and its date are one answer."""
    return date_parts(words, sentence, hit.article.published) or frozenset(terms(words))


def _printed(hit: Hit) -> Printed:
    return Printed(hit.article.title, hit.passage.text, hit.article.published)


def _kept(
    rows: Sequence[_Row], asked: _Asked, marked: dict[tuple[int, int], Marked | None]
) -> list[int]:
    """Those that share the most words with the question, and those where the reader sees most."""
    shared = [_covered(asked.stems, row.stems) + _covered(asked.focus, row.stems) for row in rows]
    seen = [mark.score if (mark := marked.get((row.hit, row.index))) else -_SURE for row in rows]
    by_words = sorted(range(len(rows)), key=lambda i: (-shared[i], i))[: _EMBEDDED // 2]
    by_reading = sorted(range(len(rows)), key=lambda i: (-seen[i], i))[: _EMBEDDED // 2]
    return sorted({*by_words, *by_reading})


def _bounded(logit: float) -> float:
    return max(-_SURE, min(_SURE, logit)) / _SCALE


def _understood(query: Query, rows: Sequence[_Row], rarity: Rarity) -> _Asked:
    """What a follow-up borrowed from the conversation finds the story; its own words the sentence."""
    own = set(terms(_HOW.sub("", query.question)))
    every = terms(_HOW.sub("", query.text))
    stems = {stem: rarity(stem) * (1.0 if stem in own else _BORROWED) for stem in every}
    focus = {
        stem: weight * (1.0 if stem in own else _BORROWED)
        for stem, weight in _focus(stems, rows).items()
    }
    names = frozenset(name.casefold() for name in _NAME.findall(query.text[1:]))
    counted = re.search(r"\bhow many (?:of the )?((?:\w+ ){0,2}?\w+)\b", query.question, re.I)
    noun = terms(counted[1])[-1:] if counted else []
    return _Asked(stems, focus, kind_of(query.question), names, noun[0] if noun else "")


def _rows(hits: Sequence[Hit], known: Sequence[int], asked_years: frozenset[str]) -> Iterator[_Row]:
    for number in known:
        hit = hits[number]
        title = frozenset(terms(hit.article.title))
        texts = hit.passage.sentence_texts()
        stems = [frozenset(terms(text)) for text in texts]
        context = title.union(*stems)
        for index, (text, own) in enumerate(zip(texts, stems, strict=True)):
            others = of_other_years(text, hit, asked_years)
            yield _Row(number, index, text, own, title, context, others)


def _focus(stems: dict[str, float], rows: Sequence[_Row]) -> dict[str, float]:
    size = len(rows)
    found = {stem: sum(stem in row.stems for row in rows) for stem in stems}
    return {stem: math.log((size + 1) / (n + 0.5)) for stem, n in found.items()}


def _values(asked: _Asked, row: _Row, hit: Hit, answers: tuple[Span, ...]) -> tuple[float, ...]:
    """SENTENCE_FEATURES after what was measured by models."""
    typed = asked.kind is not Kind.OTHER
    return (
        _covered(asked.stems, row.stems),
        _covered(asked.focus, row.stems),
        _covered(asked.stems, row.stems | row.title),
        _covered(asked.stems, row.context),
        float(typed and bool(answers)),
        float(typed and not answers),
        max((_near(asked.focus, row.text, span) for span in answers), default=0.0),
        float(any(_counts(asked.counted, row.text, span) for span in answers)),
        _named(asked.names, f"{hit.passage.text} {hit.article.title}"),
        1 / (1 + row.index),
        min(len(row.text), 300) / 300,
        float(leans(row.text)),
        float(asks(row.text)),
    )


def _opening(row: _Row, hit: Hit) -> float:
    """News tells what matters first: what an overview prefers are the first sentences of articles,
    and nothing that tells nothing."""
    tells = not is_fragment(row.text) and not asks(row.text)
    return _OPENING * (tells * (hit.passage.ordinal == 0) / (1 + row.index) - (not tells))


def _near(focus: dict[str, float], text: str, span: Span) -> float:
    """Share of the question's words that stand within fifty characters of a span."""
    around = text[max(0, span.start - 50) : span.start] + " " + text[span.end : span.end + 50]
    return _covered(focus, frozenset(terms(around)))


def _counts(noun: str, text: str, span: Span) -> bool:
    """Whether the noun stands in the span or right after it: "1,960 Russian peacekeepers"."""
    return bool(noun) and noun in terms(" ".join([span.of(text), *text[span.end :].split()[:3]]))


def _covered(asked: dict[str, float], stems: frozenset[str]) -> float:
    total = sum(asked.values())
    return sum(weight for stem, weight in asked.items() if stem in stems) / total if total else 0.0


def _named(names: frozenset[str], text: str) -> float:
    """Share of the question's names that the passage knows; 1 where it names none."""
    if not names:
        return 1.0
    plain = text.casefold()
    return sum(name.rstrip("’'s") in plain for name in names) / len(names)


def dot(part: str, values: Sequence[float]) -> float:
    """A fitted sum: of a sentence's worth, or of the log odds that it answers."""
    held = weights()[part]
    return float(held["bias"] + np.dot(held["weights"], values))


@lru_cache(maxsize=1)
def weights() -> dict[str, Any]:
    return dict(json.loads(WEIGHTS.read_text(encoding="utf-8")))
