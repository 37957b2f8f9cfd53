"""The embedded embedder: all-MiniLM-L6-v2 by ONNX Runtime, without torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rag.models.base import Vectors
from rag.models.minilm import REVISION, onnx_model
from rag.models.runtime import load_tokenizer, open_session
from rag.parallel import side_by_side


class EmbeddedEmbedder:
    """384-dimensional unit vectors; a text is cut at 256 tokens, as the model was trained."""

    fingerprint = f"all-MiniLM-L6-v2/{REVISION}"
    dimension = 384
    max_tokens = 256

    def __init__(self) -> None:
        self._tokenizer = load_tokenizer()
        self._session = open_session(onnx_model())

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        encoded = [self._ids(text) for text in texts]
        return np.concatenate(side_by_side(self._run, encoded, lambda ids: int(ids.shape[1])))

    def token_spans(self, text: str) -> list[tuple[int, int]]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).offsets)

    def _ids(self, text: str) -> Any:
        ids = self._tokenizer.encode(text).ids
        if len(ids) > self.max_tokens:
            ids = [*ids[: self.max_tokens - 1], ids[-1]]
        return np.array([ids], dtype=np.int64)

    def _run(self, ids: Any) -> Vectors:
        (vector,) = self._session.run(None, {"ids": ids})
        return np.asarray(vector, dtype=np.float32)
