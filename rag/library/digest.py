"""What a library holds, in one line: two that hold the same have the same digest."""

from __future__ import annotations

import hashlib

from rag.library.store import Store


def digest(store: Store) -> str:
    """SHA-256 over articles, passages with their sentence bounds, and vectors; not over what
    differs between two ways to the same content: vector ids, generations, stories, sources."""
    sha = hashlib.sha256()
    with store.moment():
        for article in store.articles():
            sha.update(article.content_hash.encode())
            passages = store.passages_of(article.id)
            vector_ids = store.vector_ids(article.id)
            vectors = store.vectors(vector_ids)
            for passage, vector_id in zip(passages, vector_ids, strict=True):
                bounds = " ".join(f"{s.start}-{s.end}" for s in passage.sentences)
                sha.update(f"{passage.id} {passage.start} {passage.end} {bounds}".encode())
                sha.update(vectors[vector_id].tobytes())
    return sha.hexdigest()
