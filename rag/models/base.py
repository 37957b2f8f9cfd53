"""What a model must do; the embedded ones are the default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.types import Span

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Texts to unit vectors. `fingerprint` names weights and numerics: vectors of two
    fingerprints are never mixed. `max_tokens` is what one text may hold before it is cut."""

    fingerprint: str
    dimension: int
    max_tokens: int

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension) float32, rows of length 1."""
        ...

    def token_spans(self, text: str) -> list[tuple[int, int]]:
        """Character bounds of the model's tokens, special tokens left out."""
        ...


class Scorer(Protocol):
    """Pairs to relevance in 0..1 (a reranker)."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class Marked:
    """A part of a passage that may be the answer, and by how much it beats "not answered here"."""

    span: Span
    score: float


class PassageReading(Protocol):
    """What a reader saw in one passage."""

    def best(self, within: Span) -> Marked | None:
        """The best answer inside a part of the passage; None where there is nothing to read."""
        ...


@dataclass(frozen=True, slots=True)
class Printed:
    """A passage under its headline; many an article tells its year by nothing but its date."""

    title: str
    text: str
    published: date | None = None


class Reader(Protocol):
    """A question and passages to where the answers stand."""

    def read(self, question: str, passages: Sequence[Printed]) -> Sequence[PassageReading]: ...


class ClaimReader(Protocol):
    """(claim, evidence) to logits of being supported and of being contradicted, (n, 2)."""

    def read(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]: ...
