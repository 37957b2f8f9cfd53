"""How far other articles say the same: an answer that several of them give is more likely right."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
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


def agreement(said: Sequence[Said]) -> list[float]:
    """For each how much the other articles bear it out, from 0: the logarithm of one and the sum
    over them of the chance that they answer and the likeness of what they answer."""
    heard: dict[str, list[tuple[frozenset[str], float]]] = defaultdict(list)
    for one in said:
        chance = sigmoid((one.score - _EVEN) / _SCALE)
        if chance >= _HEARD:
            heard[one.article].append((one.stems, chance))
    return [
        math.log1p(
            sum(
                max(chance * _likeness(one.stems, stems) for stems, chance in voices)
                for article, voices in heard.items()
                if article != one.article
            )
        )
        for one in said
    ]


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the shorter answer that stands in the longer one."""
    shared = len(one & other)
    if not shared or shared < _ALIKE * max(len(one), len(other)):
        return 0.0
    return shared / min(len(one), len(other))
