"""A conversation as the browser keeps it. What comes back is untrusted and is checked whole."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from rag.types import Answer, Reading
from rag.web.acts import MAX_ACT
from rag.web.conversation import Conversation, Exchange
from rag.web.filters import NO_FILTERS, Filters
from rag.web.markup import esc

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_KEY = re.compile(r"[0-9a-f]{32}")
_MOST_TURNS = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """An exchange that has its answer; one that failed is not kept."""

    answer: Answer
    filters: Filters = NO_FILTERS
    ignore: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """`version` tells what an older page wrote."""

    key: str
    turns: tuple[Kept, ...]
    filters: Filters = NO_FILTERS
    version: Literal[1] = 1

    @property
    def is_sound(self) -> bool:
        """Beyond the types: what the page counts on when it draws and goes on."""
        quotes: dict[int, object] = {}
        for turn in self.turns:
            for one in turn.answer.citations:
                placed = 0 < one.n < 10_000 and one.end - one.start == len(one.quote)
                # A number stands for one quote, as long as the conversation goes.
                if not placed or quotes.setdefault(one.n, one) != one:
                    return False
        return bool(_KEY.fullmatch(self.key)) and 0 < len(self.turns) <= _MOST_TURNS


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Record]:
    from pydantic import TypeAdapter

    return TypeAdapter(Record)


def record_of(conversation: Conversation) -> str:
    """JSON; empty where there is nothing to keep."""
    turns = tuple(
        Kept(one.answer, one.filters, one.ignore)
        for one in conversation.exchanges
        if one.answer is not None
    )
    if not turns:
        return ""
    record = Record(conversation.key, turns, conversation.filters)
    # In ASCII: what markup.esc would drop from a quote must come back as it was.
    return json.dumps(_adapter().dump_python(record, mode="json"), separators=(",", ":"))


def read_record(raw: str) -> Conversation | None:
    """None for what is damaged, too large, or was never ours."""
    from pydantic import ValidationError

    if len(raw) > MAX_ACT:
        return None
    try:
        record = _adapter().validate_json(raw, strict=True)
    except (ValidationError, RecursionError):
        return None
    if not record.is_sound:
        return None
    exchanges = [
        Exchange(
            number,
            kept.answer.question,
            kept.answer.mode,
            kept.answer.model,
            kept.filters,
            kept.ignore,
            claimed=True,
            begun=True,
            followed=True,
            hits=kept.answer.retrieved,
            query=kept.answer.query,
            sentences=kept.answer.sentences,
            citations=kept.answer.citations,
            answer=kept.answer,
        )
        for number, kept in enumerate(record.turns, 1)
    ]
    return Conversation(exchanges, record.key, record.filters)


def record_html(conversation: Conversation) -> str:
    """Where the page's script finds the record; it is never shown."""
    raw = record_of(conversation)
    return (
        f'<div hidden data-key="{conversation.key}" data-record="{esc(raw)}"></div>' if raw else ""
    )
