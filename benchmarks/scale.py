"""How cost grows with a library: `python -m benchmarks.scale [PASSAGES ...]`.

Made articles with random vectors, so that the library is measured and not the embedding model. With
`--vectors` the vector store alone. Each size is built and asked in a process of its own, for its memory.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from benchmarks.made import RandomEmbedder, made_text
from rag.library.bounds import Bounds
from rag.library.library import Library
from rag.library.record import Described, day_number
from rag.library.sync import ingest
from rag.library.vectors import VectorStore
from rag.models.base import Vectors
from rag.models.load import load_embedder
from rag.retrieval.search import Search
from rag.retrieval.understand import understand
from rag.settings import Settings
from rag.types import Article

_SIZES = (1_000, 10_000, 100_000)
_SENTENCES = 60
_QUERIES = 100
_VECTORS = (10_000, 100_000, 1_000_000)
_BLOCK = 10_000
_OF_A_LIBRARY = (
    "passages", "ingest, ms a passage", "disk, KB a passage", "cold start, s", "query p50, ms", "p95",
    "peak MB",
)  # fmt: skip
_OF_THE_STORE = (
    "vectors", "adding, ms a vector", "disk, KB a vector", "cold start, s", "query p50, ms", "p95",
    "within a month p50, ms", "peak MB",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*")
    parser.add_argument("--vectors", action="store_true", help="the vector store alone")
    parser.add_argument("--alone", action="store_true", help="measure in this process")
    options = parser.parse_args()
    if options.alone:
        measured = _store if options.vectors else _library
        print(json.dumps([*measured(options.sizes[0]), _peak()]))
        return
    columns = _OF_THE_STORE if options.vectors else _OF_A_LIBRARY
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for size in options.sizes or (_VECTORS if options.vectors else _SIZES):
        command = [sys.executable, "-m", "benchmarks.scale", "--alone", str(size)]
        command += ["--vectors"] if options.vectors else []
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        print(f"| {' | '.join(str(v) for v in json.loads(done.stdout))} |", flush=True)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _rounded(*figures: float) -> list[float]:
    return [round(figure, 2) for figure in figures]


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _timed(ask: Callable[[], object]) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - begun)


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _articles(passages: int) -> Iterator[Article]:
    """An article of this length makes about fifteen passages."""
    draw = random.Random(1)
    for number in range(max(1, passages // 15)):
        text = made_text(draw, _SENTENCES)
        day = date(2020, 1, 1) + timedelta(days=draw.randrange(1500))
        yield Article(f"made-{number}", made_text(draw, 1), text, day)


def _library(passages: int) -> list[float]:
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(library=Path(home))
        embedder = RandomEmbedder(load_embedder(settings))
        begun = time.perf_counter()
        stored = ingest(settings, embedder, _articles(passages)).passages
        cost = 1000 * (time.perf_counter() - begun) / stored
        disk = _size(Path(home)) / 1000 / stored
        begun = time.perf_counter()
        library = Library(settings, embedder.fingerprint)
        search = Search(library, embedder)
        search.find(understand("a first question"), 8)
        cold = time.perf_counter() - begun
        draw = random.Random(2)
        queries = [understand(made_text(draw, 1)[:60]) for _ in range(_QUERIES)]
        times = [_timed(lambda query=query: search.find(query, 8)) for query in queries]
        library.close()
    return _rounded(stored, cost, disk, cold, statistics.median(times), _p95(times))


def _store(size: int) -> list[float]:
    draw = np.random.default_rng(0)

    def vectors(count: int) -> Vectors:
        rows = draw.normal(size=(count, 384)).astype(np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))

    # A day of a thousand vectors.
    days = [date(2020, 1, 1) + timedelta(days=number // 1000) for number in range(size)]
    of = [Described(day_number(day.isoformat()), "Made News") for day in days]
    with tempfile.TemporaryDirectory() as home:
        store = VectorStore(Path(home) / "index", None)
        spent = 0.0
        for start in range(0, size, _BLOCK):
            part = slice(start, min(start + _BLOCK, size))
            ids = [str(number) for number in range(part.start, part.stop)]
            block = vectors(len(ids))
            spent += _timed(lambda ids=ids, block=block, part=part: store.add(ids, block, of[part]))
            print(f"  {part.stop} of {size}", file=sys.stderr, flush=True)
        store.close()
        disk = _size(Path(home)) / 1000 / size
        begun = time.perf_counter()
        store = VectorStore(Path(home) / "index", None)
        store.nearest(vectors(1), 150)
        cold = time.perf_counter() - begun
        asked = [vectors(1) for _ in range(_QUERIES)]
        times = [_timed(lambda one=one: store.nearest(one, 150)) for one in asked]
        month = Bounds(20200101, 20200131)
        within = [_timed(lambda one=one: store.nearest(one, 150, month)) for one in asked[:20]]
        store.close()
    return _rounded(
        size,
        spent / size,
        disk,
        cold,
        statistics.median(times),
        _p95(times),
        statistics.median(within),
    )


if __name__ == "__main__":
    main()
