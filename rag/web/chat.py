"""What the buttons of the page do, without Gradio: a conversation in, what to show out."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import RagError
from rag.web.conversation import Conversation, Exchange
from rag.web.markup import esc
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

    live: str
    past: str | None = None
    sources: str | None = None
    spoken: str | None = None
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
        return View(exchange_html(made), past_html(conversation), spoken=spoken(made))

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
        yield self._settled(live, conversation)

    def _stream(self, live: Exchange, conversation: Conversation) -> Iterator[View]:
        drawn = 0.0
        for event in self._pipeline.stream(live.question, conversation.turns()):
            live.take(event)
            if live.done:
                return
            if event.kind == "token" and time.monotonic() - drawn < _FRAME:
                continue
            drawn = time.monotonic()
            cited = event.kind == "sentence"
            yield View(exchange_html(live), sources=sources_html(conversation) if cited else None)

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
        conversation.exchanges.clear()
        return View(self.welcome(), "", sources_html(conversation), "", busy=False)

    @staticmethod
    def _settled(live: Exchange, conversation: Conversation) -> View:
        return View(
            exchange_html(live),
            sources=sources_html(conversation),
            spoken=spoken(live),
            busy=False,
        )
