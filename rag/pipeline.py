"""Wiring: a question in, a checked answer out."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from threading import RLock
from typing import TYPE_CHECKING, Any, Unpack

from rag.answer.answering import Answering, Clock
from rag.answer.base import Answerer
from rag.answer.extractive import ExtractiveAnswerer
from rag.answer.followups import Tried, follow_ups
from rag.errors import EndpointError, UsageError
from rag.grounding.check import Checker, check
from rag.grounding.evidence import Context
from rag.grounding.load import load_checker
from rag.history import History, as_turns
from rag.library.library import FILE, Library
from rag.models.base import Embedder
from rag.models.load import load_embedder, load_reader, load_reranker
from rag.models.memory import RememberingEmbedder
from rag.reading.clean import encodable
from rag.retrieval.search import PER_STORY, Finder, Found, Search
from rag.retrieval.understand import leans_on_history, understand
from rag.sample import fill_with_sample
from rag.scope import Day, Scope, as_day, as_names
from rag.settings import Settings
from rag.types import Answer, Article, Event, Query, Reading, Report, Turn

if TYPE_CHECKING:
    from rag.answer.llm import LlmAnswerer
    from rag.chain import AskChain

# Cited articles that follow-up questions are made of, beside the passages that were read.
_ASKED_OF = 3
Source = str | Mapping[str, Any] | Context


class Pipeline:
    """Everything that `rag` does, with one set of settings. Safe to share between threads."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        finder: Finder | None = None,
        llm: LlmAnswerer | None = None,
    ) -> None:
        """`finder` takes the place of the search, `llm` that of the model that settings name."""
        self.settings = settings or Settings.load()
        self._finder = finder
        self._lock = RLock()
        self._opened: Library | None = None
        self._checker: Checker | None = None
        self._llm = llm
        self._remembering: Embedder | None = None

    # What users call.

    def ask(self, question: str, history: History | None = None, **scope: Unpack[Scope]) -> Answer:
        """Raises UsageError for a bad question or date, LibraryError for an unusable library."""
        for event in self.stream(question, history, **scope):
            if event.answer is not None:
                return event.answer
        raise AssertionError("a stream ends with its answer")

    async def aask(
        self, question: str, history: History | None = None, **scope: Unpack[Scope]
    ) -> Answer:
        """`ask` in a thread of its own."""
        return await asyncio.to_thread(self.ask, question, history, **scope)

    def stream(
        self, question: str, history: History | None = None, **scope: Unpack[Scope]
    ) -> Iterator[Event]:
        """Events retrieved, token, sentence, done. A second `retrieved` starts the answer anew:
        the endpoint failed on the way, and the extractive answer takes its place."""
        clock = Clock()
        turns = as_turns(history)
        query = self._understand(question, turns, **scope)
        finder = self._finder or self.finder()
        found = finder.find(query, self.settings.top_k, PER_STORY)
        clock.lap("retrieve")
        yield Event("retrieved", hits=found.hits, query=found.query)
        notes = found.query.notes
        llm = self._llm_answerer()
        if llm is not None and found.hits:
            try:
                yield from self._answering(llm, clock).run(found, turns, notes)
                return
            except EndpointError as error:
                notes = (*notes, f"{error} This answer is extractive instead.")
                yield Event("retrieved", hits=found.hits, query=found.query)
        yield from self._answering(self._extractive(), clock).run(found, turns, notes)

    def follow_ups(
        self, answer: Answer, asked: Sequence[str] = (), **scope: Unpack[Scope]
    ) -> tuple[str, ...]:
        """Up to three questions that the library is known to answer in the same scope; `asked`
        are those of the conversation. Takes seconds at most, calls no model of an endpoint."""
        extractive = self._extractive()
        finder = self.finder()

        def try_it(question: str) -> Tried | None:
            query = self._understand(question, (), **scope)
            found = finder.find(query, self.settings.top_k, PER_STORY)
            return extractive.best(found.query, found.hits)

        quotes = [citation.quote for citation in answer.citations]
        articles = dict.fromkeys(citation.article.id for citation in answer.citations)
        passages = [hit.passage for hit in answer.retrieved]
        for key in list(articles)[:_ASKED_OF]:
            passages += self.library().store.passages_of(key)
        return follow_ups(passages, quotes, (answer.question, *asked), try_it)

    def search(self, query: str, *, k: int = 10, **scope: Unpack[Scope]) -> Found:
        """Up to k hits, best first, with the query as understood."""
        if not isinstance(k, int) or not 1 <= k <= 1000:
            raise UsageError(f"k cannot be {k!r}: choose 1 to 1000.")
        return self.finder().find(self._understand(query, (), **scope), k)

    def check(self, answer: str, sources: Sequence[Source], *, explain: bool = False) -> Report:
        """A verdict on every sentence of `answer`. Sources are texts, or rows with `text` and
        perhaps `title` and `published`; the answer may cite them as [1], [2], ... With `explain`
        each sentence carries how its verdict came about."""
        contexts = [_context(source) for source in sources]
        return check(encodable(answer), contexts, self.checker(), explain=explain)

    def status(self) -> dict[str, Any]:
        model = self.settings.llm if self.settings.llm != "none" else None
        return {**self.library().status(), "checker": self.settings.checker, "llm": model}

    def outlets(self) -> tuple[str, ...]:
        """The outlets of the library, those with the most articles first. Reads no disk."""
        return _most_first(name for name in self.library().snapshot().outlets if name)

    def topics(self) -> tuple[str, ...]:
        """The same of what its articles say they are about."""
        return _most_first(name for borne in self.library().snapshot().topics for name in borne)

    def article(self, article_id: str) -> Article | None:
        return self.library().store.article(article_id)

    def as_runnable(self) -> AskChain:
        """The whole way as a LangChain Runnable: invoke, ainvoke, stream, batch."""
        from rag.chain import AskChain

        return AskChain(self)

    def close(self) -> None:
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    # What it is made of.

    def library(self) -> Library:
        with self._lock:
            if self._opened is None:
                if (
                    self.settings.library is None
                    and not (self.settings.library_path / FILE).exists()
                ):
                    fill_with_sample(self.settings, self._embedder())
                self._opened = Library(self.settings, self._embedder().fingerprint)
            return self._opened

    def checker(self) -> Checker:
        with self._lock:
            if self._checker is None:
                self._checker = load_checker(self.settings, self._embedder())
            return self._checker

    def finder(self) -> Search:
        return Search(self.library(), self._embedder(), load_reranker(self.settings))

    def _embedder(self) -> Embedder:
        """One for search, answer and checker: what one of them embedded the others need not."""
        with self._lock:
            if self._remembering is None:
                self._remembering = RememberingEmbedder(load_embedder(self.settings))
            return self._remembering

    def _extractive(self) -> ExtractiveAnswerer:
        rarity = self.library().snapshot().lexical.rarity
        return ExtractiveAnswerer(
            self._embedder(), load_reader(), rarity, self.settings.min_confidence
        )

    def _answering(self, answerer: Answerer, clock: Clock) -> Answering:
        return Answering(answerer, self.checker(), self.settings.on_failure, clock)

    def _llm_answerer(self) -> LlmAnswerer | None:
        with self._lock:
            if self._llm is None and self.settings.llm != "none":
                from rag.answer.llm import LlmAnswerer

                self._llm = LlmAnswerer.from_settings(self.settings)
            return self._llm

    def _made_whole(self, question: str, turns: Sequence[Turn]) -> str | None:
        """A quarter of the time may go into understanding the question."""
        llm = self._llm_answerer()
        return llm.condense(question, turns, self.settings.llm_deadline / 4) if llm else None

    def _understand(
        self,
        question: str,
        turns: Sequence[Turn],
        *,
        since: Day = None,
        until: Day = None,
        outlets: Sequence[str] | None = None,
        topics: Sequence[str] | None = None,
        as_of: Day = None,
        ignore: Sequence[Reading] = (),
    ) -> Query:
        if len(question) > self.settings.max_question:
            raise UsageError(
                f"The question has {len(question)} characters; {self.settings.max_question} are the "
                "most (setting max_question)."
            )
        whole = None
        if turns and self.settings.llm != "none" and leans_on_history(question):
            whole = self._made_whole(question, turns)
        known = self.outlets()
        return understand(
            question,
            turns,
            since=as_day(since, "since"),
            until=as_day(until, "until"),
            outlets=as_names(outlets, known, "outlet"),
            topics=as_names(topics, self.topics() if topics else (), "topic"),
            as_of=as_day(as_of, "as_of"),
            known_outlets=sorted(known),
            whole=whole,
            read_words=self.settings.understand,
            ignore=ignore,
        )


def _most_first(names: Iterable[str]) -> tuple[str, ...]:
    counts = Counter(names)
    return tuple(sorted(counts, key=lambda name: (-counts[name], name)))


def _context(source: Source) -> Context:
    if isinstance(source, Context):
        return source
    if isinstance(source, str):
        return Context(encodable(source))
    text = source.get("text") if isinstance(source, Mapping) else None
    if not isinstance(text, str):
        raise UsageError(
            "A source is a text, or a row with 'text' and perhaps 'title', 'published'."
        )
    title = encodable(str(source.get("title") or ""))
    return Context(encodable(text), title, as_day(source.get("published"), "published"))
