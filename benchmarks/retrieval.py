"""Does a search find the article that holds the answer: `python -m benchmarks.retrieval LIBRARY`.

LIBRARY holds news_qa/articles.jsonl.gz; without one it is made first, which takes a while.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from benchmarks.data import FOLDER, rows
from rag.ingesting import ingest_sources
from rag.library.library import FILE
from rag.pipeline import Pipeline
from rag.settings import Settings

_K = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path, nargs="?", default=Path("library-news"))
    options = parser.parse_args()
    questions = list(rows("news_qa/questions.jsonl"))
    settings = Settings(library=options.library)
    if not (options.library / FILE).exists():
        ingest_sources(settings, [str(FOLDER / "news_qa" / "articles.jsonl.gz")])
    pipeline = Pipeline(settings)
    pipeline.search("warm up")
    print(f"{'':<16}{'n':>5}{'Hits@1':>8}{'@4':>7}{'@10':>7}{'MRR':>7}{'p50 ms':>8}{'p95':>7}")
    for name, dated in (("no date", False), ("as_of = asked", True)):
        ranks, times = [], []
        for row in questions:
            begun = time.perf_counter()
            found = pipeline.search(row["question"], k=30, as_of=row["asked"] if dated else None)
            times.append((time.perf_counter() - begun) * 1000)
            ranked = list(dict.fromkeys(hit.article.id for hit in found.hits))[:_K]
            also = {h.article.id: {r.id for r in h.reprints} for h in found.hits}
            gold = set(row["gold"]) | set(row["likely"])
            at = [n for n, key in enumerate(ranked, 1) if key in gold or also[key] & gold]
            ranks.append(at[0] if at else None)
        n = len(ranks)
        hits = [sum(r is not None and r <= k for r in ranks) / n for k in (1, 4, 10)]
        mrr = sum(1 / r for r in ranks if r) / n
        p95 = statistics.quantiles(times, n=20)[-1]
        print(
            f"{name:<16}{n:>5}{hits[0]:>8.3f}{hits[1]:>7.3f}{hits[2]:>7.3f}{mrr:>7.3f}"
            f"{statistics.median(times):>8.1f}{p95:>7.1f}"
        )
    pipeline.close()


if __name__ == "__main__":
    main()
