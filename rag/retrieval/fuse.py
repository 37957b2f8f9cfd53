"""One score from several rankings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each ranking counts; tuned on one half of the news quiz (`benchmarks.retrieval`)."""

    passage: float = 0.2
    article: float = 1.0
    covered: float = 0.3
    dense: float = 0.7
    lead: float = 0.6
    period: float = 0.3
    phrase: float = 0.3
    recency: float = 1.0
    newness: float = 0.9
    # News tells what matters first; counts where an overview is asked for.
    opening: float = 0.5


def by_top(scores: Scores) -> Scores:
    """Scaled so that the best is 1; all zero where nothing matched."""
    top = float(scores.max(initial=0.0))
    return scores / top if top > 0 else scores
