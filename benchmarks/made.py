"""Made articles and random vectors, for what is measured apart from any model."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from rag.models.base import Embedder, Vectors

_WORDS = 20_000
_SYLLABLES = "ba ce di fo gu ha ke li mo nu pa re si to vu za ber lin dor mar ten".split()


class RandomEmbedder:
    """Passes for the given embedder, and costs nothing but cutting the text into its tokens."""

    def __init__(self, embedder: Embedder) -> None:
        self.fingerprint = embedder.fingerprint
        self.dimension = embedder.dimension
        self.max_tokens = embedder.max_tokens
        self.token_spans = embedder.token_spans
        self._draw = np.random.default_rng(0)

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = self._draw.normal(size=(len(texts), self.dimension)).astype(np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


@lru_cache(maxsize=1)
def vocabulary() -> tuple[list[str], list[float]]:
    """Words and their weights by Zipf's law, as in a language."""
    draw = random.Random(0)
    words = ["".join(draw.choices(_SYLLABLES, k=draw.randint(2, 4))) for _ in range(_WORDS)]
    return words, [1 / (rank + 2) for rank in range(_WORDS)]


def made_text(draw: random.Random, sentences: int) -> str:
    words, weights = vocabulary()
    return " ".join(
        " ".join(draw.choices(words, weights, k=draw.randint(8, 20))).capitalize() + "."
        for _ in range(sentences)
    )
