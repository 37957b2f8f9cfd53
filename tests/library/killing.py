"""A writer in a process of its own that is killed at a named point, or from outside."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.library import embedding, settle
from rag.library.database import Database
from rag.library.store import Store
from rag.library.sync import ingest
from rag.library.vectors import VectorStore
from rag.library.writer import writing
from rag.types import Article
from tests.fakes.hashed import HashedEmbedder
from tests.library.promises import made_article, settings_of

# Number of an article to what it shall say: (edition, sentences); None removes it.
Step = dict[int, tuple[int, int] | None]
POINTS = (
    "after vectors",
    "before commit",
    "during delete",
    "during index",
    "during removal of old vectors",
    "before the mark",
    "at random",
)


def articles_of(step: Step) -> list[Article]:
    return [made_article(n, *told) for n, told in step.items() if told is not None]


def apply(state: Step, step: Step) -> Step:
    return {n: told for n, told in {**state, **step}.items() if told is not None}


def carry_out(folder: Path, step: Step) -> None:
    removed = [f"a{n}" for n, told in step.items() if told is None]
    if len(removed) < len(step) or not step:
        ingest(settings_of(folder), HashedEmbedder(), articles_of(step))
    if removed:
        with writing(folder, None) as writer:
            for start in range(0, len(removed), 3):
                writer.commit([], removed[start : start + 3])


@dataclass
class Killed:
    """`acknowledged` are commits that returned; `pending` is one that was begun and may be in."""

    acknowledged: Step = field(default_factory=dict)
    pending: Step = field(default_factory=dict)
    survived: bool = False


def run_and_kill(folder: Path, steps: Sequence[Step], point: str, seed: int) -> Killed:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["chromadb", "tests.library.killing"])
    journal = folder.with_name("journal.jsonl")
    journal.unlink(missing_ok=True)
    process = context.Process(target=_child, args=(folder, steps, point, seed, journal))
    process.start()
    if point == "at random":
        while process.is_alive() and not journal.exists():
            time.sleep(0.002)
        # Most writers live for less than this.
        process.join(random.Random(seed).uniform(0, 0.5))
        process.kill()
    process.join()
    return _read(journal, process.exitcode == 0)


def _child(folder: Path, steps: Sequence[Step], point: str, seed: int, journal: Path) -> None:
    # Small batches: many commits to be killed between.
    embedding._BATCH = 6
    with journal.open("a") as file:
        _keep_journal(file)
        _arm(point, random.Random(seed))
        for step in steps:
            carry_out(folder, step)


def _keep_journal(file: Any) -> None:
    def wrapped(commit: Callable[..., Any]) -> Callable[..., Any]:
        def journalled(self: Store, entries: Sequence[Any], removed: Sequence[str] = ()) -> Any:
            told = [[e.article.id, e.article.text] for e in entries]
            file.write(json.dumps(["begin", told + [[key, None] for key in removed]]) + "\n")
            file.flush()
            done = commit(self, entries, removed)
            file.write('["end"]\n')
            file.flush()
            return done

        return journalled

    Store.commit = wrapped(Store.commit)  # type: ignore[method-assign]


def _arm(point: str, chance: random.Random) -> None:
    """Have this process die at the point, at one of the first times that it comes there."""
    left = [chance.randrange(1, 5)]

    def die(*_: object, **__: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(owner: Any, name: str) -> None:
        call = getattr(owner, name)
        setattr(owner, name, lambda *args, **named: (die(), call(*args, **named))[1])

    if point == "after vectors":
        before(Store, "commit")
    elif point in ("before commit", "during delete"):
        statement = "COMMIT" if point == "before commit" else "DELETE FROM articles"
        opened = Database.__init__

        def traced(self: Database, *args: Any, **named: Any) -> None:
            opened(self, *args, **named)
            self._db.set_trace_callback(lambda sql: die() if sql.startswith(statement) else None)

        Database.__init__ = traced  # type: ignore[method-assign]
    elif point == "during index":
        left[0] = 1
        half_way(VectorStore, "add", die)
    elif point == "during removal of old vectors":
        left[0] = 1
        half_way(VectorStore, "delete", die)
    elif point == "before the mark":
        left[0] = 1
        before(settle, "mark_settled")


def half_way(owner: Any, name: str, die: Callable[[], None]) -> None:
    """Carry out a call for the first half of what it is given, then die."""
    call = getattr(owner, name)

    def halved(self: Any, ids: Sequence[str], *rest: Sequence[Any]) -> None:
        half = len(ids) // 2
        if half:
            call(self, ids[:half], *(one[:half] for one in rest))
            die()
        call(self, ids[half:], *(one[half:] for one in rest))

    setattr(owner, name, halved)


def _read(journal: Path, survived: bool) -> Killed:
    killed = Killed(survived=survived)
    lines = journal.read_text().splitlines() if journal.exists() else []
    for line in lines:
        try:
            word, *rest = json.loads(line)
        except json.JSONDecodeError:
            break  # It died while it wrote this line, before the commit.
        if word == "end":
            killed.acknowledged.update(killed.pending)
            killed.pending = {}
        else:
            killed.pending = dict(rest[0])
    return killed
