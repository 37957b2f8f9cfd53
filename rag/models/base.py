"""What a model must do; the embedded ones are the default."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

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
