from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from rag.grounding.check import Checker, check
from rag.grounding.evidence import Context
from rag.grounding.load import load_checker
from rag.models import pair
from rag.models.base import Embedder
from rag.settings import Settings
from rag.types import Report, Verdict

SOURCE = Context(
    "The council raised the fee for the bridge by 25 cents on Monday, September 27. "
    "Mayor Anna Lindh said that the bridge was “a lifeline for the town”. "
    "About 3,000 people use it every day, and no accident has been reported since 1998. "
    "The repair will not begin before the spring.",
    "Council raises bridge fee",
    date(2020, 9, 28),
)


@pytest.fixture(scope="module", params=["embedded", "rules"])
def checker(request: pytest.FixtureRequest, embedder: Embedder) -> Checker:
    return load_checker(Settings(checker=request.param), embedder)


def run(checker: Checker, answer: str, *sources: Context) -> Report:
    return check(answer, sources or [SOURCE], checker)


def test_the_source_s_own_words_are_supported(checker: Checker) -> None:
    for text in (
        "About 3,000 people use it every day, and no accident has been reported since 1998.",
        "no accident has been reported since 1998",
        "Mayor Anna Lindh said that the bridge was “a lifeline for the town”.",
    ):
        report = run(checker, f"{text} [1]")
        assert report.passed and all(s.score >= 0.95 for s in report.sentences)
        for sentence in report.sentences:
            for e in sentence.evidence:
                assert SOURCE.text[e.start : e.end] == e.text


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("The council raised the fee for the bridge by 50 cents on Monday, September 27.", "25"),
        (
            "The council raised the fee for the bridge by 25 cents on Monday, September 28.",
            "September 27",
        ),
        ("The council cut the fee for the bridge by 25 cents on Monday, September 27.", "raised"),
        ("The repair will begin before the spring.", "denies"),
    ],
)
def test_near_copies_that_differ_are_contradicted(
    checker: Checker, claim: str, reason: str
) -> None:
    (sentence,) = run(checker, f"{claim} [1]").sentences
    assert sentence.verdict is Verdict.CONTRADICTED
    assert any(reason in r for r in sentence.reasons)
    assert sentence.score < 0.5


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("The tunnel under the harbour was flooded by the storm.", ""),
        ("Premier Olof Palme opened the bridge with a speech.", "Olof Palme"),
        ("The mayor called the bridge “a waste of public money”.", "word for word"),
    ],
)
def test_what_the_source_does_not_say_is_unsupported(
    checker: Checker, claim: str, reason: str
) -> None:
    (sentence,) = run(checker, f"{claim} [1]").sentences
    assert sentence.verdict.is_problem
    assert any(reason in r for r in sentence.reasons)


def test_markers(checker: Checker) -> None:
    good = "About 3,000 people use it every day, and no accident has been reported since 1998."
    cited, uncited, lost = run(checker, f"{good} [1] {good} {good} [7]").sentences
    assert cited.verdict is Verdict.SUPPORTED
    assert uncited.verdict is Verdict.UNCITED and uncited.score > 0.9
    assert lost.verdict is Verdict.UNCITED and "[7] points to no source" in lost.reasons
    (free,) = run(checker, good).sentences
    assert free.verdict is Verdict.SUPPORTED


def test_a_claim_is_held_against_what_it_cites_alone(checker: Checker) -> None:
    other = Context("The harbour was closed for ships on Tuesday because of fog.")
    first, second = run(
        checker,
        "The repair will not begin before the spring. [2] The repair will not begin before the "
        "spring. [1]",
        SOURCE,
        other,
    ).sentences
    assert first.verdict.is_problem and second.verdict is Verdict.SUPPORTED
    assert second.evidence[0].context == 0 and all(e.context == 1 for e in first.evidence)


def test_nothing_to_check_is_no_number(checker: Checker) -> None:
    report = run(checker, "Here is what the articles say:")
    assert report.faithfulness is None and report.claims == 0
    assert run(checker, "").faithfulness is None
    (sentence,) = check("The war ended in 1994.", [], checker).sentences
    assert sentence.verdict is Verdict.UNSUPPORTED and sentence.score == 0


def test_the_same_input_gives_the_same_verdict(checker: Checker) -> None:
    answer = "The fee for the bridge went up on Monday. [1] The mayor praised it. [1]"
    alone = [
        run(checker, part + " [1]").sentences[0].score
        for part in ("The fee for the bridge went up on Monday.", "The mayor praised it.")
    ]
    assert [s.score for s in run(checker, answer).sentences] == alone


def test_hostile_input_ends(checker: Checker) -> None:
    begun = time.monotonic()
    for text in ("a" * 200_000, "1," * 50_000, "“" * 20_000, "A b " * 40_000, "\x00\ud7ff" * 100):
        run(checker, text[:5000] + " [1]", Context(text))
    assert time.monotonic() - begun < 60


def test_a_claim_that_is_said_to_differ_is_never_supported(checker: Checker) -> None:
    (sentence,) = run(checker, "The fee for the bridge was raised by 26 cents.").sentences
    assert sentence.verdict.is_problem and any("25" in reason for reason in sentence.reasons)


def test_without_the_model_the_rules_judge_and_a_line_says_so(
    embedder: Embedder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(pair, "WEIGHTS", tmp_path)
    checker = load_checker(Settings(), embedder)
    assert checker.name == "rules"
    assert "missing" in capsys.readouterr().err
    report = run(checker, "The repair will not begin before the spring. [1]")
    assert report.passed and report.checker == "rules"
