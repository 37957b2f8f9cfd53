"""Hypothesis drives a library against a model in memory: add, update, remove, restart, kill."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from rag.library.library import FILE, Library
from rag.library.store import Store
from tests.conftest import Soak
from tests.fakes.hashed import HashedEmbedder
from tests.library.killing import POINTS, Step, apply, articles_of, carry_out, run_and_kill
from tests.library.promises import assert_reads, assert_settled, made_article, settings_of

NUMBERS = st.integers(0, 7)
TOLD = st.tuples(st.integers(0, 99), st.integers(1, 9))


class LibraryMachine(RuleBasedStateMachine):
    """The model is a dict; one reader stays open until a restart."""

    kills = 0
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        self.folder = self.home / "library"
        self.embedder = HashedEmbedder()
        self.state: Step = {}
        carry_out(self.folder, {})
        self.reader = self.open()

    def open(self) -> Library:
        return Library(settings_of(self.folder), self.embedder.fingerprint)

    def teardown(self) -> None:
        self.reader.close()
        carry_out(self.folder, {})
        assert_settled(self.folder, self.embedder)
        shutil.rmtree(self.home)

    @rule(step=st.dictionaries(NUMBERS, TOLD, min_size=1, max_size=4))
    def add_or_update(self, step: Step) -> None:
        carry_out(self.folder, step)
        self.state = apply(self.state, step)

    @rule(number=NUMBERS)
    def remove(self, number: int) -> None:
        carry_out(self.folder, {number: None})
        self.state = apply(self.state, {number: None})

    @rule()
    def restart(self) -> None:
        self.reader.close()
        self.reader = self.open()

    @rule(
        step=st.dictionaries(NUMBERS, st.none() | TOLD, min_size=1, max_size=6),
        point=st.sampled_from(POINTS),
        seed=st.integers(0, 2**16),
    )
    def kill(self, step: Step, point: str, seed: int) -> None:
        outcome = run_and_kill(self.folder, [step], point, seed)
        LibraryMachine.kills += not outcome.survived
        with closing(Store(self.folder / FILE)) as store:
            held = {article.id: article.text for article in store.articles()}
        before = {article.id: article.text for article in articles_of(self.state)}
        acknowledged = {**before, **outcome.acknowledged}
        pending = {**acknowledged, **outcome.pending}
        assert held in [{k: v for k, v in one.items() if v} for one in (acknowledged, pending)]
        told = {**self.state, **{n: one for n, one in step.items() if one}}
        self.state = {
            n: one
            for state in (self.state, told)
            for n, one in state.items()
            if held.get(f"a{n}") == made_article(n, *one).text
        }

    @invariant()
    def the_reader_sees_the_model(self) -> None:
        LibraryMachine.steps += 1
        expected = {article.id: article for article in articles_of(self.state)}
        assert_reads(self.reader, self.embedder, expected)


def test_the_library_is_its_model(soak: Soak) -> None:
    examples, steps = soak.rounds(5, 200), soak.rounds(10, 30)
    run_state_machine_as_test(
        LibraryMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    soak.tell(
        "the library is what its model is after every step",
        f"{examples} examples of up to {steps} steps, {LibraryMachine.steps} steps in all, "
        f"{LibraryMachine.kills} killed",
    )
