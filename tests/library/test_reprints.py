"""Reprints are told from articles that share a line of boilerplate."""

from __future__ import annotations

import random

import numpy as np
import pytest

from rag.library.record import Mark
from rag.library.reprints import Stories, signature

BOILERPLATE = "sign up for our free newsletter to get the news of the day in your inbox."


def words_of(seed: int, count: int = 400) -> list[str]:
    draw = random.Random(seed)
    return ["".join(draw.choices("abcdefghijklmnop", k=6)) for _ in range(count)]


def share(left: str, right: str) -> float:
    one, other = (np.frombuffer(signature(text), dtype="<u4") for text in (left, right))
    return float((one == other).mean())


@pytest.mark.parametrize("alike", [0.0, 0.1, 0.3, 0.5, 0.8, 1.0])
def test_the_estimate_is_near_the_share_of_common_shingles(alike: float) -> None:
    errors = []
    for seed in range(20):
        common = int(400 * alike)
        left = words_of(3 * seed, common) + words_of(3 * seed + 1, 400 - common)
        right = words_of(3 * seed, common) + words_of(3 * seed + 2, 400 - common)
        sets = [{tuple(w[i : i + 4]) for i in range(len(w) - 3)} for w in (left, right)]
        true = len(sets[0] & sets[1]) / len(sets[0] | sets[1])
        errors.append(abs(share(" ".join(left), " ".join(right)) - true))
    # The standard error of 64 hashes is at most 0.0625.
    assert max(errors) < 0.25 and np.mean(errors) < 0.07


def test_articles_that_share_a_line_of_the_site_are_no_reprints() -> None:
    stories = Stories([])
    found = [
        stories.story_of(f"a{n}", signature(" ".join([*words_of(n, 250), BOILERPLATE])))
        for n in range(300)
    ]
    assert len(set(found)) == 300


def test_a_shortened_reprint_belongs_to_the_story_of_the_first() -> None:
    text = words_of(7)
    stories = Stories([Mark("first", signature(" ".join(text)))])
    assert stories.story_of("second", signature(" ".join(text[:370]))) == "first"
    assert stories.story_of("third", signature(" ".join(text[:250] + words_of(8)[:100]))) == "third"
