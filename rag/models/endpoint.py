"""Embeddings from an OpenAI-compatible endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import EndpointError, SettingError
from rag.models.base import Vectors
from rag.models.runtime import load_tokenizer

if TYPE_CHECKING:
    from rag.settings import Settings

_BATCH = 64


class EndpointEmbedder:
    """Vectors by /v1/embeddings. Passages are measured in the embedded model's tokens."""

    max_tokens = 512

    def __init__(self, model: str, settings: Settings) -> None:
        from openai import OpenAI

        if settings.llm_api_key is None and settings.llm_base_url is None:
            raise SettingError(
                f"Embedder 'openai:{model}' needs OPENAI_API_KEY or RAG_LLM_BASE_URL to be set."
            )
        key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else "none"
        self._model = model
        self._client = OpenAI(
            api_key=key,
            base_url=settings.llm_base_url,
            timeout=settings.llm_deadline,
            max_retries=settings.llm_retries,
        )
        self._tokenizer = load_tokenizer()
        self.fingerprint = f"openai:{model}"
        self.dimension = int(self.embed(["dimension"]).shape[1])

    def embed(self, texts: Sequence[str]) -> Vectors:
        from openai import OpenAIError

        rows: list[list[float]] = []
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            try:
                reply = self._client.embeddings.create(
                    model=self._model, input=batch, encoding_format="float"
                )
            except OpenAIError as error:
                cause = " ".join(str(error).split())[:160]
                raise EndpointError(
                    f"The embeddings endpoint {self._client.base_url.host} failed: {cause}"
                ) from None
            rows += [row.embedding for row in sorted(reply.data, key=lambda row: row.index)]
        if len(rows) != len(texts):
            raise EndpointError(
                f"The embeddings endpoint gave {len(rows)} vectors for {len(texts)} texts."
            )
        vectors = np.array(rows, dtype=np.float32).reshape(len(texts), -1)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.maximum(lengths, 1e-12)

    def token_spans(self, text: str) -> list[tuple[int, int]]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).offsets)
