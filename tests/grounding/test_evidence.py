from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from rag.grounding.evidence import Chooser, Context, lines_of, plain, reading_text
from rag.models.base import Embedder, Vectors


class Counting:
    """An embedder that knows three directions, and counts what it was asked."""

    fingerprint, dimension, max_tokens = "counting", 3, 256

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        rows = [[text.count("ship"), text.count("port"), 0.1] for text in texts]
        vectors = np.array(rows, dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def token_spans(self, text: str) -> list[tuple[int, int]]:
        return []


SHIPS = Context("The ship left at dawn. Nobody waved. The port was closed. It rained.", "Ships")
FOG = Context("Fog lay on the port. A ship was late.", "Fog", date(2020, 9, 28))


def test_lines_are_exact_spans_of_their_source() -> None:
    lines = lines_of([SHIPS, FOG])
    assert [line.context for line in lines] == [0, 0, 0, 0, 1, 1]
    for line in lines:
        assert line.span.of((SHIPS, FOG)[line.context].text) == line.text
        assert line.evidence().text == line.text


def test_the_nearest_line_comes_first_and_four_are_read() -> None:
    (reading,) = Chooser(Counting()).read([("The ship left the port.", lines_of([SHIPS, FOG]))])
    assert reading.lines[0].text == "The ship left at dawn."
    assert len(reading.lines) == len(reading.cosines) == 4
    # ship, left and port: the first line holds two of them, all lines three.
    assert reading.nearest == pytest.approx(2 / 3) and reading.coverage == 1.0
    assert reading.text().startswith("The ship left at dawn. ")


def test_one_line_is_its_own_company() -> None:
    (reading,) = Chooser(Counting()).read([("The ship left.", lines_of([Context("A ship.")]))])
    assert reading.together == pytest.approx(reading.cosines[0])


def test_a_text_is_embedded_once() -> None:
    embedder = Counting()
    chooser = Chooser(embedder)
    lines = lines_of([SHIPS])
    first = chooser.read([("The ship left.", lines), ("The port was shut.", lines)])
    assert len(embedder.asked) == len(set(embedder.asked))
    before = len(embedder.asked)
    assert chooser.read([("The ship left.", lines)]) == first[:1]
    assert len(embedder.asked) == before


def test_close_is_nearly_word_for_word(embedder: Embedder) -> None:
    chooser = Chooser(embedder)
    lines = lines_of([SHIPS])
    near, far = chooser.read(
        [("The ship left at noon.", lines), ("Dawn saw the departure of a vessel.", lines)]
    )
    assert near.close and not far.close


def test_a_model_reads_headline_and_date_before_each_source() -> None:
    lines = lines_of([SHIPS, FOG])
    assert reading_text([lines[5], lines[2], lines[0]], [SHIPS, FOG]) == (
        "Ships: The ship left at dawn. The port was closed. "
        "Fog (28 September 2020): A ship was late."
    )
    assert reading_text(lines_of([Context("It rained.")]), [Context("It rained.")]) == "It rained."


def test_plain_leaves_words() -> None:
    assert plain("“It’s — 3,000!”, he said.") == "it s 3 000 he said"
