"""A question and its answer on the page, without Gradio: a conversation in, what to show out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import RagError
from rag.web.ahead import ahead_html
from rag.web.conversation import Conversation, Exchange
from rag.web.filters import filters_html
from rag.web.markup import esc
from rag.web.record import record_html
from rag.web.render import exchange_html, past_html, spoken
from rag.web.sources import sources_html
from rag.web.welcome import EXAMPLES, masthead_html, welcome_html

if TYPE_CHECKING:
    from rag.pipeline import Pipeline

_log = logging.getLogger(__name__)

# Seconds between two pictures of a text that grows token by token; more often is only flicker.
_FRAME = 0.06
BROKEN = "Something went wrong here, and the server's log says what. Please ask again."
BUSY = "Too many questions are waiting just now. Please ask again in a moment."


@dataclass(frozen=True, slots=True)
class View:
    """The parts of the page. None leaves a part as it is."""

    live: str | None = None
    past: str | None = None
    sources: str | None = None
    spoken: str | None = None
    # The row above the box, what may be asked next, and the conversation as the browser keeps it.
    tools: str | None = None
    ahead: str | None = None
    record: str | None = None
    # What is typed in the box.
    box: str | None = None
    busy: bool = True


class Chat:
    """Shared by all visitors; what is a visitor's own is in the Conversation that is passed in."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def masthead(self) -> str:
        try:
            return masthead_html(self._pipeline.status())
        except RagError as error:
            return masthead_html({}) + f'<p class="gw-error">{esc(error)}</p>'

    def welcome(self) -> str:
        try:
            known = [text for key, text in EXAMPLES if self._pipeline.article(key) is not None]
            return welcome_html(self._pipeline.status(), known)
        except RagError:
            return welcome_html({"articles": 1}, [])

    def begin(self, question: str, conversation: Conversation) -> View | None:
        """Put the question on the page at once. None where there is nothing to begin."""
        question = question.strip()
        if not question or conversation.busy:
            return None
        settings = self._pipeline.settings
        model = settings.llm if settings.llm != "none" else None
        made = conversation.ask(question, "llm" if model else "extractive", model)
        return self.begun(made, conversation)

    def begun(self, made: Exchange, conversation: Conversation) -> View:
        """A question as it stands before anything of its answer is there."""
        return View(
            exchange_html(made),
            past_html(conversation),
            spoken=spoken(made),
            tools=self.tools(conversation),
            ahead="",
            box="",
        )

    def tools(self, conversation: Conversation) -> str:
        return filters_html(
            conversation.filters,
            self.outlets(),
            self.topics(),
            complaint=conversation.complaint,
            editing=conversation.editing,
        )

    def sources(self, conversation: Conversation) -> str:
        return sources_html(conversation, shelved=self._pipeline.settings.corpus_mode != "off")

    def outlets(self) -> tuple[str, ...]:
        return _unless_broken(self._pipeline.outlets)

    def topics(self) -> tuple[str, ...]:
        return _unless_broken(self._pipeline.topics)

    def answer(self, conversation: Conversation) -> Iterator[View]:
        """Stream the answer to the question that was begun."""
        live = conversation.live
        if live is None or live.done or live.claimed:
            return
        live.claimed = True
        try:
            yield from self._stream(live, conversation)
        except RagError as error:
            live.fail(str(error))
        except Exception:
            _log.exception("an answer failed")
            live.fail(BROKEN)
        # A conversation that was opened meanwhile is not drawn over.
        if conversation.live is live:
            yield self._settled(live, conversation)

    def ahead(self, conversation: Conversation) -> View | None:
        """What may be asked next, found while the reader reads; none where nothing is sure."""
        live = conversation.live
        if live is None or live.answer is None or live.followed:
            return None
        live.followed = True
        if live.answer.status != "answered":
            return None
        asked = [one.question for one in conversation.exchanges]
        try:
            found = self._pipeline.follow_ups(live.answer, asked, **live.filters.options())
        except Exception:
            # Nobody asked for these: where they fail there are none.
            _log.exception("follow-ups failed")
            return None
        if conversation.live is not live:
            return None
        return View(ahead=ahead_html(found), busy=False)

    def _stream(self, live: Exchange, conversation: Conversation) -> Iterator[View]:
        drawn = 0.0
        events = self._pipeline.stream(
            live.question,
            conversation.turns(),
            ignore=live.ignore,
            **live.filters.options(),
        )
        for event in events:
            live.take(event)
            if live.done:
                return
            if event.kind == "token" and time.monotonic() - drawn < _FRAME:
                continue
            drawn = time.monotonic()
            cited = event.kind == "sentence"
            yield View(exchange_html(live), sources=self.sources(conversation) if cited else None)

    def stop(self, conversation: Conversation) -> View | None:
        live = conversation.live
        if live is None:
            return None
        conversation.stop()
        return self._settled(live, conversation)

    def refused(self, conversation: Conversation, why: str = BUSY) -> View | None:
        """The queue was full, this visitor asks too often, or the event broke before it began."""
        if conversation.cut_off:
            conversation.cut_off -= 1
            return None
        live = conversation.live
        if live is None:
            return None
        live.fail(why)
        return self._settled(live, conversation)

    def restart(self, conversation: Conversation) -> View:
        conversation.stop()
        conversation.clear()
        return View(
            self.welcome(),
            "",
            self.sources(conversation),
            "",
            self.tools(conversation),
            ahead="",
            box="",
            busy=False,
        )

    def _settled(self, live: Exchange, conversation: Conversation) -> View:
        return View(
            exchange_html(live),
            sources=self.sources(conversation),
            spoken=spoken(live),
            record=record_html(conversation),
            busy=False,
        )


def _unless_broken(names: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    """The page stands, though its library cannot be read."""
    try:
        return names()
    except RagError:
        return ()
