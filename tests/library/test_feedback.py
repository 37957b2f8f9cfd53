"""What readers thought is kept beside the library, within bounds, and becomes cases."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag.library.feedback
from evals.cases import load_cases
from evals.feedback import write_cases
from rag.errors import LibraryError, UsageError
from rag.library.feedback import Opinion, keep_opinion, opinions
from rag.library.lock import writer_lock

GOOD = Opinion("k1", "up", "Who won?", "clear", answer="Ada won. [1]", fact="Ada", articles=("a1",))


def test_a_later_opinion_replaces_an_earlier_one(tmp_path: Path) -> None:
    assert opinions(tmp_path) == []
    keep_opinion(tmp_path, GOOD)
    # Whoever writes to the library meanwhile is not waited for.
    with writer_lock(tmp_path):
        keep_opinion(tmp_path, Opinion("k1", "down", "Who won?", "no"))
    (held,) = opinions(tmp_path)
    assert (held.thumb, held.comment) == ("down", "no")


def test_the_oldest_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rag.library.feedback, "_MOST", 2)
    for n in range(4):
        keep_opinion(tmp_path, Opinion(f"k{n}", "up", "Q", "x" * 9000))
    held = opinions(tmp_path)
    assert [one.key for one in held] == ["k3", "k2"]
    assert len(held[0].comment) == 2000


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "feedback.sqlite3").mkdir()
    with pytest.raises(LibraryError, match=r"Feedback cannot be kept.*make the folder writable"):
        keep_opinion(tmp_path, GOOD)


def test_opinions_become_cases_that_load(tmp_path: Path) -> None:
    given = [
        GOOD,
        Opinion("k2", "up", "And when?", fact="May 5", articles=("a1",), history=("Who won?",)),
        Opinion("k3", "up", "Who?", fact="Ada", articles=("a1",), options={"since": "2020-01-01"}),
        Opinion("k4", "up", "What is the price of copper?", status="no_answer"),
        Opinion("k5", "down", "Who lost?", "no, Cy", answer="Ben lost. [1]", history=("Who won?",)),
        Opinion("k6", "down", "Who fell?", status="no_answer", fact="x", articles=("a1",)),
        Opinion("k7", "up", "Why?"),
        Opinion("k8", "down", "Why?", status="error", answer="The model did not answer."),
    ]
    path = tmp_path / "cases.jsonl"
    written = write_cases(path, given)
    cases = {case.id: case for case in load_cases(path)}
    assert list(cases.values()) == written
    kinds = {key: case.kind for key, case in cases.items()}
    assert kinds == {
        "fb-k1": "answerable",
        "fb-k2": "follow_up",
        "fb-k3": "date_bound",
        "fb-k4": "unanswerable",
        "fb-k5": "disliked",
        "fb-k6": "disliked",
    }
    assert cases["fb-k1"].facts == (("Ada",),)
    assert cases["fb-k1"].articles == ("a1",)
    assert cases["fb-k2"].history == ("Who won?",)
    # What was not helpful brings no expectation along.
    for key, disliked, comment in (("fb-k5", "Ben lost. [1]", "no, Cy"), ("fb-k6", "", "")):
        case = cases[key]
        assert (case.disliked, case.comment) == (disliked, comment)
        assert (case.facts, case.wrong, case.articles, case.answerable) == ((), (), (), None)
    assert cases["fb-k5"].history == ("Who won?",)


def test_no_cases_are_an_empty_file(tmp_path: Path) -> None:
    assert write_cases(tmp_path / "none.jsonl", []) == []
    with pytest.raises(UsageError, match=r"\.jsonl"):
        write_cases(tmp_path / "cases.txt", [])
