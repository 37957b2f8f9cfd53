"""What the buttons of the page's own do: filters, edit, ask again, an earlier conversation, thumbs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar, cast, get_args

from rag.errors import RagError, UsageError
from rag.library.feedback import MAX_COMMENT, Thumb, keep_opinion
from rag.types import Reading
from rag.web.acts import read_act
from rag.web.chat import Chat, View
from rag.web.conversation import Conversation
from rag.web.opinion import opinion_of
from rag.web.record import read_record
from rag.web.render import exchange_html, past_html, spoken

if TYPE_CHECKING:
    from rag.pipeline import Pipeline

READINGS: tuple[str, ...] = get_args(Reading)
NOT_READ = '<p role="status" class="gw-error">This conversation cannot be read any more.</p>'

_Act = Callable[["Buttons", Mapping[str, str], Conversation], View | None]


class Buttons:
    """Shared by all visitors. What they begin, Chat answers."""

    def __init__(self, pipeline: Pipeline, chat: Chat) -> None:
        self._pipeline = pipeline
        self._chat = chat

    def press(self, raw: object, conversation: Conversation) -> View | None:
        """`raw` is what asking.js sends; whatever is not known does nothing."""
        given = read_act(raw)
        does = self._does.get(given.get("act", ""))
        return does(self, given, conversation) if does else None

    def _filter(self, given: Mapping[str, str], conversation: Conversation) -> View:
        try:
            known = self._chat.outlets(), self._chat.topics()
            conversation.filters = conversation.filters.with_form(given, *known)
            conversation.complaint = ""
        except UsageError as error:
            conversation.complaint = str(error)
        return View(tools=self._chat.tools(conversation), busy=conversation.busy)

    def _unset(self, given: Mapping[str, str], conversation: Conversation) -> View:
        what, value = given.get("what", ""), given.get("value", "")
        conversation.filters = conversation.filters.without(what, value)
        conversation.complaint = ""
        return View(tools=self._chat.tools(conversation), busy=conversation.busy)

    def _edit(self, given: Mapping[str, str], conversation: Conversation) -> View | None:
        live = conversation.live
        if live is None or not live.done:
            return None
        conversation.editing = True
        return View(tools=self._chat.tools(conversation), box=live.question, busy=False)

    def _keep(self, given: Mapping[str, str], conversation: Conversation) -> View:
        conversation.editing = False
        return View(tools=self._chat.tools(conversation), box="", busy=conversation.busy)

    def _again(self, given: Mapping[str, str], conversation: Conversation) -> View | None:
        """The newest question once more, under the filters that are set now."""
        live = conversation.live
        if live is None or not live.done:
            return None
        taken_off = live.ignore
        if given["act"] == "without" and given.get("what") in READINGS:
            taken_off = tuple(dict.fromkeys((*taken_off, cast(Reading, given["what"]))))
        conversation.editing = True
        made = conversation.ask(live.question, live.mode, live.model)
        made.ignore = taken_off
        return self._chat.begun(made, conversation)

    def _open(self, given: Mapping[str, str], conversation: Conversation) -> View | None:
        """A conversation that this browser kept, in the place of the one on the page."""
        stored = read_record(given.get("record", ""))
        if stored is None:
            return View(spoken=NOT_READ, busy=conversation.busy)
        if conversation.live is not None:
            conversation.live.stop()
        conversation.resume(stored)
        live = conversation.exchanges[-1]
        return View(
            exchange_html(live),
            past_html(conversation),
            self._chat.sources(conversation),
            spoken(live),
            self._chat.tools(conversation),
            ahead="",
            box="",
            busy=False,
        )

    def _rate(self, given: Mapping[str, str], conversation: Conversation) -> View | None:
        """A thumb, or the comment beside it, for any answer of the conversation."""
        number = given.get("n", "")
        found = [one for one in conversation.exchanges if str(one.number) == number and one.answer]
        if not found:
            return None
        (judged,) = found
        if given["act"] == "comment":
            judged.comment = given.get("text", "")[:MAX_COMMENT]
        elif given.get("value") in ("up", "down"):
            judged.thumb = cast(Thumb, given["value"])
        if judged.thumb is None:
            return None
        try:
            opinion = opinion_of(conversation, judged, judged.thumb)
            keep_opinion(self._pipeline.settings.library_path, opinion)
            judged.opinion_told = "Thank you; kept beside the library."
        except RagError as error:
            judged.opinion_told = str(error)
        if judged is conversation.live:
            return View(exchange_html(judged), busy=False)
        return View(past=past_html(conversation), busy=conversation.busy)

    _does: ClassVar[Mapping[str, _Act]] = {
        "filter": _filter,
        "unset": _unset,
        "edit": _edit,
        "keep": _keep,
        "again": _again,
        "without": _again,
        "open": _open,
        "rate": _rate,
        "comment": _rate,
    }
