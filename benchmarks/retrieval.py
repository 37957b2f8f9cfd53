"""Does a search find the article that holds the answer: `python -m benchmarks.retrieval LIBRARY`.

LIBRARY holds news_qa/articles.jsonl.gz; without one it is made first, which takes a while.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.data import FOLDER, rows
from rag.ingesting import ingest_sources
from rag.library.library import FILE
from rag.models.load import load_embedder
from rag.pipeline import Pipeline
from rag.retrieval.fuse import Weights
from rag.retrieval.search import Search
from rag.retrieval.understand import understand
from rag.settings import Settings

_K = 10
Ranking = Callable[[str, date | None], Sequence[Collection[str]]]
"""A question and the day it is asked on (none: no filter) to articles, best first, each with
the ids of its reprints."""

# What ships, and what it is made of, each alone.
_NOTHING = Weights(**{field.name: 0.0 for field in fields(Weights)})
_WAYS = {
    "fused": Weights(),
    "BM25 over articles": replace(_NOTHING, article=1),
    "BM25 over passages": replace(_NOTHING, passage=1),
    "dense": replace(_NOTHING, dense=1),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path, nargs="?", default=Path("library-news"))
    options = parser.parse_args()
    questions = list(rows("news_qa/questions.jsonl"))
    settings = Settings(library=options.library)
    if not (options.library / FILE).exists():
        ingest_sources(settings, [str(FOLDER / "news_qa" / "articles.jsonl.gz")])
    pipeline = Pipeline(settings)
    embedder, library = load_embedder(settings), pipeline.library()
    pipeline.search("warm up")
    print_head()
    for name, weights in _WAYS.items():
        search = Search(library, embedder, None, weights)
        for dated in (False, True):
            print_row(name, _ranking(search), questions, dated)
    size = sum(f.stat().st_size for f in options.library.rglob("*") if f.is_file())
    print(f"\n{len(library.snapshot().article_ids)} articles, {size / 1e6:.0f} MB")
    pipeline.close()


def _ranking(search: Search) -> Ranking:
    def rank(question: str, as_of: date | None) -> list[set[str]]:
        told: dict[str, set[str]] = {}
        for hit in search.find(understand(question, as_of=as_of), 30).hits:
            told.setdefault(hit.article.id, {hit.article.id, *(r.id for r in hit.reprints)})
        return list(told.values())

    return rank


def print_head() -> None:
    print(f"{'':<30}{'n':>5}{'Hits@1':>8}{'@4':>7}{'@10':>7}{'MRR':>7}{'p50 ms':>8}{'p95':>7}")


def print_row(
    name: str, ranking: Ranking, questions: Sequence[dict[str, Any]], dated: bool
) -> None:
    ranks, times = [], []
    for row in questions:
        asked = date.fromisoformat(row["asked"]) if dated else None
        begun = time.perf_counter()
        found = ranking(row["question"], asked)
        times.append((time.perf_counter() - begun) * 1000)
        gold = {*row["gold"], *row["likely"]}
        at = [n for n, told in enumerate(found[:_K], 1) if gold & set(told)]
        ranks.append(at[0] if at else None)
    n = len(ranks)
    hits = [sum(r is not None and r <= k for r in ranks) / n for k in (1, 4, 10)]
    mrr = sum(1 / r for r in ranks if r) / n
    p95 = statistics.quantiles(times, n=20)[-1]
    label = f"{name}, {'as_of' if dated else 'no date'}"
    print(
        f"{label:<30}{n:>5}{hits[0]:>8.3f}{hits[1]:>7.3f}{hits[2]:>7.3f}{mrr:>7.3f}"
        f"{statistics.median(times):>8.1f}{p95:>7.1f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
