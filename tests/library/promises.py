"""What must hold of a library at any time, checked from outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from rag.library.digest import digest
from rag.library.doctor import examine
from rag.library.library import FILE, Library
from rag.library.store import Store
from rag.library.sync import ingest
from rag.models.base import Embedder
from rag.reading.split import embedding_text, split
from rag.settings import Settings
from rag.types import Article

TOKENS = 40


def settings_of(folder: Path) -> Settings:
    return Settings(library=folder, passage_tokens=TOKENS)


def made_article(number: int, version: int, sentences: int = 6) -> Article:
    """Made text; each version says something else, and no two articles say the same."""
    told = " ".join(
        f"Item {n} of story {number} in edition {version} reports {number * 7919 + n * version}."
        for n in range(sentences)
    )
    return Article(f"a{number}", f"Story {number}", told, source=f"/made/{number}.txt")


def assert_promises(folder: Path, embedder: Embedder, expected: Mapping[str, Article]) -> None:
    """Every article of `expected` is whole and none besides; each passage finds itself by its own
    vector, whichever way a search takes."""
    with closing(Library(settings_of(folder), embedder.fingerprint)) as library:
        assert_reads(library, embedder, expected)


def assert_reads(library: Library, embedder: Embedder, expected: Mapping[str, Article]) -> None:
    """The same of a library that may have been open for long."""
    held = {article.id: article for article in library.store.articles()}
    # The language is found in the text when it is stored; all else is as it was given.
    assert {key: replace(one, language=None) for key, one in held.items()} == dict(expected)
    assert library.store.bare_passages() == []
    snapshot = library.snapshot()
    for article in held.values():
        passages = library.store.passages_of(article.id)
        assert passages == list(split(article, embedder, TOKENS))
        vectors = embedder.embed([embedding_text(article, one) for one in passages])
        for passage, vector in zip(passages, vectors, strict=True):
            (number, cosine), *_ = library.nearest(snapshot, vector, 1)
            assert snapshot.passage_ids[number] == passage.id
            assert cosine > 0.999
    found = library.nearest(snapshot, np.ones(embedder.dimension, dtype=np.float32), 10_000)
    assert len(found) == len({number for number, _ in found}) == len(snapshot.passage_ids)


def assert_settled(folder: Path, embedder: Embedder) -> None:
    """The index agrees with the library to the last vector, and is what a search asks."""
    assert examine(settings_of(folder)).differences == ()
    with closing(Library(settings_of(folder), embedder.fingerprint)) as library:
        assert library.status()["dense_search"] == "chroma"


def digest_of(folder: Path) -> str:
    with closing(Store(folder / FILE)) as store:
        return digest(store)


def clean_digest(folder: Path, embedder: Embedder, articles: Iterable[Article]) -> str:
    """Of a library made in one go, in `folder`."""
    ingest(settings_of(folder), embedder, articles)
    return digest_of(folder)
