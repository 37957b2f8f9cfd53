from __future__ import annotations

import math

import pytest

from rag.explanation import Finding
from rag.grounding.combine import Combination, combination, features, features_of, sigmoid
from rag.grounding.evidence import Line, Reading
from rag.types import Span


def reading(claim: str, *texts: str, cosines: tuple[float, ...] = (0.8, 0.6)) -> Reading:
    """Words stand for themselves as stems; a claim's are its words without "the"."""

    def stems(text: str) -> frozenset[str]:
        return frozenset(text.lower().split()) - {"the"}

    lines = tuple(
        Line(0, Span(100 * n, 100 * n + len(text)), text, stems(text))
        for n, text in enumerate(texts)
    )
    return Reading(claim, stems(claim), lines, cosines[: len(lines)], 0.7)


def test_features_by_hand() -> None:
    one = reading("the ship left the port", "the ship left", "a port")
    findings = [Finding("number", True, "a"), Finding("name", False, "b")] + [
        Finding("date", False, "c")
    ] * 3
    got = dict(zip(features_of("rules"), features(one, findings), strict=True))
    assert got == {
        "cosine": 0.8,  # the best of the two
        "together": 0.7,
        "coverage": 1.0,  # ship, left, port: all three somewhere
        "nearest": pytest.approx(2 / 3),  # ship and left in the first line
        "pairs": pytest.approx(2 / 4),  # "the ship", "ship left" of four neighbours
        "number": 1.0,
        "date": 2.0,  # more than two of a kind count as two
        "name": 1.0,
        "quote": 0.0,
        "speaker": 0.0,
        "negation": 0.0,
        "opposite": 0.0,
        "length": pytest.approx(math.log(6) / 4),  # five words
    }


def test_logits_come_first_and_are_bounded() -> None:
    one = reading("the ship left", "the ship left")
    assert features(one, [], (2.0, -1.0))[:2] == [0.5, -0.25]
    assert features(one, [], (50.0, -50.0))[:2] == [2.0, -2.0]
    assert len(features(one, [], (0.0, 0.0))) == len(features_of("embedded"))
    assert len(features(one, [])) == len(features_of("rules"))


def test_sigmoid_by_hand_and_at_the_ends() -> None:
    assert sigmoid(0) == 0.5 and sigmoid(math.log(3)) == pytest.approx(0.75)
    assert 0 < sigmoid(-1e9) < 1e-12 and sigmoid(1e9) == pytest.approx(1)


def test_a_probability_by_hand_and_its_shares() -> None:
    names = features_of("rules")
    weights = tuple(2.0 if name == "nearest" else 0.0 for name in names)
    joined = Combination(names, -1.0, weights, 0.5, 0.8)
    weighed = joined.weigh(reading("the ship left", "the ship sank"), [])
    # One of two words in the nearest line: -1 + 2 * 0.5 = 0.
    assert weighed.score == 0.5 and not weighed.denied and weighed.supported is None
    assert [s.feature for s in weighed.shares if s.adds] == ["nearest"]
    assert weighed.bias + sum(s.adds for s in weighed.shares) == 0.0


def test_denied_is_the_models_own_certainty() -> None:
    names = features_of("embedded")
    joined = Combination(names, 0.0, (0.0,) * len(names), 0.5, 0.75)
    one = reading("the ship left", "the ship left")
    assert joined.weigh(one, [], (0.0, math.log(3) + 1e-6)).denied
    assert not joined.weigh(one, [], (0.0, math.log(3) - 1e-6)).denied


@pytest.mark.parametrize("kind", ["embedded", "rules"])
def test_what_ships_is_whole(kind: str) -> None:
    joined = combination(kind)
    assert joined.features == features_of(kind) and len(joined.weights) == len(joined.features)
    assert 0.35 <= joined.threshold <= 0.65 and 0 < joined.denied < 1
    weights = dict(zip(joined.features, joined.weights, strict=True))
    # Likeness speaks for a claim, what a rule found never does.
    assert all(weights[name] >= 0 for name in ("cosine", "together", "coverage", "pairs"))
    assert weights["together"] > 0 and weights["nearest"] > 0
    for name in ("number", "date", "name", "quote", "speaker", "negation", "opposite"):
        assert weights[name] <= 0
