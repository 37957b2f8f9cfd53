"""SIGKILL at any moment: what was acknowledged is there, nothing is half there, and finishing the
work gives the library that a clean run makes."""

from __future__ import annotations

import random
import time
from contextlib import closing
from pathlib import Path

from rag.library.library import FILE
from rag.library.store import Store
from tests.conftest import Soak
from tests.fakes.hashed import HashedEmbedder
from tests.library.killing import POINTS, Step, apply, articles_of, carry_out, run_and_kill
from tests.library.promises import (
    assert_promises,
    assert_settled,
    clean_digest,
    digest_of,
)


def held_texts(folder: Path) -> dict[str, str]:
    with closing(Store(folder / FILE)) as store:
        return {article.id: article.text for article in store.articles()}


def random_step(chance: random.Random, state: Step) -> Step:
    """Adds, updates (some of which shrink) and removals."""
    step: Step = {}
    for number in chance.sample(range(30), 12):
        if number in state and chance.random() < 0.3:
            step[number] = None
        else:
            step[number] = (chance.randrange(1000), chance.randrange(1, 12))
    return step


def test_killed_writers_lose_and_mix_nothing(tmp_path: Path, soak: Soak) -> None:
    folder, embedder = tmp_path / "library", HashedEmbedder()
    state: Step = dict.fromkeys(range(12), (0, 6))
    carry_out(folder, state)
    rounds, killed, slowest = soak.rounds(20, 200), 0, 0.0
    for seed in range(rounds):
        point = POINTS[seed % len(POINTS)]
        step = random_step(random.Random(seed), state)
        before = held_texts(folder)
        outcome = run_and_kill(folder, [step], point, seed)
        killed += not outcome.survived

        begun = time.monotonic()
        held = held_texts(folder)
        acknowledged = {**before, **outcome.acknowledged}
        pending = {**acknowledged, **outcome.pending}
        allowed = [{k: v for k, v in one.items() if v} for one in (acknowledged, pending)]
        assert held in allowed, (seed, point)
        said = {a.text: a for a in (*articles_of(state), *articles_of(step))}
        assert_promises(folder, embedder, {key: said[text] for key, text in held.items()})
        slowest = max(slowest, time.monotonic() - begun)

        carry_out(folder, step)
        state = apply(state, step)
        assert held_texts(folder) == {a.id: a.text for a in articles_of(state)}
        assert_settled(folder, embedder)
        assert_promises(folder, embedder, {a.id: a for a in articles_of(state)})
    assert digest_of(folder) == clean_digest(tmp_path / "clean", embedder, articles_of(state))
    assert killed > rounds / 2
    assert slowest < 10
    soak.tell(
        "a killed writer loses no acknowledged article and leaves none half",
        f"{rounds} rounds, {killed} killed, reopened and checked in {slowest:.1f} s at most",
    )
