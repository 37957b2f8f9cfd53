"""Thumbs and a comment under an answer."""

from __future__ import annotations

from rag.library.feedback import MAX_COMMENT, Opinion, Thumb
from rag.types import Verdict
from rag.web.conversation import Conversation, Exchange
from rag.web.markup import esc

_THUMBS = (("up", "Helpful"), ("down", "Not helpful"))


def opinion_html(exchange: Exchange) -> str:
    """Buttons; once one is pressed, a line for what is to be said beside it."""
    if exchange.answer is None:
        return ""
    n = exchange.number
    buttons = "".join(
        f'<button type="button" class="gw-plain gw-thumb" data-act="rate" data-n="{n}" '
        f'data-value="{thumb}" aria-pressed="{str(exchange.thumb == thumb).lower()}">{label}</button>'
        for thumb, label in _THUMBS
    )
    return (
        f'<div class="gw-opinion" role="group" aria-label="Was this answer helpful?">{buttons}'
        f"{_comment(exchange) if exchange.thumb else ''}"
        f'<span class="gw-opinion-told">{esc(exchange.opinion_told)}</span></div>'
    )


def _comment(exchange: Exchange) -> str:
    n = exchange.number
    return (
        f'<label class="gw-comment">Comment<input type="text" id="gw-comment-{n}" '
        f'maxlength="{MAX_COMMENT}" autocomplete="off" value="{esc(exchange.comment)}"></label>'
        f'<button type="button" class="gw-plain" data-act="comment" data-n="{n}">Send</button>'
    )


def opinion_of(conversation: Conversation, exchange: Exchange, thumb: Thumb) -> Opinion:
    """What is kept of an answer that was judged."""
    answer = exchange.answer
    assert answer is not None
    cited = [s.text for s in answer.sentences if s.verdict is Verdict.SUPPORTED and s.citations]
    fact = answer.lead.text if answer.lead else next(iter(cited), "")
    options = {
        name: list(value) if isinstance(value, tuple) else value.isoformat()
        for name, value in exchange.filters.options().items()
    }
    used = {n for sentence in answer.sentences for n in sentence.citations}
    articles = dict.fromkeys(c.article.id for c in answer.citations if c.n in used)
    return Opinion(
        key=f"{conversation.key}-{exchange.key}",
        thumb=thumb,
        question=exchange.question,
        comment=exchange.comment,
        status=answer.status,
        answer=answer.text,
        fact=fact,
        articles=tuple(articles),
        history=tuple(one.question for one in conversation.exchanges[: exchange.number - 1]),
        options=options,
    )
