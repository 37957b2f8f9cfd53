"""Articles taken out of a library, with all that was stored of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from rag.errors import UsageError
from rag.library.library import FILE
from rag.library.store import Store
from rag.library.terms import words
from rag.library.writer import writing
from rag.settings import Settings


def remove(settings: Settings, names: Sequence[str]) -> list[str]:
    """Remove by ids and urls; returns the ids. An unknown name is a UsageError, and then all stay."""
    Store.must_exist(settings.library_path / FILE)
    with writing(settings.library_path, settings.chroma_url) as writer:
        found = {name: writer.store.named(name) for name in names}
        for name, ids in found.items():
            if not ids:
                raise UsageError(
                    f"There is no article {name!r}, nothing was removed: `rag search` shows ids."
                )
        ids = sorted({key for part in found.values() for key in part})
        writer.commit([], ids)
    return ids


def matching(settings: Settings, query: str) -> list[str]:
    """Ids of the articles whose headline or text holds every word of the query."""
    wanted = set(words(query))
    if not wanted:
        raise UsageError(f"The query {query!r} has no words.")
    with closing(Store(settings.library_path / FILE)) as store:
        return [
            article.id
            for article in store.articles()
            if wanted <= set(words(f"{article.title}\n{article.text}"))
        ]
