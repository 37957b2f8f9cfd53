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


@dataclass(frozen=True, slots=True)
class Said:
    """What the reader marks in one sentence: its article, the stems of the words that the question
    did not bring along, and the reader's score."""

    article: str
    stems: frozenset[str]
    score: float


@dataclass(frozen=True, slots=True)
class Heard:
    """How far the other articles bear out what is marked in a sentence, and how far they answer
    otherwise: each from 0, the logarithm of one and a sum over the articles."""

    agreed: float
    opposed: float


NOTHING = Heard(0.0, 0.0)


def agreement(said: Sequence[Said]) -> list[Heard]:
    """Of each article counts the sentence that says most: by the chance that it answers, and how alike
    or unlike its answer is."""
    voices: dict[str, list[tuple[frozenset[str], float]]] = defaultdict(list)
    for one in said:
        chance = sigmoid((one.score - _EVEN) / _SCALE)
        if chance >= _HEARD:
            voices[one.article].append((one.stems, chance))
    return [_heard(one, voices) for one in said]


def _heard(one: Said, voices: Mapping[str, Sequence[tuple[frozenset[str], float]]]) -> Heard:
    alike = unlike = 0.0
    for article, own in voices.items():
        if article != one.article:
            shares = [(chance, _likeness(one.stems, stems)) for stems, chance in own]
            same = max(chance * share for chance, share in shares)
            other = max(chance * (1 - share) for chance, share in shares)
            alike += same
            # Who says the same is not against it, whatever else is marked in that article.
            unlike += other if other > same else 0.0
    return Heard(math.log1p(alike), math.log1p(unlike))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the shorter answer that stands in the longer one."""
    shared = len(one & other)
    if not shared or shared < _ALIKE * max(len(one), len(other)):
        return 0.0
    return shared / min(len(one), len(other))
