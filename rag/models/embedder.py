"""The embedded embedder: all-MiniLM-L6-v2 by ONNX Runtime, without torch."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from rag.models.base import Vectors
from rag.models.minilm import REVISION, model_folder, onnx_model


class EmbeddedEmbedder:
    """384-dimensional unit vectors; a text is cut at 256 tokens, as the model was trained."""

    fingerprint = f"all-MiniLM-L6-v2/{REVISION}"
    dimension = 384
    max_tokens = 256

    def __init__(self) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        # The packaged file cuts and pads at 128.
        self._tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        options = onnxruntime.SessionOptions()
        # One text a thread: two runs side by side beat one run on two cores.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            onnx_model(), options, providers=["CPUExecutionProvider"]
        )
        self._workers = max(1, len(os.sched_getaffinity(0)) if _has_affinity() else _cores())

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        encoded = [self._ids(text) for text in texts]
        if len(texts) == 1:
            return self._run(encoded[0])
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        # Longest first, so that no thread is left alone with a long one at the end.
        order = sorted(range(len(texts)), key=lambda i: -encoded[i].shape[1])
        with ThreadPoolExecutor(min(self._workers, len(texts))) as pool:
            for i, vector in zip(
                order, pool.map(lambda i: self._run(encoded[i]), order), strict=False
            ):
                vectors[i] = vector[0]
        return vectors

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


def _has_affinity() -> bool:
    return hasattr(os, "sched_getaffinity")


def _cores() -> int:
    return os.cpu_count() or 1
