"""What an article's date is worth to a question."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rag.retrieval.fuse import Scores, Weights
from rag.types import Query

# News questions look back days, not years.
_RECENCY_DAYS = 30.0
# Who names no day more often means what was in the news lately; it decides between equals.
_NEWNESS_DAYS = 730.0


def timeliness(days: NDArray[np.int64], query: Query, weights: Weights) -> Scores:
    """A bonus for each article: near the time asked about, and recent where that counts.

    `days` are publish dates since year 1; an article with 0 has none, and gets nothing.
    """
    bonus = np.zeros(len(days))
    today = query.as_of.toordinal() if query.as_of else int(days.max(initial=1))
    period = query.period
    if period is not None:
        start, end = period.start.toordinal() - 1, period.end.toordinal()
        inside = (days >= start) & (days <= end + 10)
        shortly_after = (days > end + 10) & (days <= end + 60)
        bonus += weights.period * (inside + 0.5 * shortly_after)
    # Who asks about a time that is over does not ask for what is new.
    over = period is not None and period.end.toordinal() < today - _RECENCY_DAYS
    if not over:
        age = np.maximum(today - days, 0)
        if query.as_of is not None or query.newest:
            bonus += weights.recency * np.exp(-age / _RECENCY_DAYS)
        else:
            bonus += weights.newness * np.exp(-age / _NEWNESS_DAYS)
    return np.where(days > 0, bonus, 0).astype(np.float32)
