from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from rag.models.base import Embedder, Vectors
from rag.models.memory import RememberingEmbedder
from rag.pipeline import Pipeline


class Counting:
    """Remembers what it was asked; the length of a text and 1 are its vector."""

    fingerprint, dimension, max_tokens = "counting", 2, 256

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.array([[len(text), 1] for text in texts], dtype=np.float32).reshape(-1, 2)

    def token_spans(self, text: str) -> list[tuple[int, int]]:
        return [(0, len(text))]


def test_a_text_is_embedded_once_and_every_row_is_there() -> None:
    counting = Counting()
    embedder = RememberingEmbedder(counting)
    assert embedder.embed(["a", "bbb", "a"]).tolist() == [[1, 1], [3, 1], [1, 1]]
    assert embedder.embed(["cc", "bbb"]).tolist() == [[2, 1], [3, 1]]
    assert counting.asked == ["a", "bbb", "cc"]
    assert embedder.embed([]).shape == (0, 2)
    assert RememberingEmbedder.of(embedder) is embedder


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.models.memory._REMEMBERED", 6)
    monkeypatch.setattr("rag.models.memory._LONGEST", 8)
    counting = Counting()
    embedder = RememberingEmbedder(counting)
    for n in range(30):
        embedder.embed([f"{n} times", f"text {n}", "far too long"])
        assert len(embedder._remembered) <= 6
    assert counting.asked.count("far too long") == 30


def test_vectors_are_those_of_the_model(embedder: Embedder) -> None:
    texts = ["The bridge was closed on Monday.", "Closed?", "The bridge was closed on Monday."]
    remembering = RememberingEmbedder(embedder)
    for _ in range(2):
        assert np.array_equal(remembering.embed(texts), embedder.embed(texts))


def test_a_question_asked_again_embeds_nothing(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pipeline.ask("Where was the Bishkek Protocol signed?")
    run = []
    monkeypatch.setattr(
        "rag.models.embedder.EmbeddedEmbedder._run", lambda self, ids: run.append(ids)
    )
    again = pipeline.ask("Where was the Bishkek Protocol signed?")
    assert again.text == first.text and not run
