"""Several articles that say the same count for what they say."""

from __future__ import annotations

from rag.answer.agreement import Said, agreement


def _said(article: str, *stems: str, score: float = 4.0) -> Said:
    return Said(article, frozenset(stems), score)


def test_what_another_article_says_too_counts_more() -> None:
    first, second, alone = agreement(
        [_said("a", "matar"), _said("b", "hadi", "matar"), _said("c", "rees")]
    )
    assert first > 0.5 and second > 0.5
    assert alone == 0.0


def test_an_article_has_one_voice_and_none_for_itself() -> None:
    twice = [_said("b", "matar"), _said("b", "matar")]
    assert (
        agreement([_said("a", "matar"), *twice])[0] == agreement([_said("a", "matar"), twice[0]])[0]
    )
    assert agreement(twice) == [0.0, 0.0]


def test_a_doubtful_reading_has_little_voice_and_a_long_one_agrees_with_nothing_short() -> None:
    sure = agreement([_said("a", "matar"), _said("b", "matar", score=4.0)])[0]
    doubtful = agreement([_said("a", "matar"), _said("b", "matar", score=-4.0)])[0]
    assert 0 < doubtful < sure / 2
    assert agreement([_said("a", "matar"), _said("b", *"matar of new jersey at".split())])[0] == 0.0


def test_nothing_is_marked_nothing_agrees() -> None:
    assert agreement([]) == []
    assert agreement([_said("a"), _said("b")]) == [0.0, 0.0]
