"""Which sentences of the cited sources a claim is read against."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.library.terms import terms
from rag.models.base import Embedder
from rag.models.memory import RememberingEmbedder
from rag.reading.sentences import sentence_spans
from rag.types import Evidence, Hit, Span

# Sentences that share the most words with the claim are the ones worth embedding.
_EMBEDDED = 12
# Four hold what decides more often than three, and a reader of meaning can take them.
_CHOSEN = 4
# Shares of the claim's words and of its neighbouring words that make it close to a sentence.
_CLOSE_WORDS = 0.6
_CLOSE_PAIRS = 0.35
Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Context:
    """A source as it was cited. Headline and date may bear out a claim, but are no quote."""

    text: str
    title: str = ""
    published: date | None = None

    @classmethod
    def of(cls, hit: Hit) -> Context:
        return cls(hit.passage.text, hit.article.title, hit.article.published)


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a context."""

    context: int
    span: Span
    text: str
    stems: frozenset[str]

    def evidence(self) -> Evidence:
        return Evidence(self.context, self.span.start, self.span.end, self.text)


@dataclass(frozen=True, slots=True)
class Reading:
    """A claim beside what was chosen for it, nearest first. `cosines` belong to `lines`."""

    claim: str
    stems: frozenset[str]
    lines: tuple[Line, ...]
    cosines: tuple[float, ...]
    # The cosine of the claim with the mean of the chosen sentences: embedding them as one text told
    # no more, and cost as much as reading them.
    together: float

    @property
    def coverage(self) -> float:
        """Share of the claim's words that stand in the chosen sentences."""
        found = frozenset().union(*(line.stems for line in self.lines))
        return _share(self.stems, found)

    @property
    def nearest(self) -> float:
        """The same for the best sentence alone."""
        return _share(self.stems, self.lines[0].stems) if self.lines else 0.0

    @property
    def close(self) -> bool:
        """Whether the claim is all but worded like the best sentence, so that a difference in a
        number or a "not" is a contradiction and no coincidence."""
        if not self.lines:
            return False
        ours = self.claim.casefold().split()
        theirs = self.lines[0].text.casefold().split()
        pairs = set(itertools.pairwise(ours))
        same = len(pairs & set(itertools.pairwise(theirs))) / max(1, len(pairs))
        return self.nearest >= _CLOSE_WORDS and same >= _CLOSE_PAIRS

    def text(self) -> str:
        """The chosen sentences in the order of the source."""
        ordered = sorted(self.lines, key=lambda line: (line.context, line.span.start))
        return " ".join(line.text for line in ordered)


def lines_of(contexts: Sequence[Context]) -> list[Line]:
    return [
        Line(n, span, span.of(context.text), frozenset(terms(span.of(context.text))))
        for n, context in enumerate(contexts)
        for span in sentence_spans(context.text)
    ]


def reading_text(lines: Sequence[Line], contexts: Sequence[Context]) -> str:
    """What a checker that reads is given: for each source its headline and date, then the
    sentences chosen from it, in their order."""
    parts = []
    for number in sorted({line.context for line in lines}):
        context = contexts[number]
        day = f" ({context.published:%d %B %Y})" if context.published else ""
        head = f"{context.title}{day}: " if context.title or day else ""
        own = sorted(
            (line for line in lines if line.context == number), key=lambda line: line.span.start
        )
        parts.append(head + " ".join(line.text for line in own))
    return " ".join(parts)


class Chooser:
    """Embeds a text once, however many claims are read against it: the sentences of an answer come
    one by one, and rest on the same passages. Safe to share between threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = RememberingEmbedder.of(embedder)

    def read(self, pairs: Sequence[tuple[str, Sequence[Line]]]) -> list[Reading]:
        """Each claim with the best of its lines; there is at least one of them."""
        stems = [frozenset(terms(claim)) for claim, _ in pairs]
        shortlists = [
            sorted(lines, key=lambda line: -_overlap(own, line.stems))[:_EMBEDDED]
            for own, (_, lines) in zip(stems, pairs, strict=True)
        ]
        single = self._embed(
            [claim for claim, _ in pairs] + [line.text for short in shortlists for line in short]
        )
        return [
            _chosen(claim, own, short, single)
            for (claim, _), own, short in zip(pairs, stems, shortlists, strict=True)
        ]

    def _embed(self, texts: Sequence[str]) -> dict[str, Vector]:
        return dict(zip(texts, self._embedder.embed(texts), strict=True))


def _chosen(
    claim: str, stems: frozenset[str], shortlist: Sequence[Line], vectors: Mapping[str, Vector]
) -> Reading:
    lines = np.stack([vectors[line.text] for line in shortlist])
    cosines = lines @ vectors[claim]
    worth = [
        float(cosine) + _share(stems, line.stems) + 0.5 * _overlap(stems, line.stems)
        for line, cosine in zip(shortlist, cosines, strict=True)
    ]
    order = sorted(range(len(shortlist)), key=lambda i: (-worth[i], i))[:_CHOSEN]
    chosen = tuple(shortlist[i] for i in order)
    mean = lines[order].mean(axis=0)
    together = float(mean @ vectors[claim] / max(float(np.linalg.norm(mean)), 1e-9))
    return Reading(claim, stems, chosen, tuple(float(cosines[i]) for i in order), together)


@lru_cache(maxsize=64)
def plain(text: str) -> str:
    """Words alone, for comparing what was copied."""
    return " ".join(re.findall(r"\w+", text.casefold().replace("’", "'")))


def _share(wanted: frozenset[str], found: frozenset[str]) -> float:
    return len(wanted & found) / len(wanted) if wanted else 0.0


def _overlap(left: frozenset[str], right: frozenset[str]) -> float:
    """Shared words over the geometric mean of the lengths."""
    if not left or not right:
        return 0.0
    return float(len(left & right) / (len(left) * len(right)) ** 0.5)
