"""Which sentences of the passages answer a question, and how sure that is.

Weights are fitted by `python -m benchmarks.answers --fit` on questions whose answers are known;
they lie in `weights.json` beside this file.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from rag.answer.kinds import Kind, candidates, kind_of
from rag.library.terms import terms
from rag.models.base import Embedder
from rag.types import Hit, Query, Span

WEIGHTS = Path(__file__).parent / "weights.json"
# Sentences that are embedded: those that share most with the question, and every passage's best.
_EMBEDDED = 40
_NAME = re.compile(r"\b[A-Z][\w’'-]+")
SENTENCE_FEATURES = (
    "cosine", "coverage", "context", "kind", "no_kind", "names", "place", "length", "pronoun", "question",
)  # fmt: skip
CONFIDENCE_FEATURES = (
    "cosine", "coverage", "context", "kind", "no_kind", "names", "passage", "best", "margin",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit. `values` are SENTENCE_FEATURES; `answers` spans that fit the question."""

    hit: int
    index: int
    span: Span
    text: str
    stems: frozenset[str]
    answers: tuple[Span, ...]
    values: tuple[float, ...]
    score: float


Rarity = Callable[[str], float]


def rank(query: Query, hits: Sequence[Hit], embedder: Embedder, rarity: Rarity) -> list[Candidate]:
    """Every sentence worth a look, best first. `rarity` weighs a stem (its idf)."""
    asked = {stem: rarity(stem) for stem in terms(query.text)}
    kind = kind_of(query.question)
    names = {name.casefold() for name in _NAME.findall(query.text[1:])}
    rows = []
    for number, hit in enumerate(hits):
        context = frozenset(terms(hit.passage.text)) | frozenset(terms(hit.article.title))
        for index, text in enumerate(hit.passage.sentence_texts()):
            stems = frozenset(terms(text))
            rows.append((number, index, text, stems, _covered(asked, stems), context))
    keep = sorted(range(len(rows)), key=lambda i: (-rows[i][4], rows[i][0], rows[i][1]))[:_EMBEDDED]
    keep.sort()
    vectors = embedder.embed([query.text, *(rows[i][2] for i in keep)])
    cosines = vectors[1:] @ vectors[0]
    found = []
    for i, cosine in zip(keep, cosines, strict=True):
        number, index, text, stems, covered, context = rows[i]
        answers = tuple(candidates(kind, text, query.text))
        hit = hits[number]
        values = (
            float(cosine),
            covered,
            _covered(asked, stems | context),
            float(kind is not Kind.OTHER and bool(answers)),
            float(kind is not Kind.OTHER and not answers),
            _named(names, f"{text} {hit.passage.text} {hit.article.title}"),
            1 / (1 + index),
            min(len(text), 400) / 400,
            float(leans(text)),
            float(text.rstrip("”\"' ").endswith("?")),
        )
        score = _dot("sentence", values) + weights()["hit"] * (hit.score - hits[0].score)
        span = hit.passage.sentences[index]
        found.append(Candidate(number, index, span, text, stems, answers, values, score))
    return sorted(found, key=lambda c: (-c.score, c.hit, c.index))


def confidence_values(ranked: Sequence[Candidate], hits: Sequence[Hit]) -> tuple[float, ...]:
    """CONFIDENCE_FEATURES of the best sentence."""
    best = ranked[0]
    cosine, coverage, context, fits, misfits, names, *_ = best.values
    second = ranked[1].score if len(ranked) > 1 else best.score - 1
    passage = max((hit.similarity or 0.0) for hit in hits)
    return (
        cosine, coverage, context, fits, misfits, names, passage, best.score, best.score - second,
    )  # fmt: skip


def confidence(ranked: Sequence[Candidate], hits: Sequence[Hit]) -> float:
    """Probability that the passages hold an answer, 0..1."""
    if not ranked:
        return 0.0
    total = _dot("confidence", confidence_values(ranked, hits))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def leans(text: str) -> bool:
    """Whether a sentence needs the one before it: it opens with a pronoun ("It was the first
    meeting" needs nothing)."""
    return bool(
        re.match(
            r"[\"“'‘]?(?:He|She|They|This|That|These|Those|His|Her|Their|Its|Both|It(?! (?:is|was) (?:the|a|an|in|on|not)\b))\b",
            text,
        )
    )


def _covered(asked: dict[str, float], stems: frozenset[str]) -> float:
    total = sum(asked.values())
    return sum(weight for stem, weight in asked.items() if stem in stems) / total if total else 0.0


def _named(names: set[str], text: str) -> float:
    """Share of the question's names that the passage knows; 1 where it names none."""
    if not names:
        return 1.0
    plain = text.casefold()
    return sum(name.rstrip("’'s") in plain for name in names) / len(names)


def _dot(part: str, values: Sequence[float]) -> float:
    held = weights()[part]
    return float(held["bias"] + np.dot(held["weights"], values))


@lru_cache(maxsize=1)
def weights() -> dict[str, Any]:
    return dict(json.loads(WEIGHTS.read_text(encoding="utf-8")))
