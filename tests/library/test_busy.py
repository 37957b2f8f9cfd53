"""One writer, many readers: real processes on one library."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from rag.errors import LibraryBusy
from rag.library.library import Library
from rag.library.lock import writer_lock
from rag.library.sync import ingest
from rag.retrieval.search import Search
from rag.types import Article, Query
from tests.conftest import Soak
from tests.fakes.hashed import HashedEmbedder
from tests.library.killing import carry_out
from tests.library.promises import assert_promises, assert_settled, made_article, settings_of

READERS, WRITERS = 4, 2


@contextmanager
def processes(target: Any, *each: tuple[Any, ...]) -> Iterator[list[BaseProcess]]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["chromadb", "tests.library.killing"])
    started: list[BaseProcess] = [context.Process(target=target, args=one) for one in each]
    for process in started:
        process.start()
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.join()


def read_on(folder: Path, pipe: Connection) -> None:
    """Search on and on; answer each word from the pipe with the ids that it finds."""
    embedder = HashedEmbedder()
    try:
        with closing(Library(settings_of(folder), embedder.fingerprint)) as library:
            search = Search(library, embedder)
            searches = 0
            while True:
                # A breath between two searches, or the writers have no processor to run on.
                asked = pipe.recv() if pipe.poll(0.01) else None
                text = asked or "edition reports"
                hits = search.find(Query(text, text), 10).hits
                searches += 1
                for hit in hits:
                    assert f"of {hit.article.title.lower()} in" in hit.passage.text
                if asked:
                    pipe.send((searches, [hit.article.id for hit in hits]))
    except EOFError:
        pass
    except BaseException as error:
        pipe.send((0, [repr(error)]))


def write_some(folder: Path, articles: list[Article]) -> None:
    """Wait for the other writer as long as it takes."""
    while True:
        try:
            ingest(settings_of(folder), HashedEmbedder(), articles)
            return
        except LibraryBusy:
            pass


def test_readers_follow_two_writers_and_never_fail(tmp_path: Path, soak: Soak) -> None:
    folder, rounds, searches = tmp_path / "library", soak.rounds(4, 50), 0
    carry_out(folder, dict.fromkeys(range(20), (0, 6)))
    expected = {f"a{n}": made_article(n, 0) for n in range(20)}
    pipes = [multiprocessing.Pipe() for _ in range(READERS)]
    with processes(read_on, *((folder, there) for _, there in pipes)) as readers:
        for round_ in range(1, rounds + 1):
            # Each writer adds two articles and changes two, none of them the other's.
            parts = [
                [
                    made_article(n, round_)
                    for n in (w, w + 2, 100 * round_ + w, 100 * round_ + w + 2)
                ]
                for w in range(WRITERS)
            ]
            with processes(write_some, *((folder, part) for part in parts)) as writers:
                for writer in writers:
                    writer.join()
                    assert writer.exitcode == 0
            expected |= {article.id: article for part in parts for article in part}
            for here, _ in pipes:
                here.send(f"Story {100 * round_} edition {round_}")
            for here, _ in pipes:
                count, ids = here.recv()
                assert f"a{100 * round_}" in ids, ids
            searches = count
        assert all(reader.is_alive() for reader in readers)
    assert_settled(folder, HashedEmbedder())
    assert_promises(folder, HashedEmbedder(), expected)
    soak.tell(
        "readers see each commit of two writers, without a restart and without an error",
        f"{rounds} rounds with {WRITERS} writers and {READERS} readers, "
        f"{searches} searches by the last reader",
    )


def hold(folder: Path, pipe: Connection) -> None:
    with writer_lock(folder):
        pipe.send(os.getpid())
        time.sleep(600)


def test_a_second_writer_names_the_first_and_takes_over_from_the_dead(
    tmp_path: Path, soak: Soak
) -> None:
    folder = tmp_path / "library"
    carry_out(folder, {1: (0, 3)})
    here, there = multiprocessing.Pipe()
    with processes(hold, (folder, there)) as (holder,):
        pid = here.recv()
        begun = time.monotonic()
        with pytest.raises(LibraryBusy, match=f"Process {pid} is writing") as refused:
            carry_out(folder, {2: (0, 3)})
        waited = time.monotonic() - begun
        assert refused.value.exit_code == 3
        os.kill(pid, signal.SIGKILL)
        holder.join()
        carry_out(folder, {2: (0, 3)})
    assert_promises(folder, HashedEmbedder(), {f"a{n}": made_article(n, 0, 3) for n in (1, 2)})
    soak.tell("a second writer is told the pid of the first", f"after {waited:.1f} s")
