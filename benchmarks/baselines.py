"""What others would build, on the same questions: `python -m benchmarks.baselines`.

bm25s over whole articles, and LangChain's splitter with Chroma as their tutorials put them together
(1,000 characters, 200 of overlap, cosine), with our embedder so that only the building differs.
Needs `pip install 'groundwire[bench]'`. Embedding the articles takes a quarter of an hour.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.data import FOLDER, rows
from benchmarks.retrieval import Ranking, print_head, print_row
from rag.library.terms import terms
from rag.models.base import Embedder
from rag.models.load import load_embedder
from rag.reading.reader import read_sources
from rag.settings import Settings
from rag.types import Article

_NEWS = FOLDER / "news_qa" / "articles.jsonl.gz"
# Chunks that are looked at for ten articles.
_CHUNKS = 60


def by_bm25s(articles: Sequence[Article]) -> Ranking:
    import bm25s

    index = bm25s.BM25()
    index.index([terms(f"{a.title}\n{a.title}\n{a.text}") for a in articles], show_progress=False)
    days = np.array([_ordinal(a.published) for a in articles])

    def rank(question: str, as_of: date | None) -> list[set[str]]:
        scores = np.array(index.get_scores(terms(question)))
        if as_of:
            scores[days > _ordinal(as_of)] = 0
        return [{articles[n].id} for n in np.argsort(-scores, kind="stable")[:30]]

    return rank


def by_langchain_chroma(articles: Sequence[Article], embedder: Embedder, folder: Path) -> Ranking:
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    class Ours(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            made: list[list[float]] = embedder.embed(texts).tolist()
            return made

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    store = Chroma(
        "news",
        Ours(),
        persist_directory=str(folder),
        collection_configuration={"hnsw": {"space": "cosine"}},
    )
    documents = [
        Document(f"{a.title}\n{a.text}", metadata={"id": a.id, "day": _ordinal(a.published)})
        for a in articles
    ]
    chunks = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(
        documents
    )
    # A run that was stopped goes on where it was.
    for start in range(len(store.get(include=[])["ids"]), len(chunks), 1000):
        store.add_documents(chunks[start : start + 1000])
        print(f"  {start + 1000} of {len(chunks)} chunks", flush=True)

    def rank(question: str, as_of: date | None) -> list[set[str]]:
        only: dict[str, Any] | None = {"day": {"$lte": _ordinal(as_of)}} if as_of else None
        found = store.similarity_search(question, k=_CHUNKS, filter=only)
        return [{key} for key in dict.fromkeys(one.metadata["id"] for one in found)]

    return rank


def _ordinal(day: date | None) -> int:
    return day.toordinal() if day else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folder", type=Path, nargs="?", default=Path("library-langchain"), help="for Chroma"
    )
    options = parser.parse_args()
    articles = [one for one in read_sources([_NEWS], None) if isinstance(one, Article)]
    questions = list(rows("news_qa/questions.jsonl"))
    print_head()
    _print_rows("bm25s over articles", by_bm25s(articles), questions)
    chunks = by_langchain_chroma(articles, load_embedder(Settings()), options.folder)
    _print_rows("LangChain + Chroma", chunks, questions)


def _print_rows(name: str, ranking: Ranking, questions: Sequence[dict[str, Any]]) -> None:
    for dated in (False, True):
        print_row(name, ranking, questions, dated)


if __name__ == "__main__":
    main()
