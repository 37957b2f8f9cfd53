"""A dump of 5,488 news articles in one go, and the same dump again: `python -m benchmarks.ingest`.

Reads news_qa/articles.jsonl.gz of the measuring data with the embedded model. Prints a row for
docs/reliability.md; what was stored stays in --library for other benchmarks.
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

from benchmarks.data import FOLDER, rows
from rag.ingesting import ingest_sources
from rag.library.library import Library
from rag.models.load import load_embedder
from rag.settings import Settings


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, default=Path("library-news"))
    settings = Settings(library=parser.parse_args().library)
    articles = sum(1 for _ in rows("news_qa/articles.jsonl.gz"))
    dump = str(FOLDER / "news_qa" / "articles.jsonl.gz")
    print(
        "| run | articles | passages | seconds | articles/s | passages/s | peak MB | library MB |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for run in ("first", "the same again"):
        begun = time.perf_counter()
        summary = ingest_sources(settings, [dump], quiet=True)
        seconds = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        size = sum(f.stat().st_size for f in settings.library_path.rglob("*") if f.is_file())
        print(
            f"| {run} | {articles} read, {summary.added + summary.updated} stored "
            f"| {summary.passages} | {seconds:.1f} | {articles / seconds:.1f} "
            f"| {summary.passages / seconds:.1f} | {peak:.0f} | {size / 1e6:.0f} |",
            flush=True,
        )
    begun = time.perf_counter()
    library = Library(settings, load_embedder(settings).fingerprint)
    library.snapshot()
    print(f"\nOpened for reading in {time.perf_counter() - begun:.1f} s.")
    library.close()


if __name__ == "__main__":
    main()
