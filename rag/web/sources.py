"""The panel beside the conversation: one card per article, the cited sentences marked in place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

from rag.types import ArticleRef, Citation, Hit, Passage
from rag.web.conversation import Conversation
from rag.web.corpus.where import Where
from rag.web.markup import counted, credit, day, esc, link, paragraphs, quote_url, safe_url

_EMPTY = (
    '<p class="gw-panel-empty">Every sentence of an answer is tied to the sentence that it rests '
    "on. Those sentences will stand here, marked inside their articles.</p>"
)


def sources_html(conversation: Conversation, *, shelved: bool = False) -> str:
    """The newest answer's sources first, then those of earlier answers; one place per number.
    `shelved`: the page "Articles" is served, so each card leads to its article there."""
    live = conversation.live
    current = {c.n: c for c in live.citations} if live else {}
    earlier = {
        c.n: c for one in conversation.exchanges for c in one.citations if c.n not in current
    }
    hits = {hit.passage.id: hit for one in conversation.exchanges for hit in one.hits}
    parts = [_section("", current.values(), hits, shelved)] if current else []
    if earlier:
        parts.append(_section("Earlier in this conversation", earlier.values(), hits, shelved))
    count = len({c.article.id for c in (*current.values(), *earlier.values())})
    said = f'<span class="gw-panel-count">{count}</span>' if count else ""
    return (
        f'<section class="gw-panel" aria-label="Sources"><h2>Sources {said}</h2>'
        f"{''.join(parts) or _EMPTY}</section>"
    )


def _section(title: str, citations: Iterable[Citation], hits: dict[str, Hit], shelved: bool) -> str:
    ordered = sorted(citations, key=lambda c: c.n)
    articles = {c.article.id: [x for x in ordered if x.article.id == c.article.id] for c in ordered}
    cards = "".join(_card(group, hits, shelved) for group in articles.values())
    head = f'<h3 class="gw-panel-head">{esc(title)}</h3>' if title else ""
    return f"{head}{cards}"


def _card(citations: Sequence[Citation], hits: dict[str, Hit], shelved: bool) -> str:
    article = citations[0].article
    numbers = "".join(f'<span class="gw-number">{c.n}</span>' for c in citations)
    by_passage = groupby(sorted(citations, key=_place), key=lambda c: c.passage_id)
    passages = "".join(
        _passage(hits[key].passage if key in hits else None, list(group))
        for key, group in by_passage
    )
    return (
        f'<article class="gw-card" data-numbers="{" ".join(str(c.n) for c in citations)}">'
        f'<p class="gw-card-top"><span class="gw-numbers" aria-hidden="true">{numbers}</span>'
        f'<span class="gw-credit"><span class="gw-outlet">{esc(article.outlet or "")}</span>'
        f"<time>{day(article.published)}</time></span></p>"
        f'<h3 class="gw-headline">{esc(article.title)}</h3>'
        f"{_byline(citations, hits)}{passages}{_links(citations, shelved)}"
        f'<button type="button" class="gw-back" data-back="{citations[0].n}">Back to the answer'
        "</button></article>"
    )


def _place(citation: Citation) -> tuple[str, int]:
    return citation.passage_id, citation.start


def _byline(citations: Sequence[Citation], hits: dict[str, Hit]) -> str:
    author = citations[0].article.author
    by = f'<p class="gw-byline">{esc(author)}</p>' if author else ""
    found = [hits[c.passage_id].reprints for c in citations if c.passage_id in hits]
    return by + _reprints({ref.id: ref for refs in found for ref in refs}.values(), citations[0].n)


def _reprints(refs: Collection[ArticleRef], number: int) -> str:
    """One story is one source; who else printed it stands behind a fold, which folds.js knows by
    the card's first number."""
    if not refs:
        return ""
    items = "".join(
        f"<li>{link(url, ref.title) if (url := safe_url(ref.url)) else esc(ref.title)}"
        f'<span class="gw-credit">{credit(ref)}</span></li>'
        for ref in refs
    )
    return (
        f'<details class="gw-reprints" id="reprints-{number}"><summary>+{counted(len(refs), "reprint")}</summary>'
        f"<ul>{items}</ul></details>"
    )


def _passage(passage: Passage | None, citations: Sequence[Citation]) -> str:
    """The passage with its quotes marked; a quote that cannot be placed stands alone."""
    parts: list[str] = []
    alone: list[str] = []
    at = 0
    for one in sorted(citations, key=lambda c: c.start):
        start = one.start - passage.start if passage else -1
        end = start + len(one.quote)
        if passage is None or start < at or passage.text[start:end] != one.quote:
            alone.append(f'<p class="gw-passage">{_mark(one)}</p>')
            continue
        parts += [paragraphs(passage.text[at:start]), _mark(one)]
        at = end
    if passage is not None and parts:
        parts.append(paragraphs(passage.text[at:]))
    whole = f'<p class="gw-passage">{"".join(parts)}</p>' if parts else ""
    return whole + "".join(alone)


def _mark(citation: Citation) -> str:
    n = citation.n
    return (
        f'<mark class="gw-quote" id="cite-{n}" data-n="{n}" tabindex="-1">'
        f"{esc(citation.quote)}</mark>"
    )


def _links(citations: Sequence[Citation], shelved: bool) -> str:
    found = [(c.n, quote_url(c.article.url, c.quote)) for c in citations]
    label = "Open original at {}" if len(found) > 1 else "Open original"
    links = [
        f'<span data-open="{n}">{link(url, label.format(n))}</span>' for n, url in found if url
    ]
    if shelved:
        whole = Where(article=citations[0].article.id).href()
        links.insert(0, f"<span>{link(whole, 'Whole article')}</span>")
    return f'<p class="gw-card-links">{"".join(links)}</p>' if links else ""
