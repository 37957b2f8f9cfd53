"""Articles cut into passages, and their vectors in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from rag.library.store import Store
from rag.models.base import Embedder, Vectors
from rag.reading.language import language_of
from rag.reading.split import embedding_text, split
from rag.types import Article, Passage

# Passages that are embedded and committed together: a few seconds of work.
_BATCH = 128


@dataclass(frozen=True, slots=True)
class Cut:
    """An article with its language and its passages, not yet embedded."""

    article: Article
    passages: tuple[Passage, ...]


def cut(article: Article, embedder: Embedder, passage_tokens: int) -> Cut:
    known = replace(article, language=language_of(article.text))
    return Cut(known, split(article, embedder, passage_tokens))


def batches(cuts: Iterable[Cut]) -> Iterator[list[Cut]]:
    """Whole articles, about as many as make one batch of passages."""
    batch: list[Cut] = []
    for one in cuts:
        batch.append(one)
        if sum(len(each.passages) for each in batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def embed(batch: list[Cut], embedder: Embedder) -> list[Vectors]:
    """One (passages, dimension) array for each article."""
    texts = [embedding_text(one.article, passage) for one in batch for passage in one.passages]
    bounds = np.cumsum([len(one.passages) for one in batch])[:-1]
    return np.split(embedder.embed(texts), bounds)


def fill_bare(store: Store, embedder: Embedder) -> int:
    """Embed the passages whose vector is not stored; returns how many there were."""
    bare = store.bare_passages()
    for article_id, rows in groupby(bare, key=lambda row: row.article_id):
        article = store.article(article_id)
        assert article is not None, "a passage refers to its article"
        wanted = list(rows)
        located = store.passages([row.passage_id for row in wanted])
        texts = [embedding_text(article, located[row.passage_id].passage) for row in wanted]
        store.put_vectors([row.vector_id for row in wanted], embedder.embed(texts))
    return len(bare)
