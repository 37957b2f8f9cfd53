from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.claims import briefs, held_out
from rag.errors import ModelError
from rag.models import pair
from rag.models.base import Printed
from rag.models.load import load_claim_reader, load_reader
from rag.models.reader import TokenScores, reading_head
from rag.types import Span

PASSAGE = (
    "The council of Lindby voted on Monday to close the old bridge. Mayor Anna Berg said that the "
    "repair would cost 2.5 million crowns. Work begins on March 3."
)


def _printed(row: dict[str, Any]) -> Printed:
    return Printed(row["title"], row["passage"], date.fromisoformat(row["published"]))


def test_the_answer_is_marked_where_it_stands() -> None:
    printed = Printed("Bridge", PASSAGE, date(2024, 2, 5))
    (reading,) = load_reader().read("How much will the repair cost?", [printed])
    best = reading.best(Span(0, len(PASSAGE)))
    assert best is not None and "2.5 million" in best.span.of(PASSAGE)
    assert best.score > 0
    other = reading.best(Span(0, PASSAGE.index("Mayor")))
    assert other is not None and other.score < best.score and other.span.end <= 63


def test_what_is_not_there_scores_less_than_nothing() -> None:
    asked = "Who won the marathon in Berlin?"
    (reading,) = load_reader().read(asked, [Printed("Bridge", PASSAGE)])
    best = reading.best(Span(0, len(PASSAGE)))
    assert best is not None and best.score < 0


def test_a_passage_is_read_the_same_alone_and_among_others() -> None:
    whole = Span(0, len(PASSAGE))
    alone = load_reader().read("When does work begin?", [Printed("Bridge", PASSAGE)])[0].best(whole)
    many = load_reader().read(
        "When does work begin?",
        [Printed("", "Rain fell."), Printed("Bridge", PASSAGE), Printed("", PASSAGE * 9)],
    )
    assert many[1].best(whole) == alone


def test_the_best_span_by_hand() -> None:
    """Start and end are chosen together: "b c" (2 + 3) beats "a" (4 + 0), and none runs backwards."""
    scores = TokenScores(
        np.array([4, 2, 0], dtype=np.float32), np.array([0, 0, 3], dtype=np.float32), 1.0,
        ((0, 1), (2, 3), (4, 5)),
    )  # fmt: skip
    best = scores.best(Span(0, 5))
    assert best is not None and (best.span, best.score) == (Span(0, 5), 6.0)
    best = scores.best(Span(2, 5))
    assert best is not None and (best.span, best.score) == (Span(2, 5), 4.0)
    assert scores.best(Span(5, 9)) is None


def test_a_long_headline_is_cut_and_none_adds_nothing() -> None:
    assert reading_head("", None) == "" and reading_head("Bridge shut", None) == "Bridge shut. "
    assert len(reading_head("word " * 500, None).split()) == 20
    assert reading_head("Cup won", date(2022, 7, 4)) == "Cup won. 04 July 2022. "


@pytest.mark.parametrize("text", ["", "x" * 100_000, "word " * 50_000, "\x00\ud7ff", "。" * 5000])
def test_any_text_can_be_read(text: str) -> None:
    (reading,) = load_reader().read(text or "?", [Printed(text, text)])
    reading.best(Span(0, len(text)))
    assert load_claim_reader().read([(text, text)]).shape == (1, 2)


def test_damaged_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in pair.WEIGHTS.glob("reader.*"):
        shutil.copy(file, tmp_path)
    monkeypatch.setattr(pair, "WEIGHTS", tmp_path)
    with (tmp_path / "reader.onnx").open("r+b") as file:
        file.truncate(1000)
    with pytest.raises(ModelError, match="damaged"):
        pair.PairModel("reader", 64)
    with pytest.raises(ModelError, match="cannot be read"):
        pair.PairModel("checker", 64)


def test_a_true_claim_outranks_its_smallest_false_change() -> None:
    """On briefs that no model learnt from; chance is a half."""
    pairs = []
    for row in briefs():
        if held_out(row["id"]):
            for twin in row["twins"]:
                pairs += [(twin["true"], row["passage"]), (twin["false"], row["passage"])]
    reader = load_claim_reader()
    assert reader is not None and len(pairs) >= 200
    supported = reader.read(pairs[:300])[:, 0]
    assert float((supported[0::2] > supported[1::2]).mean()) >= 0.62


def test_answers_are_found_in_passages_never_seen() -> None:
    """The share of questions whose marked words overlap the answer; a guess would be near 0.1."""
    asked = [
        (one["question"], one["answer"], row)
        for row in briefs()
        if held_out(row["id"])
        for one in row["questions"]
        if one["answer"]
    ][:150]
    found = 0
    for question, answer, row in asked:
        (reading,) = load_reader().read(question, [_printed(row)])
        best = reading.best(Span(0, len(row["passage"])))
        at = row["passage"].index(answer)
        found += best is not None and best.span.start < at + len(answer) and best.span.end > at
    assert len(asked) == 150 and found / len(asked) >= 0.6
