"""The reader: which words of a passage answer a question, or that none do.

Rajpurkar et al., "Know What You Don't Know: Unanswerable Questions for SQuAD" (2018): a start and
an end are scored for every token, and the first token stands for "this passage does not answer".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.models.base import Marked, Printed
from rag.models.pair import Logits, PairModel, Read
from rag.types import Span

LONGEST = 320
# Words of a headline that are read with a passage.
_HEAD_WORDS = 20
# Tokens of the longest answer.
_ANSWER = 24


@dataclass(frozen=True, slots=True)
class TokenScores:
    """Scores of one passage. `places` are the characters of its tokens, counted in the passage."""

    start: Logits
    end: Logits
    nothing: float
    places: tuple[tuple[int, int], ...]

    def best(self, within: Span) -> Marked | None:
        """The best answer inside a part of the passage; None where no token lies in it."""
        inside = [
            n for n, (a, b) in enumerate(self.places) if a >= within.start and b <= within.end
        ]
        if not inside:
            return None
        first, last = inside[0], inside[-1] + 1
        sums = self.start[first:last, None] + self.end[None, first:last]
        size = last - first
        at = int(np.where(_allowed()[:size, :size], sums, -np.inf).argmax())
        begin, finish = at // size, at % size
        span = Span(self.places[first + begin][0], self.places[first + finish][1])
        return Marked(span, float(sums[begin, finish]) - self.nothing)


class EmbeddedReader:
    """Deterministic; a passage costs about as much as embedding it."""

    def __init__(self) -> None:
        self._model = PairModel("reader", LONGEST)

    def read(self, question: str, passages: Sequence[Printed]) -> list[TokenScores]:
        heads = [reading_head(one.title, one.published) for one in passages]
        texts = [head + one.text for head, one in zip(heads, passages, strict=True)]
        read = self._model.read([(question, text) for text in texts])
        return [_reading(one, len(head)) for one, head in zip(read, heads, strict=True)]


def reading_head(title: str, published: date | None) -> str:
    """Headline and date as they stand before a passage that is read; also in training."""
    parts = [" ".join(title.split()[:_HEAD_WORDS])]
    if published:
        parts.append(f"{published:%d %B %Y}")
    return "".join(f"{part}. " for part in parts if part)


@lru_cache(maxsize=1)
def _allowed() -> NDArray[np.bool_]:
    """[start, end] of spans that are not too long and do not end before they start."""
    every = np.ones((LONGEST, LONGEST), dtype=bool)
    return np.asarray(np.triu(every) & ~np.triu(every, _ANSWER))


def _reading(read: Read, shift: int) -> TokenScores:
    kept = [
        n
        for n, (kind, (a, b)) in enumerate(zip(read.types, read.offsets, strict=True))
        if kind == 1 and a >= shift and b > a
    ]
    nothing = float(read.logits[0, 0] + read.logits[0, 1])
    places = tuple((read.offsets[n][0] - shift, read.offsets[n][1] - shift) for n in kept)
    return TokenScores(read.logits[kept, 0], read.logits[kept, 1], nothing, places)
