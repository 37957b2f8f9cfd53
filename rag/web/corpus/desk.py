"""What the page does, without Gradio: where a visitor is in, what to show out."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rag.errors import LibraryBusy, RagError, UsageError
from rag.ingesting import bring_in
from rag.library.catalogue import Catalogue
from rag.library.removal import remove
from rag.library.summary import Progress, Summary
from rag.reading.reader import count_articles
from rag.types import Article
from rag.web.corpus.adding import Given, discard, given, job_html, refused_html
from rag.web.corpus.job import BUSY, Job, Work
from rag.web.corpus.reading import article_html, missing_html
from rag.web.corpus.shelf import shelf_html
from rag.web.corpus.status import status_html
from rag.web.corpus.where import Where
from rag.web.markup import esc

if TYPE_CHECKING:
    from rag.pipeline import Pipeline

# Seconds between two pictures of a running ingest.
_FRAME = 0.3


class Desk:
    """Shared by all visitors. The job is everybody's: a library has one writer."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._settings = pipeline.settings
        self._lock = threading.Lock()
        self._catalogue: Catalogue | None = None
        self._job: Job | None = None

    @property
    def writes(self) -> bool:
        return self._settings.corpus_mode == "write"

    # Reading.

    def show(self, where: Where, notice: str = "") -> str:
        """The list, or the article that `where` names."""
        try:
            return self._article(where, notice) if where.article else self._shelf(where, notice)
        except RagError as error:
            return f'<p class="gw-error" role="alert">{esc(error)}</p>'

    def status(self) -> str:
        try:
            return status_html(self._pipeline.status(), self._settings.library_path)
        except RagError as error:
            return f'<p class="gw-error" role="alert">{esc(error)}</p>'

    def _shelf(self, where: Where, notice: str) -> str:
        catalogue = self._opened()
        return shelf_html(catalogue.find(where.wanted), catalogue.outlets(), where, notice)

    def _article(self, where: Where, notice: str) -> str:
        store = self._pipeline.library().store
        with store.moment():
            article = store.article(where.article)
            if article is None:
                return missing_html(where)
            passages = store.passages_of(article.id)
            reprints = [ref for ref in store.reprints(article.id) if ref.id != article.id]
        return article_html(
            article, passages, reprints, where, removable=self.writes, notice=notice
        )

    def _opened(self) -> Catalogue:
        with self._lock:
            if self._catalogue is None:
                self._catalogue = Catalogue(self._pipeline.library().store)
            return self._catalogue

    # Writing. The page wires these only where visitors may write.

    def remove(self, article_id: str, where: Where) -> str:
        """Take the article out and show the list; where that cannot be, show why."""
        article = self._find(article_id)
        if article is None:
            return self.show(where)
        try:
            remove(self._settings, [article.id])
        except LibraryBusy:
            return self.show(where, BUSY)
        except RagError as error:
            return self.show(where, str(error))
        back = Where(where.words, where.outlet, where.period, where.page)
        return self.show(back, f"Removed: {article.title}")

    def begin(self, uploads: Sequence[str], lines: str) -> str:
        """Start to read in what was given; what is shown of it, or why it was refused."""
        try:
            taken = given(uploads, lines, self._settings.upload_max_files)
        except UsageError as error:
            return refused_html(error)
        with self._lock:
            if self.running:
                return refused_html(UsageError(BUSY))
            self._job = Job(self._work(taken), _expected(taken))
        return job_html(self._job)

    def follow(self) -> Iterator[str]:
        """What is shown of the job until it has ended; what came of it at last."""
        job = self._job
        while job is not None and job.running:
            yield job_html(job)
            job.wait(_FRAME)
        yield job_html(job)

    @property
    def running(self) -> bool:
        return self._job is not None and self._job.running

    def stop(self) -> None:
        if self._job is not None:
            self._job.stop()

    def _work(self, taken: Given) -> Work:
        def work(progress: Progress, stop: threading.Event) -> Summary:
            try:
                return bring_in(self._settings, taken.uploads, taken.addresses, progress, stop)
            finally:
                discard(taken.uploads)

        return work

    def _find(self, article_id: str) -> Article | None:
        try:
            return self._pipeline.article(article_id)
        except RagError:
            return None


def _expected(taken: Given) -> int | None:
    return None if taken.addresses else count_articles(taken.uploads)
