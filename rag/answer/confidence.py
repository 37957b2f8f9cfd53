"""How sure it is that the passages hold an answer."""

from __future__ import annotations

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
