"""Any sentence-transformers embedder or reranker by name or folder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError
from rag.models.base import Vectors


class HubEmbedder:
    """A SentenceTransformer; downloads only what the user named, where it is not yet cached."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import SentenceTransformer

        try:
            self._model: Any = SentenceTransformer(name, device="cpu")
        except Exception as error:  # The library raises whatever its loaders do.
            raise ModelError(unloadable(name, error)) from None
        self.fingerprint = f"hub:{name}"
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.max_tokens = int(self._model.max_seq_length or 512)

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return np.asarray(vectors, dtype=np.float32)

    def token_spans(self, text: str) -> list[tuple[int, int]]:
        encoded = self._model.tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )
        return [(int(a), int(b)) for a, b in encoded["offset_mapping"]]


class HubScorer:
    """A CrossEncoder with one output; scores are squashed into 0..1."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import CrossEncoder

        try:
            self._model: Any = CrossEncoder(name, device="cpu")
        except Exception as error:
            raise ModelError(unloadable(name, error)) from None
        if self._model.num_labels != 1:
            raise ModelError(f"{name!r} gives {self._model.num_labels} labels; a reranker has one.")

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        import torch

        if not pairs:
            return np.zeros(0, dtype=np.float32)
        scores = self._model.predict(
            list(pairs), activation_fn=torch.nn.Sigmoid(), show_progress_bar=False
        )
        return np.asarray(scores, dtype=np.float32)


def unloadable(name: str, error: Exception) -> str:
    """The one line that a user reads."""
    cause = " ".join(str(error).split())[:160]
    return f"The model {name!r} cannot be loaded ({cause}); give a folder or a Hub name."
