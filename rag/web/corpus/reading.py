"""One article in full, with the bounds of its passages, its reprints, and the way to take it out."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Article, ArticleRef, Passage
from rag.web.corpus.where import Where
from rag.web.markup import counted, credit, day, esc, joined, link, paragraphs, safe_url


def article_html(
    article: Article,
    passages: Sequence[Passage],
    reprints: Sequence[ArticleRef],
    where: Where,
    *,
    removable: bool,
    notice: str = "",
) -> str:
    """`notice` is a line on what just failed; plain text."""
    told = f'<p class="gw-error" role="alert">{esc(notice)}</p>' if notice else ""
    dek = f'<p class="gw-dek">{esc(article.dek)}</p>' if article.dek else ""
    return (
        f'<article class="gw-read-one" data-here="{esc(where.href())}" '
        f'aria-labelledby="gw-read-title">{_back(where)}{told}'
        f'<h2 id="gw-read-title" tabindex="-1">{esc(article.title)}</h2>{dek}'
        f"{_credit(article)}{_tools(article, passages)}{_body(article, passages)}"
        f"{_reprints(reprints, where)}{_remove(article) if removable else ''}</article>"
    )


def missing_html(where: Where) -> str:
    return (
        f'<section class="gw-read-one" data-here="{esc(where.href())}">{_back(where)}'
        '<p class="gw-error" role="alert">There is no such article in this library; it may have '
        "been removed.</p></section>"
    )


def _back(where: Where) -> str:
    href = esc(where.href(article=""))
    return f'<p class="gw-to-list"><a class="gw-go" href="{href}">All articles</a></p>'


def _credit(article: Article) -> str:
    line = joined((article.outlet or "", article.author or "", day(article.published) or "undated"))
    return f'<p class="gw-credit">{esc(line)}</p>'


def _tools(article: Article, passages: Sequence[Passage]) -> str:
    url = safe_url(article.url)
    opened = link(url, "Open original") if url else ""
    toggle = (
        '<label class="gw-toggle"><input type="checkbox" id="gw-bounds">'
        f" Show its {counted(len(passages), 'passage')}</label>"
    )
    return f'<p class="gw-tools">{toggle}{opened}</p>'


def _body(article: Article, passages: Sequence[Passage]) -> str:
    """The stored text, every character of it; a mark stands where a passage begins."""
    parts: list[str] = []
    at = 0
    for passage in passages:
        parts += [
            paragraphs(article.text[at : passage.start]),
            f'<span class="gw-bound" id="passage-{passage.ordinal + 1}">'
            f"Passage {passage.ordinal + 1}</span>",
            paragraphs(article.text[max(at, passage.start) : passage.end]),
        ]
        at = max(at, passage.end)
    parts.append(paragraphs(article.text[at:]))
    return f'<div class="gw-body">{"".join(parts)}</div>'


def _reprints(reprints: Sequence[ArticleRef], where: Where) -> str:
    if not reprints:
        return ""
    items = "".join(
        f'<li><a class="gw-go" href="{esc(where.href(article=ref.id))}">'
        f'{esc(ref.title)}</a> <span class="gw-credit">{credit(ref)}</span></li>'
        for ref in reprints
    )
    return (
        '<section class="gw-reprints"><h3>The same story in this library</h3>'
        f"<ul>{items}</ul></section>"
    )


def _remove(article: Article) -> str:
    return (
        '<details class="gw-remove"><summary>Remove this article</summary>'
        "<p>It is taken out of the library with its passages, and no answer will rest on it any "
        "more. This cannot be undone here; its source can be read in again.</p>"
        f'<button type="button" class="gw-button gw-danger" data-remove="{esc(article.id)}">'
        "Yes, remove it</button></details>"
    )
