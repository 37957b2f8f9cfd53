"""A library made anew from its own articles, with the settings of now."""

from __future__ import annotations

import time
from collections.abc import Iterator

from rag.library.embedding import batches, cut, embed
from rag.library.entry import Entry
from rag.library.library import FILE, stamp
from rag.library.store import Store
from rag.library.summary import Progress, Summary, silent
from rag.library.writer import new_vector_ids, writing
from rag.models.base import Embedder
from rag.settings import Settings


def rebuild(settings: Settings, embedder: Embedder, progress: Progress = silent) -> Summary:
    """Cut and embed every stored article again, in one transaction: until its end the library
    is the old one, and a stop on the way leaves it so."""
    begun = time.monotonic()
    summary = Summary()
    Store.must_exist(settings.library_path / FILE)

    def entries(store: Store) -> Iterator[Entry]:
        marks = store.marks()
        ids = list(marks)
        articles = (article for key in ids if (article := store.article(key)) is not None)
        cuts = (cut(article, embedder, settings.passage_tokens) for article in articles)
        for batch in batches(cuts):
            for one, vectors in zip(batch, embed(batch, embedder), strict=True):
                mark = marks[one.article.id]
                ids_of = new_vector_ids(len(one.passages))
                yield Entry(one.article, one.passages, ids_of, vectors, mark.story, mark.signature)
                summary.updated += 1
                summary.passages += len(one.passages)
            progress(summary)

    with writing(settings.library_path, settings.chroma_url) as writer:
        writer.replace_all(entries(writer.store), stamp(settings, embedder.fingerprint))
    summary.seconds = time.monotonic() - begun
    return summary
