"""What the retrieved passages say of a text that the reader selected in an answer."""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import RagError
from rag.grounding.claims import read_sentences
from rag.grounding.evidence import Context
from rag.types import Citation, Evidence, Hit, Judgement
from rag.web.chat import BROKEN
from rag.web.conversation import Conversation, Exchange
from rag.web.markup import counted, credit, esc, joined, link, quote_url
from rag.web.render import VERDICT_WORDS, chip_html

if TYPE_CHECKING:
    from rag.pipeline import Pipeline

_log = logging.getLogger(__name__)

MOST = 1000
_SENTENCES = 5
_LINES = 2
# A selection waits this long in seconds for those of others; answers come first.
_PATIENCE = 5.0
_MARKER = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Request:
    """What the page asks: `key` comes back with the result, so that a late one is known."""

    turn: int
    text: str
    key: int

    @classmethod
    def read(cls, asked: str) -> Request | None:
        try:
            row = json.loads(asked)
            return cls(int(row["turn"]), str(row["text"]), int(row["key"]))
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return None


class Evidences:
    """Shared by all visitors; one selection is checked at a time."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._turn = threading.Lock()

    def found(self, asked: str, conversation: Conversation) -> str:
        """The card for a selection. Whatever goes wrong is one line of it."""
        request = Request.read(asked)
        if request is None:
            return ""
        try:
            body = self._body(request, conversation)
        except RagError as error:
            body = _line(str(error))
        except Exception:
            _log.exception("a selection could not be checked")
            body = _line(BROKEN)
        return f'<div class="gw-evidence" data-key="{request.key}">{body}</div>'

    def _body(self, request: Request, conversation: Conversation) -> str:
        text = " ".join(_MARKER.sub("", request.text).split())
        if len(text) > MOST:
            return _line(f"{len(text):,} characters are selected: select at most {MOST:,}.")
        exchange = next((x for x in conversation.exchanges if x.number == request.turn), None)
        if exchange is None or not exchange.hits:
            return _line("No passage was read for this answer, so nothing can be compared.")
        claims = [one.text for one in read_sentences(text)][:_SENTENCES]
        if not claims:
            return _line("Select some words of an answer.")
        contexts = [Context.of(hit) for hit in exchange.hits]
        if not self._turn.acquire(timeout=_PATIENCE):
            return _line("Others are being served just now. Please select again in a moment.")
        try:
            judged = self._pipeline.checker().judge(claims, [contexts] * len(claims))
        finally:
            self._turn.release()
        return "".join(
            _judged(claim, judgement, exchange)
            for claim, judgement in zip(claims, judged, strict=True)
        )


def _line(text: str) -> str:
    return f'<p class="gw-evidence-line">{esc(text)}</p>'


def _judged(claim: str, judgement: Judgement, exchange: Exchange) -> str:
    mark, word = VERDICT_WORDS[judgement.verdict]
    reasons = f": {esc('; '.join(judgement.reasons))}" if judgement.verdict.is_problem else ""
    numbers = {c.n: c for c in exchange.citations}
    lines = "".join(
        _source(one, exchange.hits[one.context], numbers.values())
        for one in judgement.evidence[:_LINES]
    )
    return (
        f'<section class="gw-judged gw-{word}"><p class="gw-evidence-claim">“{esc(claim)}”</p>'
        f'<p class="gw-evidence-verdict"><strong><span aria-hidden="true">{mark}</span> {word}'
        f"</strong> by the {counted(len(exchange.hits), 'passage')} read for this answer{reasons}"
        f"</p>{lines}</section>"
    )


def _source(evidence: Evidence, hit: Hit, cited: Iterable[Citation]) -> str:
    """The sentence, its article, and its number where the answer cites it."""
    chips = "".join(
        chip_html(c)
        for c in cited
        if c.passage_id == hit.passage.id and evidence.text.strip() in c.quote
    )
    url = quote_url(hit.article.url, evidence.text)
    opened = f" {link(url, 'Open original')}" if url else ""
    return (
        f'<blockquote class="gw-evidence-source"><p>{esc(" ".join(evidence.text.split()))}{chips}</p>'
        f'<p class="gw-credit">{joined((credit(hit.article), esc(hit.article.title)))}{opened}</p>'
        "</blockquote>"
    )
