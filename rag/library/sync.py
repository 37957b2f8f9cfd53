"""Ingest: only what changed is embedded, and an article is in whole or not at all.

The order of an article's way in: its new vector ids are announced as stale, the vectors written,
the articles committed (which takes the announcement back and marks the replaced vectors stale),
the stale vectors removed. A stop at any point leaves either the old or the new article, and a
list of what to sweep.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rag.library.lexical import make_postings
from rag.library.library import Library, stamp
from rag.library.lock import writer_lock
from rag.library.reprints import Stories, signature
from rag.library.store import Entry
from rag.models.base import Embedder
from rag.reading.skipped import Skipped
from rag.reading.split import embedding_text, split
from rag.settings import Settings
from rag.types import Article, Passage

# Passages that are embedded and committed together: a few seconds of work.
_BATCH = 128

# Body hash, outlet, headline, date: two articles alike in all four are one.
_Told = tuple[str, str | None, str, date | None]

Progress = Callable[["Summary"], None]


@dataclass(slots=True)
class Summary:
    """What an ingest did; `skipped` names each source and why."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    passages: int = 0
    seconds: float = 0.0
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def seen(self) -> int:
        return self.added + self.updated + self.unchanged + len(self.skipped)

    def to_dict(self) -> dict[str, Any]:
        return {
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "removed": self.removed,
            "passages": self.passages,
            "seconds": round(self.seconds, 2),
            "skipped": [{"source": s.source, "reason": s.reason} for s in self.skipped],
        }


@dataclass(frozen=True, slots=True)
class _Change:
    article: Article
    passages: tuple[Passage, ...]
    texts: tuple[str, ...]
    is_new: bool


def ingest(
    settings: Settings,
    embedder: Embedder,
    items: Iterable[Article | Skipped],
    progress: Progress = lambda summary: None,
) -> Summary:
    """Bring `items` into the library. Raises LibraryBusy where another process is writing."""
    library = Library(settings, embedder.fingerprint, create=True)
    try:
        with writer_lock(library.folder):
            return _Ingest(library, settings, embedder, progress).run(items)
    finally:
        library.close()


class _Ingest:
    def __init__(
        self, library: Library, settings: Settings, embedder: Embedder, progress: Progress
    ) -> None:
        self.library = library
        self.store = library.store
        self.vectors = library.open_vectors()
        self.settings = settings
        self.embedder = embedder
        self.progress = progress
        self.summary = Summary()
        made_by = stamp(settings, embedder.fingerprint)
        if not made_by.items() <= self.store.meta().items():
            self.store.put_meta({**made_by, "library_id": uuid.uuid4().hex})
        self.hashes = self.store.hashes()
        self.stories = Stories(self.store.signatures())
        # Of this run: article id to content hash, and what was told to the article that told it.
        self.taken: dict[str, str] = {}
        self.told: dict[_Told, str] = {}

    def run(self, items: Iterable[Article | Skipped]) -> Summary:
        begun = time.monotonic()
        try:
            self._sweep()
            batch: list[_Change] = []
            for change in self._changes(items):
                batch.append(change)
                if sum(len(c.passages) for c in batch) >= _BATCH:
                    self._write(batch)
                    batch = []
            if batch:
                self._write(batch)
        finally:
            self.vectors.close()
            self.summary.seconds = time.monotonic() - begun
        return self.summary

    def _changes(self, items: Iterable[Article | Skipped]) -> Iterator[_Change]:
        for item in items:
            if isinstance(item, Skipped):
                self.summary.skipped.append(item)
            elif reason := self._refused(item):
                self.summary.skipped.append(Skipped(item.source or item.id, reason))
            elif item.content_hash in (self.hashes.get(item.id), self.taken.get(item.id)):
                self.summary.unchanged += 1
            else:
                yield self._change(item)
            if isinstance(item, Article):
                self.taken.setdefault(item.id, item.content_hash)
            self.progress(self.summary)

    def _refused(self, article: Article) -> str | None:
        """Why an article may not go in: its id is taken in this run, or its text is there already."""
        if self.taken.get(article.id, article.content_hash) != article.content_hash:
            return f"the id {article.id!r} was already used by another article of this run"
        told = _told(article)
        twin = self.told.setdefault(told, article.id)
        if twin == article.id and article.id not in self.hashes:
            stored = [other.id for other in self.store.same_body(told[0]) if _told(other) == told]
            twin = stored[0] if stored else twin
        return None if twin == article.id else f"the same text as {twin!r}"

    def _change(self, article: Article) -> _Change:
        passages = split(article, self.embedder, self.settings.passage_tokens)
        texts = tuple(embedding_text(article, passage) for passage in passages)
        return _Change(article, passages, texts, article.id not in self.hashes)

    def _write(self, batch: list[_Change]) -> None:
        passages = [passage for change in batch for passage in change.passages]
        vectors = self.embedder.embed([text for change in batch for text in change.texts])
        vector_ids = [uuid.uuid4().hex for _ in passages]
        self.store.announce(vector_ids)
        self.vectors.add(
            vector_ids,
            vectors,
            [_metadata(change.article) for change in batch for _ in change.passages],
        )
        entries, at = [], 0
        for change in batch:
            count = len(change.passages)
            entries.append(self._entry(change, tuple(vector_ids[at : at + count])))
            at += count
        self.store.commit(entries)
        self._sweep()
        for change in batch:
            self.hashes[change.article.id] = change.article.content_hash
            self.summary.added += change.is_new
            self.summary.updated += not change.is_new
            self.summary.passages += len(change.passages)
        self.progress(self.summary)

    def _entry(self, change: _Change, vector_ids: tuple[str, ...]) -> Entry:
        article = change.article
        mark = signature(article.text)
        return Entry(
            article=article,
            passages=change.passages,
            vector_ids=vector_ids,
            postings=make_postings(article.title, [p.text for p in change.passages]),
            signature=mark,
            body_hash=_body_hash(article),
            story=self.stories.story_of(article.id, mark),
        )

    def _sweep(self) -> None:
        stale = self.store.stale_vectors()
        if stale:
            self.vectors.delete(stale)
            self.store.forget_stale(stale)


def _told(article: Article) -> _Told:
    return (_body_hash(article), article.outlet, article.title, article.published)


def _body_hash(article: Article) -> str:
    return hashlib.sha256(article.text.encode()).hexdigest()


def _metadata(article: Article) -> dict[str, Any]:
    published = article.published
    day = published.year * 10000 + published.month * 100 + published.day if published else 0
    return {"published": day, "outlet": (article.outlet or "").casefold()}
