"""25 people stream answers at once from one server: `python -m benchmarks.load [--library DIR]`.

The server is a process of its own on loopback, over the shipped corpus unless --library names
another. Each person asks one question after the other without a pause, which is harder than people
are. Prints errors and the seconds to the first checked sentence and to the end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np

from evals.cases import SHIPPED
from rag.ingesting import ingest_sources
from rag.sample import corpus_folder
from rag.settings import Settings

# A run that hangs ends.
_LIMIT = 300.0
_SERVE = [sys.executable, "-c", "from rag.cli import main; main()", "serve", "--port", "0"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Seconds since the question was sent; `error` says what came instead of an answer."""

    first: float | None = None
    done: float | None = None
    error: str | None = None


@contextmanager
def server(library: Path) -> Iterator[str]:
    """The address of a server process."""
    environment = os.environ | {"RAG_LIBRARY": str(library)}
    process = subprocess.Popen(_SERVE, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().rsplit(" ", 1)[-1].strip()
    finally:
        process.terminate()
        process.wait(10)


def shipped_library(folder: Path) -> Path:
    """A library of the shipped corpus, made below `folder`."""
    library = folder / "library"
    ingest_sources(Settings(library=library), [str(corpus_folder())], quiet=True)
    return library


def shipped_questions() -> list[str]:
    """Questions that the shipped corpus answers."""
    lines = (SHIPPED / "answerable.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


async def ask(client: httpx.AsyncClient, question: str) -> Asked:
    begun = time.perf_counter()
    first = None
    try:
        body = {"question": question, "stream": True}
        async with client.stream("POST", "/api/ask", json=body) as response:
            if response.status_code != 200:
                return Asked(error=f"{response.status_code} {await response.aread()!r}")
            async for line in response.aiter_lines():
                now = time.perf_counter() - begun
                if line == "event: sentence" and first is None:
                    first = now
                if line == "event: error":
                    return Asked(error="cut off")
                if line == "event: done":
                    return Asked(first, now)
    except httpx.HTTPError as error:
        return Asked(error=repr(error))
    return Asked(error="no end")


async def crowd(url: str, people: int, each: int, questions: list[str]) -> list[Asked]:
    limits = httpx.Limits(max_connections=people)
    async with httpx.AsyncClient(base_url=url, timeout=_LIMIT, limits=limits) as client:
        await ask(client, questions[0])

        async def person(number: int) -> list[Asked]:
            own = [questions[(number * each + n) % len(questions)] for n in range(each)]
            return [await ask(client, question) for question in own]

        async with asyncio.timeout(_LIMIT):
            answers = await asyncio.gather(*(person(number) for number in range(people)))
    return [one for own in answers for one in own]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--people", type=int, default=25)
    parser.add_argument("--each", type=int, default=4, help="Questions of each person.")
    given = parser.parse_args()
    questions = shipped_questions()
    with tempfile.TemporaryDirectory() as folder:
        library = given.library or shipped_library(Path(folder))
        with server(library.absolute()) as url:
            begun = time.perf_counter()
            asked = asyncio.run(crowd(url, given.people, given.each, questions))
            seconds = time.perf_counter() - begun
    report(asked, given.people, seconds)


def report(asked: list[Asked], people: int, seconds: float) -> None:
    errors = [one.error for one in asked if one.error]
    print(f"{people} people, {len(asked)} questions in {seconds:.1f} s, {len(errors)} errors\n")
    print("| seconds to | n | p50 | p95 | worst |\n|---|---|---|---|---|")
    for name, times in (
        ("the first sentence", [one.first for one in asked if one.first is not None]),
        ("the end", [one.done for one in asked if one.done is not None]),
    ):
        p50, p95 = np.percentile(times, [50, 95]) if times else (np.nan, np.nan)
        print(
            f"| {name} | {len(times)} | {p50:.2f} | {p95:.2f} | {max(times, default=np.nan):.2f} |"
        )
    for error in sorted(set(errors)):
        print(f"\n{errors.count(error)} times: {error}")


if __name__ == "__main__":
    main()
