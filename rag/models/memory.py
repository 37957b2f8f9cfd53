"""An embedder that remembers: what a conversation reads again is not embedded again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.models.base import Embedder, Vectors

# Vectors that are kept (6 MB), and characters of a text that is worth keeping.
_REMEMBERED = 4_000
_LONGEST = 2_000


class RememberingEmbedder:
    """Each text once, however often it comes, in one call or in several. Safe to share between
    threads: they may do the same work at once, and find the same."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._remembered: dict[str, NDArray[np.float32]] = {}
        self.fingerprint = embedder.fingerprint
        self.dimension = embedder.dimension
        self.max_tokens = embedder.max_tokens
        self.token_spans = embedder.token_spans

    @classmethod
    def of(cls, embedder: Embedder) -> RememberingEmbedder:
        """The embedder itself where it remembers already: one memory for all who share it."""
        return embedder if isinstance(embedder, cls) else cls(embedder)

    def embed(self, texts: Sequence[str]) -> Vectors:
        known = {text: self._remembered.get(text) for text in texts}
        missing = [text for text, vector in known.items() if vector is None]
        made = dict(zip(missing, self._embedder.embed(missing), strict=True)) if missing else {}
        if len(self._remembered) + len(made) > _REMEMBERED:
            self._remembered = {}
        self._remembered |= {text: v for text, v in made.items() if len(text) <= _LONGEST}
        found = [made[text] if (v := known[text]) is None else v for text in texts]
        return np.stack(found) if found else self._embedder.embed([])
