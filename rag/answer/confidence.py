"""How sure it is that the passages hold an answer, and that the short one is right."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag.answer.choose import Candidate, dot
from rag.grounding.combine import sigmoid
from rag.types import Hit

# Those of the best sentence that say whether it answers (its kind, its place and its names only rank
# it among others), then how the rest compares.
_OF_THE_BEST = ("cosine", "read", "behind", "coverage", "focus", "context")
CONFIDENCE_FEATURES = (*_OF_THE_BEST, "passage", "most_read", "best", "margin")
# What the log odds lose where the best sentence tells of other years than those asked about.
_OTHER_YEARS = 1.5


# Of the chance that a short answer is right: the log odds of an answer at all, and who answers otherwise.
LEAD_FEATURES = ("answered", "opposed")
# From these chances on it is told as possible, and as the answer.
POSSIBLE = 0.3
LIKELY = 0.55
# Where others answer otherwise as firmly as this, nothing is more than possible.
_CONTESTED = 0.6


def confidence(ranked: Sequence[Candidate], hits: Sequence[Hit]) -> float:
    """Probability that the passages hold an answer, 0..1."""
    if not ranked:
        return 0.0
    return sigmoid(dot("confidence", confidence_values(ranked, hits)) - doubt(ranked[0]))


def doubt(best: Candidate) -> float:
    """What no feature tells, in log odds."""
    return _OTHER_YEARS * best.other_years


def confidence_values(ranked: Sequence[Candidate], hits: Sequence[Hit]) -> tuple[float, ...]:
    """CONFIDENCE_FEATURES of the best sentence."""
    best = ranked[0]
    second = ranked[1].score if len(ranked) > 1 else best.score - 1
    passage = max((hit.similarity or 0.0) for hit in hits)
    most = max(one.value("read") for one in ranked)
    own = (best.value(name) for name in _OF_THE_BEST)
    return (*own, passage, most, best.score, best.score - second)


def lead_values(best: Candidate, sure: float) -> tuple[float, ...]:
    """LEAD_FEATURES of the best sentence; `sure` is the confidence."""
    sure = min(max(sure, 1e-6), 1 - 1e-6)
    return (math.log(sure / (1 - sure)), best.opposed)


def lead_chance(best: Candidate, sure: float) -> float:
    """Probability that what is marked in the best sentence is the answer, 0..1."""
    return uncontested(best, sigmoid(dot("lead", lead_values(best, sure))))


def uncontested(best: Candidate, chance: float) -> float:
    """The chance itself; below LIKELY where others answer otherwise."""
    return min(chance, 0.9 * LIKELY) if best.opposed >= _CONTESTED else chance
