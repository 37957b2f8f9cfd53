"""Passages: runs of whole sentences, measured in the embedding model's own tokens."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from dataclasses import dataclass

from rag.models.base import Embedder
from rag.reading.sentences import sentence_spans
from rag.types import Article, Passage, Span

# Special tokens and a margin, since headline and passage are tokenized together.
_RESERVE = 6
# The headline's share of what the model reads.
_TITLE_TOKENS = 40
_BREAKS = re.compile(r"[,;:)\]—–-]\s|\s")


@dataclass(frozen=True, slots=True)
class _Sized:
    span: Span
    tokens: int
    # Whether a paragraph begins with it.
    opens: bool


def split(article: Article, embedder: Embedder, budget: int) -> tuple[Passage, ...]:
    """Passages of at most `budget` tokens, never more than the model reads with the headline."""
    budget = min(budget, embedder.max_tokens - _TITLE_TOKENS - _RESERVE - 8)
    starts = [start for start, _ in embedder.token_spans(article.text)]
    sized = [
        _Sized(piece, _tokens(starts, piece), _opens(article.text, piece))
        for span in sentence_spans(article.text)
        for piece in _pieces(article.text, span, starts, budget)
    ]
    return tuple(
        _passage(article, ordinal, group) for ordinal, group in enumerate(_groups(sized, budget))
    )


def embedding_text(article: Article, passage: Passage) -> str:
    """What is embedded: headline and date for context, then the passage."""
    title = " ".join(article.title.split()[: _TITLE_TOKENS // 2])[:160]
    day = f" ({article.published:%d %B %Y})" if article.published else ""
    return f"{title}{day}\n{passage.text}"


def _tokens(starts: list[int], span: Span) -> int:
    return max(1, bisect_left(starts, span.end) - bisect_left(starts, span.start))


def _opens(text: str, span: Span) -> bool:
    return "\n" in text[max(0, span.start - 2) : span.start]


def _pieces(text: str, span: Span, starts: list[int], budget: int) -> list[Span]:
    """A sentence that is longer than a passage may be is cut at clauses, else at words."""
    pieces = []
    while _tokens(starts, span) > budget:
        limit = starts[bisect_left(starts, span.start) + budget]
        cut = limit
        for match in _BREAKS.finditer(text, span.start + (limit - span.start) // 2, limit):
            cut = match.end()
        if cut <= span.start:
            break
        head = text[span.start : cut].rstrip()
        pieces.append(Span(span.start, span.start + len(head)))
        tail = text[cut : span.end]
        span = Span(span.end - len(tail.lstrip()), span.end)
    return [*pieces, span]


def _groups(sized: list[_Sized], budget: int) -> list[list[_Sized]]:
    groups: list[list[_Sized]] = []
    total = 0
    for one in sized:
        full = total + one.tokens > budget
        if not groups or full or (one.opens and total > budget * 0.7):
            groups.append([])
            total = 0
        groups[-1].append(one)
        total += one.tokens
    if len(groups) > 1:
        _settle_tail(groups, budget)
    return groups


def _settle_tail(groups: list[list[_Sized]], budget: int) -> None:
    """A last passage of a sentence or two says little alone: it joins the one before, or takes
    sentences from it."""
    before, tail = groups[-2], groups[-1]
    size = sum(one.tokens for one in tail)
    if size >= budget / 4:
        return
    if size + sum(one.tokens for one in before) <= budget:
        before.extend(tail)
        groups.pop()
    while size < budget / 4 and len(before) > 2 and groups[-1] is tail:
        moved = before.pop()
        tail.insert(0, moved)
        size += moved.tokens


def _passage(article: Article, ordinal: int, group: list[_Sized]) -> Passage:
    start, end = group[0].span.start, group[-1].span.end
    text = article.text[start:end]
    digest = hashlib.sha256(f"{article.id}\x1f{start}\x1f{text}".encode()).hexdigest()
    return Passage(
        f"p{digest[:15]}", article.id, ordinal, start, end, text, tuple(one.span for one in group)
    )
