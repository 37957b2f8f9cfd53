"""What one visitor has asked so far. Mutable on purpose: one object per browser session."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from uuid import uuid4

from rag.library.feedback import Thumb
from rag.types import Answer, Citation, Event, Hit, Mode, Query, Reading, Sentence, Turn
from rag.web.filters import NO_FILTERS, Filters

# A model's own [3] numbers the passages it was shown, not the citations that the reader sees.
_MARKER = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]|\s*\[[\d,\s]*\Z")


@dataclass(slots=True, eq=False)
class Exchange:
    """A question and as much of its answer as is there. `number` counts from 1."""

    number: int
    question: str
    mode: Mode = "extractive"
    model: str | None = None
    filters: Filters = NO_FILTERS
    # What is not to be read from the words of the question, as the reader took it off.
    ignore: tuple[Reading, ...] = ()
    # An answer is on its way: a second Enter starts no second one.
    claimed: bool = False
    begun: bool = False
    # What may be asked next was looked for.
    followed: bool = False
    # Names this answer where its reader's opinion is kept.
    key: str = field(default_factory=lambda: uuid4().hex)
    thumb: Thumb | None = None
    comment: str = ""
    opinion_told: str = ""
    hits: tuple[Hit, ...] = ()
    query: Query | None = None
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    # Text of the model that no verdict was given on yet.
    pending: str = ""
    answer: Answer | None = None
    error: str | None = None

    @property
    def done(self) -> bool:
        return self.answer is not None or self.error is not None

    def take(self, event: Event) -> None:
        if self.done:
            return
        if event.kind == "retrieved":
            # A second one starts the answer anew: the endpoint failed on the way.
            self.begun, self.hits, self.query = True, event.hits, event.query
            self.sentences, self.citations, self.pending = (), (), ""
        elif event.kind == "token":
            self.pending += event.text
        elif event.kind == "sentence" and event.sentence is not None:
            self.sentences += (event.sentence,)
            self.citations = event.citations
            self.pending = _after(event.sentence.text, self.pending)
        elif event.answer is not None:
            self.answer = event.answer
            self.citations = event.answer.citations

    @property
    def unchecked(self) -> str:
        return _MARKER.sub("", self.pending).strip()

    def stop(self) -> None:
        """What has its verdict stays; what has none yet is dropped."""
        if not self.done:
            self.answer = Answer(
                question=self.question,
                status="interrupted",
                mode=self.mode,
                model=self.model,
                sentences=self.sentences,
                citations=self.citations,
                retrieved=self.hits,
                query=self.query,
            )

    def fail(self, message: str) -> None:
        if not self.done:
            self.error = message


@dataclass(slots=True, eq=False)
class Conversation:
    """`eq=False` keeps it hashable by identity, as Gradio compares states by hash on every step."""

    exchanges: list[Exchange] = field(default_factory=list)
    key: str = field(default_factory=lambda: uuid4().hex)
    # What the reader has set, for this question and those that follow.
    filters: Filters = NO_FILTERS
    # What is wrong with the filters that were given last, in one line.
    complaint: str = ""
    # The next question takes the place of the newest one.
    editing: bool = False
    # Streams that were cut off on purpose; Gradio reports each as a failure a moment later.
    cut_off: int = 0

    @property
    def live(self) -> Exchange | None:
        return self.exchanges[-1] if self.exchanges else None

    @property
    def busy(self) -> bool:
        return self.live is not None and not self.live.done

    def ask(self, question: str, mode: Mode, model: str | None) -> Exchange:
        if self.editing and self.exchanges:
            self.exchanges.pop()
        self.editing = False
        made = Exchange(len(self.exchanges) + 1, question, mode, model, self.filters)
        self.exchanges.append(made)
        return made

    def clear(self) -> None:
        """Begin a conversation of its own; filters hold for one conversation."""
        self.exchanges.clear()
        self.key = uuid4().hex
        self.filters, self.complaint, self.editing = NO_FILTERS, "", False

    def resume(self, other: Conversation) -> None:
        """Go on with one that was kept."""
        self.exchanges[:] = other.exchanges
        self.key, self.filters = other.key, other.filters
        self.complaint, self.editing = "", False

    def stop(self) -> None:
        if self.live is not None and self.busy:
            self.live.stop()
            self.cut_off += 1

    def turns(self) -> tuple[Turn, ...]:
        """What was answered before, citations and all: their numbers must stay as they are."""
        return tuple(
            Turn(done.question, done.answer.text, done.answer.citations)
            for done in self.exchanges
            if done.answer is not None
        )


def _after(sentence: str, pending: str) -> str:
    """What of the pending text comes after the sentence that was just checked."""
    words = r"\s*".join(re.escape(word) for word in sentence.split()[-4:])
    found = re.search(words + r"(?:\s*\[[\d,\s]*\])*", pending) if words else None
    return pending[found.end() :] if found else ""
