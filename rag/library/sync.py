"""Ingest: only what changed is embedded, and an article is in whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from rag.library.embedding import Cut, batches, cut, embed, fill_bare
from rag.library.entry import Entry, body_hash
from rag.library.library import check_stamp, stamp
from rag.library.mirror import Mirror
from rag.library.reprints import Stories, signature
from rag.library.summary import Progress, Summary, silent
from rag.library.writer import Writer, new_vector_ids, writing
from rag.models.base import Embedder, Vectors
from rag.reading.skipped import Skipped
from rag.settings import Settings
from rag.types import Article

# Body hash, outlet, headline, date: two articles alike in all four are one.
_Told = tuple[str, str | None, str, date | None]


def ingest(
    settings: Settings,
    embedder: Embedder,
    items: Iterable[Article | Skipped],
    progress: Progress = silent,
    *,
    mirror: Path | None = None,
) -> Summary:
    """Bring `items` into the library. With `mirror`, they are all that this folder holds: what
    came from it and is not among them goes. Raises LibraryBusy where another process is writing."""
    begun = time.monotonic()
    with writing(settings.library_path, settings.chroma_url) as writer:
        made_by = stamp(settings, embedder.fingerprint)
        check_stamp(writer.store, writer.folder, made_by)
        if not made_by.items() <= writer.store.meta().items():
            writer.store.put_meta(made_by)
        if fill_bare(writer.store, embedder):
            writer.forget_index()
        summary = _Ingest(writer, settings, embedder, progress).run(items, mirror)
    summary.seconds = time.monotonic() - begun
    return summary


class _Ingest:
    def __init__(
        self, writer: Writer, settings: Settings, embedder: Embedder, progress: Progress
    ) -> None:
        self.writer = writer
        self.settings = settings
        self.embedder = embedder
        self.progress = progress
        self.summary = Summary()
        self.hashes = writer.store.hashes()
        self.stories = Stories(writer.store.marks().values())
        # Of this run: article id to content hash, and what was told to the article that told it.
        self.taken: dict[str, str] = {}
        self.told: dict[_Told, str] = {}
        self.refused: list[tuple[Article, Skipped]] = []

    def run(self, items: Iterable[Article | Skipped], folder: Path | None) -> Summary:
        mirror = Mirror(folder) if folder else None
        for batch in batches(self._changes(items, mirror)):
            self._write(batch)
        if mirror is not None:
            self._mirror(mirror)
        for batch in batches(self._second_look()):
            self._write(batch)
        return self.summary

    def _changes(self, items: Iterable[Article | Skipped], mirror: Mirror | None) -> Iterator[Cut]:
        for item in items:
            if isinstance(item, Skipped):
                self.summary.skipped.append(item)
                if mirror:
                    mirror.unread(item)
            elif reason := self._refused(item):
                self.summary.skipped.append(Skipped(item.source or item.id, reason))
                self.refused.append((item, self.summary.skipped[-1]))
            else:
                if mirror:
                    mirror.keep(item)
                if item.content_hash in (self.hashes.get(item.id), self.taken.get(item.id)):
                    self.summary.unchanged += 1
                else:
                    yield cut(item, self.embedder, self.settings.passage_tokens)
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
            same = self.writer.store.same_body(told[0])
            stored = [other.id for other in same if _told(other) == told]
            twin = stored[0] if stored else twin
        return None if twin == article.id else f"the same text as {twin!r}"

    def _second_look(self) -> Iterator[Cut]:
        """The article whose text it was may have changed or gone since it stood in the way."""
        for article, skipped in self.refused:
            if self._refused(article) is None:
                self.summary.skipped.remove(skipped)
                yield cut(article, self.embedder, self.settings.passage_tokens)

    def _write(self, batch: list[Cut]) -> None:
        vectors = embed(batch, self.embedder)
        entries = [self._entry(*pair) for pair in zip(batch, vectors, strict=True)]
        self.writer.commit(entries)
        self.summary.languages.update(e.article.language for e in entries if e.article.language)
        for one in batch:
            is_new = one.article.id not in self.hashes
            self.hashes[one.article.id] = one.article.content_hash
            self.summary.added += is_new
            self.summary.updated += not is_new
            self.summary.passages += len(one.passages)
        self.progress(self.summary)

    def _entry(self, one: Cut, vectors: Vectors) -> Entry:
        mark = signature(one.article.text)
        return Entry(
            article=one.article,
            passages=one.passages,
            vector_ids=new_vector_ids(len(one.passages)),
            vectors=vectors,
            story=self.stories.story_of(one.article.id, mark),
            signature=mark,
        )

    def _mirror(self, mirror: Mirror) -> None:
        sources = self.writer.store.sources()
        gone = mirror.gone(sources)
        if gone:
            self.writer.commit([], gone)
        self.summary.removed = len(gone)
        if moved := mirror.moved(sources):
            self.writer.store.move(moved)


def _told(article: Article) -> _Told:
    return (body_hash(article), article.outlet, article.title, article.published)
