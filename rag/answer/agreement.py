"""How far other articles say the same, or otherwise: an answer that several of them give is more likely
right, one against which they give others is more likely wrong."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.grounding.combine import sigmoid

# The score from which on the reader is rather sure, and the scale around it.
_EVEN = 1.0
_SCALE = 2.0
# What is less likely than this has no voice.
_HEARD = 0.03
# From this share of the longer answer's words on two answers can be the same: "Morawiecki" and
# "Prime Minister Mateusz Morawiecki".
_ALIKE = 1 / 3
# Of a sentence that shares no word with the question.
_LEAST = 0.01


@dataclass(frozen=True, slots=True)
class Said:
    """What the reader marks in one sentence: its article, the stems of the words that the question
    did not bring along, the reader's score, and the share of the question that sentence, passage
    and headline hold."""

    article: str
    stems: frozenset[str]
    score: float
    context: float = 1.0


@dataclass(frozen=True, slots=True)
class Heard:
    """How far the other articles bear out what is marked in a sentence, and how far they answer
    otherwise: each from 0, the logarithm of one and a sum over the articles."""

    agreed: float
    opposed: float


NOTHING = Heard(0.0, 0.0)
_Voices = Mapping[str, Sequence[tuple[Said, float]]]


def agreement(said: Sequence[Said]) -> list[Heard]:
    """Of each article counts the sentence that says most: by the chance that it answers, and how alike
    or unlike its answer is. What speaks of something else than a sentence hardly opposes it."""
    voices: dict[str, list[tuple[Said, float]]] = defaultdict(list)
    for one in said:
        chance = sigmoid((one.score - _EVEN) / _SCALE)
        if chance >= _HEARD:
            voices[one.article].append((one, chance))
    return [_heard(one, voices) for one in said]


def _heard(one: Said, voices: _Voices) -> Heard:
    alike = unlike = 0.0
    for article, own in voices.items():
        if article != one.article:
            same = max(chance * _likeness(one.stems, other.stems) for other, chance in own)
            against = max(chance * _against(one, other) for other, chance in own)
            alike += same
            # Who says the same is not against it, whatever else is marked in that article.
            unlike += against if against > same else 0.0
    return Heard(math.log1p(alike), math.log1p(unlike))


def _against(one: Said, other: Said) -> float:
    """How far another answer is another, and to the same question."""
    relevance = min(1.0, other.context / max(one.context, _LEAST))
    return float((1 - _likeness(one.stems, other.stems)) * relevance**2)


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the shorter answer that stands in the longer one."""
    shared = len(one & other)
    if not shared or shared < _ALIKE * max(len(one), len(other)):
        return 0.0
    return shared / min(len(one), len(other))
