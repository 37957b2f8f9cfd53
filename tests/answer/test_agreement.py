"""Several articles that say the same count for what they say."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.agreement import Said, agreement


def _said(article: str, *stems: str, score: float = 4.0, context: float = 1.0) -> Said:
    return Said(article, frozenset(stems), score, context)


def agreed(said: Sequence[Said]) -> list[float]:
    return [one.agreed for one in agreement(said)]


def test_who_answers_otherwise_opposes() -> None:
    one, same, other = (_said("a", "matar"), _said("b", "hadi", "matar"), _said("c", "rees"))
    borne, fought = agreement([one, same])[0], agreement([one, other])[0]
    assert borne.opposed == 0.0 < fought.opposed and fought.agreed == 0.0 < borne.agreed
    assert agreement([one, other, _said("d", "reese")])[0].opposed > fought.opposed
    # An article that says both as firmly is not against either.
    both = agreement([one, _said("b", "matar"), _said("b", "rees")])[0]
    assert both.agreed == borne.agreed and both.opposed == 0.0


def test_who_speaks_of_something_else_hardly_opposes() -> None:
    one = _said("a", "matar")
    near, far = (
        agreement([one, _said("b", "rees", context=share)])[0].opposed for share in (1.0, 0.3)
    )
    assert far < near / 5


def test_what_another_article_says_too_counts_more() -> None:
    first, second, alone = agreed(
        [_said("a", "matar"), _said("b", "hadi", "matar"), _said("c", "rees")]
    )
    assert first > 0.5 and second > 0.5
    assert alone == 0.0


def test_an_article_has_one_voice_and_none_for_itself() -> None:
    twice = [_said("b", "matar"), _said("b", "matar")]
    assert agreed([_said("a", "matar"), *twice])[0] == agreed([_said("a", "matar"), twice[0]])[0]
    assert agreed(twice) == [0.0, 0.0]


def test_a_doubtful_reading_has_little_voice_and_a_long_one_agrees_with_nothing_short() -> None:
    sure = agreed([_said("a", "matar"), _said("b", "matar", score=4.0)])[0]
    doubtful = agreed([_said("a", "matar"), _said("b", "matar", score=-4.0)])[0]
    assert 0 < doubtful < sure / 2
    assert agreed([_said("a", "matar"), _said("b", *"matar of new jersey at".split())])[0] == 0.0


def test_nothing_is_marked_nothing_agrees() -> None:
    assert agreed([]) == []
    assert agreed([_said("a"), _said("b")]) == [0.0, 0.0]
