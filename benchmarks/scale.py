"""How cost grows with a library: `python -m benchmarks.scale [PASSAGES ...]`.

Made articles with random vectors, so that the library is measured and not the embedding model. Each
size is built and asked in a process of its own, for its memory.
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
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from benchmarks.made import RandomEmbedder, made_text
from rag.library.library import Library
from rag.library.sync import ingest
from rag.models.load import load_embedder
from rag.retrieval.search import Search
from rag.retrieval.understand import understand
from rag.settings import Settings
from rag.types import Article

_SIZES = (1_000, 10_000, 100_000)
_SENTENCES = 60
_QUERIES = 100
_COLUMNS = (
    "passages", "ingest, ms a passage", "disk, KB a passage", "cold start, s", "query p50, ms", "p95",
    "peak MB",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=_SIZES)
    parser.add_argument("--alone", action="store_true", help="measure in this process")
    options = parser.parse_args()
    if options.alone:
        print(json.dumps(_measured(options.sizes[0])))
        return
    print(f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}")
    for size in options.sizes:
        command = [sys.executable, "-m", "benchmarks.scale", "--alone", str(size)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        print(f"| {' | '.join(str(v) for v in json.loads(done.stdout))} |", flush=True)


def _articles(passages: int) -> Iterator[Article]:
    """An article of this length makes about fifteen passages."""
    draw = random.Random(1)
    for number in range(max(1, passages // 15)):
        text = made_text(draw, _SENTENCES)
        day = date(2020, 1, 1) + timedelta(days=draw.randrange(1500))
        yield Article(f"made-{number}", made_text(draw, 1), text, day)


def _measured(passages: int) -> list[float]:
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(library=Path(home))
        embedder = RandomEmbedder(load_embedder(settings))
        begun = time.perf_counter()
        stored = ingest(settings, embedder, _articles(passages)).passages
        cost = 1000 * (time.perf_counter() - begun) / stored
        disk = sum(f.stat().st_size for f in Path(home).rglob("*") if f.is_file()) / 1000 / stored
        begun = time.perf_counter()
        library = Library(settings, embedder.fingerprint)
        search = Search(library, embedder)
        search.find(understand("a first question"), 8)
        cold = time.perf_counter() - begun
        draw = random.Random(2)
        times = []
        for _ in range(_QUERIES):
            query = understand(made_text(draw, 1)[:60])
            begun = time.perf_counter()
            search.find(query, 8)
            times.append(1000 * (time.perf_counter() - begun))
        library.close()
    p95 = statistics.quantiles(times, n=20)[-1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figures = (stored, cost, disk, cold, statistics.median(times), p95)
    return [*(round(figure, 2) for figure in figures), peak]


if __name__ == "__main__":
    main()
