"""One exchange as HTML. Nothing reaches the page but through markup.esc."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import shorten

from rag.types import Answer, Citation, Hit, Lead, Sentence, Verdict
from rag.web.asked import acts_html, narrowed_html
from rag.web.conversation import Conversation, Exchange
from rag.web.markup import counted, credit, day, esc, joined
from rag.web.opinion import opinion_html
from rag.web.why import why_html

VERDICT_WORDS = {
    Verdict.SUPPORTED: ("✓", "supported"),
    Verdict.CONTRADICTED: ("✗", "contradicted"),
    Verdict.UNSUPPORTED: ("!", "unsupported"),
    Verdict.UNCITED: ("?", "uncited"),
}
_NEAREST = 3
_SNIPPET = 260
# A longer last word may break; a shorter one keeps its chips beside it.
_LONG_WORD = 24


def past_html(conversation: Conversation) -> str:
    """All exchanges but the newest, which streams in an element of its own."""
    return "".join(exchange_html(one) for one in conversation.exchanges[:-1])


def exchange_html(exchange: Exchange) -> str:
    state = "busy" if not exchange.done else "error" if exchange.error else "done"
    n = exchange.number
    return (
        f'<article class="gw-turn" id="turn-{n}" data-state="{state}" aria-labelledby="ask-{n}">'
        f'<h2 class="gw-question" id="ask-{n}">{esc(exchange.question)}</h2>'
        f"{narrowed_html(exchange)}{_body(exchange)}{opinion_html(exchange)}{acts_html(exchange)}</article>"
    )


def _body(exchange: Exchange) -> str:
    if exchange.error is not None:
        return (
            f'<p class="gw-error"><strong>No answer this time.</strong> {esc(exchange.error)}</p>'
        )
    if exchange.answer is not None:
        return answer_html(exchange.answer, exchange.number)
    numbers = {citation.n: citation for citation in exchange.citations}
    lines = "".join(sentence_html(one, numbers) for one in exchange.sentences)
    if exchange.unchecked:
        lines += (
            f'<p class="gw-sentence gw-unchecked">{esc(exchange.unchecked)} '
            '<span class="gw-verdict">checking…</span></p>'
        )
    elif not lines:
        lines = f'<p class="gw-wait">{_waiting(exchange)}</p>'
    return f'<div class="gw-answer">{lines}</div>'


def _waiting(exchange: Exchange) -> str:
    if not exchange.begun:
        return "Searching the articles…"
    return f"Reading {counted(len(exchange.hits), 'passage')}…"


def answer_html(answer: Answer, number: int) -> str:
    """A whole answer; `number` is its place in the conversation."""
    if answer.status == "no_answer":
        return _no_answer(answer, number)
    numbers = {citation.n: citation for citation in answer.citations}
    parts = [
        summary_html(answer),
        _lead(answer.lead, numbers) if answer.lead else "",
        "".join(sentence_html(one, numbers) for one in answer.sentences),
        differing_html(answer.differing, numbers),
    ]
    if answer.status == "interrupted":
        parts.append('<p class="gw-note gw-stopped">You stopped this answer here.</p>')
    elif answer.status == "error":
        parts.append('<p class="gw-note gw-stopped">This answer broke off here.</p>')
    parts.append(_notes(answer.notes))
    return f'<div class="gw-answer">{"".join(parts)}</div>{_foot(answer, number)}'


def summary_text(answer: Answer) -> str:
    """4 of 4 sentences supported · 2 sources · newest 9 Oct 2020"""
    claims = [s for s in answer.sentences if s.verdict is not Verdict.NOT_A_CLAIM]
    if not claims:
        return ""
    held = sum(s.verdict is Verdict.SUPPORTED for s in claims)
    articles = {citation.article.id: citation.article for citation in answer.citations}
    days = [article.published for article in articles.values() if article.published]
    return joined(
        (
            f"{held} of {counted(len(claims), 'sentence')} supported",
            counted(len(articles), "source"),
            f"newest {day(max(days))}" if days else "",
            f"as of {day(answer.query.as_of)}" if answer.query and answer.query.as_of else "",
        )
    )


def summary_html(answer: Answer) -> str:
    text = summary_text(answer)
    if not text:
        return ""
    failed = any(s.verdict.is_problem for s in answer.sentences)
    mark, kind = ("!", "warn") if failed else ("✓", "good")
    return (
        f'<p class="gw-summary gw-{kind}"><span class="gw-mark-sign" aria-hidden="true">{mark}'
        f"</span> {esc(text)}</p>"
    )


def sentence_html(sentence: Sentence, numbers: Mapping[int, Citation]) -> str:
    """Quiet where the sentence holds; where it does not, the word and the reason are loud."""
    chips = "".join(chip_html(numbers[n]) for n in sentence.citations if n in numbers)
    if sentence.verdict is Verdict.NOT_A_CLAIM:
        return f'<p class="gw-sentence">{_held(sentence.text, chips)}</p>'
    mark, word = VERDICT_WORDS[sentence.verdict]
    tag = "del" if sentence.removed else "span"
    said = f'<{tag} class="gw-said">{_held(sentence.text, chips)}</{tag}>'
    if not sentence.verdict.is_problem:
        sign = _verdict(mark, word)
        return f'<p class="gw-sentence gw-{word}">{said} {sign}</p>'
    reasons = "; ".join(sentence.reasons)
    told = (
        f"{_verdict(mark, word, ', removed' if sentence.removed else '')}"
        f"{': ' + esc(reasons) if reasons else ''}"
    )
    return (
        f'<div class="gw-sentence gw-problem gw-{word}"><p>{said}</p>'
        f'<p class="gw-reason">{told}</p></div>'
    )


def _verdict(mark: str, word: str, more: str = "") -> str:
    """A button: it shows the evidence for its sentence, as a selection of it would."""
    return (
        '<button type="button" class="gw-verdict" data-evidence aria-haspopup="dialog">'
        f'<span aria-hidden="true">{mark}</span> {word}{more}</button>'
    )


def _held(text: str, chips: str) -> str:
    """The text and its chips; the last word holds them, so that none begins a line."""
    head, space, last = text.rpartition(" ")
    if not chips or len(last) > _LONG_WORD:
        return esc(text) + chips
    return f'{esc(head)}{space}<span class="gw-tail">{esc(last)}{chips}</span>'


def chip_html(citation: Citation) -> str:
    """The numbered button of a citation; citations.js opens its card and its place in the panel."""
    about = joined((citation.article.outlet or "", citation.article.title), ", ")
    return (
        f'<button type="button" class="gw-chip" data-n="{citation.n}" '
        f'aria-label="Citation {citation.n}: {esc(about)}">{citation.n}</button>'
    )


def _lead(lead: Lead, numbers: Mapping[int, Citation]) -> str:
    chip = chip_html(numbers[lead.n]) if lead.n in numbers else ""
    kind = "gw-lead" if lead.sure else "gw-lead gw-maybe"
    return f'<p class="{kind}">{_held(lead.shown, chip)}</p>'


def differing_html(differing: Sequence[Lead], numbers: Mapping[int, Citation]) -> str:
    """What articles say differently, side by side, each with its source and day."""
    told = [(one, numbers[one.n]) for one in differing if one.n in numbers]
    if not told:
        return ""
    items = "".join(
        f'<li><p class="gw-differ-value">{_held(one.text, chip_html(citation))}</p>'
        f'<p class="gw-credit">{credit(citation.article)}</p></li>'
        for one, citation in told
    )
    return (
        '<section class="gw-differ" aria-label="The articles differ">'
        f'<h3 class="gw-near-title">The articles differ</h3><ul>{items}</ul>'
        "<p>They may speak of different days, places or counts.</p></section>"
    )


def _notes(notes: Sequence[str]) -> str:
    return "".join(f'<p class="gw-note">{esc(note)}</p>' for note in notes)


def _foot(answer: Answer, number: int) -> str:
    return (
        f'<div class="gw-foot"><p class="gw-mode">{mode_html(answer.mode, answer.model)}</p>'
        f"{why_html(answer, number)}</div>"
    )


def mode_html(mode: str, model: str | None) -> str:
    if mode == "llm":
        return f"<b>{esc(model or 'model')}</b> wrote this; every sentence was checked"
    return "<b>Extractive</b>: the articles’ own words"


def _no_answer(answer: Answer, number: int) -> str:
    said = " ".join(s.text for s in answer.sentences if not s.removed)
    near = "".join(_near(hit) for hit in answer.nearest[:_NEAREST])
    listed = (
        f'<h3 class="gw-near-title">The nearest passages</h3><ul class="gw-near">{near}</ul>'
        if near
        else ""
    )
    return (
        '<div class="gw-answer gw-none"><p class="gw-none-head">No answer in these articles</p>'
        f'<p class="gw-none-text">{esc(said)}</p>{_notes(answer.notes)}{listed}</div>'
        f"{_foot(answer, number)}"
    )


def _near(hit: Hit) -> str:
    cut = shorten(hit.passage.text, _SNIPPET, placeholder=" …")
    return (
        f'<li><p class="gw-credit">{credit(hit.article)}</p>'
        f'<p class="gw-headline">{esc(hit.article.title)}</p>'
        f'<p class="gw-snippet">{esc(cut)}</p></li>'
    )


def spoken(exchange: Exchange) -> str:
    """What a screen reader is told of the state of an exchange."""
    if exchange.error is not None:
        text = exchange.error
    elif exchange.answer is None:
        text = _waiting(exchange)
    elif exchange.answer.status == "no_answer":
        text = "No answer in these articles."
    else:
        said = " ".join(s.text for s in exchange.answer.sentences if not s.removed)
        text = f"{said} {summary_text(exchange.answer)}"
    return f'<p role="status" class="gw-spoken">{esc(text)}</p>'
