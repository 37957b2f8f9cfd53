"""Lexical and dense search, fused; reprints folded; no article takes more than its share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.library.bounds import Bounds
from rag.library.library import Library
from rag.library.record import day_number
from rag.library.snapshot import Snapshot
from rag.models.base import Embedder, Scorer, Vectors
from rag.retrieval.fuse import Scores, Weights, by_top
from rag.retrieval.timely import timeliness
from rag.types import Hit, Query

_LEXICAL = 100
_DENSE = 150
# When a filter leaves fewer dense candidates than this, Chroma is asked again with the filter:
# its filter costs tens of milliseconds, so it is not used where most of the library passes.
_DENSE_LEAST = 30
_RERANKED = 20
# Passages of one article: few when one looks around, more when one story is to answer.
_PER_ARTICLE = 2
PER_STORY = 4

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Found:
    """Hits, best first, and the query as it was carried out (a filter may have given way)."""

    hits: tuple[Hit, ...]
    query: Query


@dataclass(frozen=True, slots=True)
class _Ranked:
    number: int
    score: float
    cosine: float


class Finder(Protocol):
    """What an answer's evidence comes from: the library, or what was found there before."""

    def find(self, query: Query, k: int, per_article: int) -> Found: ...


class Search:
    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        scorer: Scorer | None = None,
        weights: Weights = Weights(),
    ) -> None:
        self.library = library
        self.embedder = embedder
        self.scorer = scorer
        self.weights = weights

    def find(self, query: Query, k: int, per_article: int = _PER_ARTICLE) -> Found:
        """Up to k hits. An empty library or a filter that leaves nothing gives none."""
        found = [self._find(one, k, per_article) for one in _each(query)]
        if len(found) == 1:
            return found[0]
        notes = dict.fromkeys(note for one in found for note in one.query.notes)
        return Found(_in_turn([one.hits for one in found], k), replace(query, notes=tuple(notes)))

    def _find(self, query: Query, k: int, per_article: int) -> Found:
        snapshot = self.library.snapshot()
        mask = snapshot.within(_bounds(query))
        if query.outlets and query.outlets_may_yield and not self._matches(snapshot, query, mask):
            note = f"Nothing on this in {', '.join(query.outlets)}: searched every outlet"
            query = replace(query, outlets=(), notes=(*query.notes[:-1], note))
            mask = snapshot.within(_bounds(query))
        if not mask.any():
            return Found((), query)
        vector = self.embedder.embed([query.text])
        ranked = self._rank(snapshot, query, mask, vector)
        if self.scorer is not None:
            ranked = self._rerank(snapshot, query, ranked)
        share = min(per_article, _PER_ARTICLE) if query.overview else per_article
        return Found(self._hits(snapshot, ranked, mask, k, share), query)

    def _matches(self, snapshot: Snapshot, query: Query, mask: Mask) -> bool:
        """Whether an allowed article shares words with the question beside the outlet's name."""
        text = query.text
        for name in query.outlets:
            text = text.replace(name.removeprefix("The "), " ")
        _, articles = snapshot.lexical.search(text)
        return bool((articles[mask] > 0.3 * articles.max(initial=0.0)).any() and articles.any())

    def _rank(self, snapshot: Snapshot, query: Query, mask: Mask, vector: Vectors) -> list[_Ranked]:
        lexical, weights = snapshot.lexical, self.weights
        scores, sharing = self._by_words(snapshot, query, mask)
        dense = dict(self._nearest(snapshot, query, mask, vector))
        chosen = _best(np.where(sharing, scores, 0), _LEXICAL) | dense.keys()
        leads = {int(lexical.lead_of[lexical.article_of[n]]) for n in chosen}
        if query.overview:
            chosen |= leads
        missing = sorted((chosen | leads) - dense.keys())
        cosines = {**dense, **self.library.cosines(snapshot, vector, missing)}
        numbers = np.array(sorted(chosen & cosines.keys()), dtype=np.int64)
        if not len(numbers):
            return []

        def near(passages: NDArray[np.int64]) -> Scores:
            return np.array([cosines.get(int(n), 0.0) for n in passages], dtype=np.float32)

        cosine = near(numbers)
        total = scores[numbers] + weights.dense * np.maximum(cosine, 0)
        total += weights.lead * np.maximum(near(lexical.lead_of[lexical.article_of[numbers]]), 0)
        total += weights.phrase * self._phrases(snapshot, query, numbers)
        if query.overview:
            total += weights.opening * (lexical.lead_of[lexical.article_of[numbers]] == numbers)
        order = np.lexsort((numbers, -total))
        return [_Ranked(int(numbers[i]), float(total[i]), float(cosine[i])) for i in order]

    def _by_words(self, snapshot: Snapshot, query: Query, mask: Mask) -> tuple[Scores, Mask]:
        """For each passage a score by its words, its article's and its article's date (else the
        article of last week never comes up for comparison); and whether it shares a word."""
        lexical, weights = snapshot.lexical, self.weights
        passages, articles = lexical.search(query.text)
        passages = np.where(mask[lexical.article_of], passages, 0)
        of_articles = weights.article * by_top(np.where(mask, articles, 0))
        of_articles += weights.covered * lexical.covered(query.text)
        of_articles += timeliness(snapshot.days, query, weights)
        scores = weights.passage * by_top(passages) + of_articles[lexical.article_of]
        return scores, passages > 0

    def _nearest(
        self, snapshot: Snapshot, query: Query, mask: Mask, vector: Vectors
    ) -> list[tuple[int, float]]:
        article_of = snapshot.lexical.article_of

        def allowed(found: list[tuple[int, float]]) -> list[tuple[int, float]]:
            return [(n, cosine) for n, cosine in found if mask[article_of[n]]]

        near = allowed(self.library.nearest(snapshot, vector, _DENSE))
        if len(near) < _DENSE_LEAST and not mask.all():
            near = allowed(self.library.nearest(snapshot, vector, _DENSE, _bounds(query)))
        return near

    def _phrases(
        self, snapshot: Snapshot, query: Query, numbers: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        if not query.phrases:
            return np.zeros(len(numbers), dtype=np.float32)
        ids = [snapshot.passage_ids[n] for n in numbers]
        located = self.library.located(ids)
        wanted = [phrase.casefold() for phrase in query.phrases]
        shares = [
            sum(phrase in located[key].passage.text.casefold() for phrase in wanted) / len(wanted)
            if key in located
            else 0.0
            for key in ids
        ]
        return np.array(shares, dtype=np.float32)

    def _rerank(self, snapshot: Snapshot, query: Query, ranked: list[_Ranked]) -> list[_Ranked]:
        assert self.scorer is not None
        head = ranked[:_RERANKED]
        located = self.library.located([snapshot.passage_ids[r.number] for r in head])
        head = [r for r in head if snapshot.passage_ids[r.number] in located]
        texts = [located[snapshot.passage_ids[r.number]].passage.text for r in head]
        scores = self.scorer.score([(query.text, text) for text in texts])
        again = [
            replace(r, score=1 + float(s) + 0.1 * r.score)
            for r, s in zip(head, scores, strict=False)
        ]
        return sorted(again, key=lambda r: (-r.score, r.number)) + ranked[_RERANKED:]

    def _hits(
        self, snapshot: Snapshot, ranked: Sequence[_Ranked], mask: Mask, k: int, share: int
    ) -> tuple[Hit, ...]:
        """The best k, one article a story, at most `share` passages of each."""
        speaker: dict[str, int] = {}
        taken: dict[int, int] = {}
        chosen: list[_Ranked] = []
        for one in ranked:
            article = int(snapshot.lexical.article_of[one.number])
            if speaker.setdefault(snapshot.stories[article], article) != article:
                continue
            if taken.get(article, 0) < share:
                taken[article] = taken.get(article, 0) + 1
                chosen.append(one)
            if len(chosen) == k:
                break
        located = self.library.located([snapshot.passage_ids[one.number] for one in chosen])
        stories = self.library.store.stories([one.story for one in located.values()])
        hits = []
        for one in chosen:
            found = located.get(snapshot.passage_ids[one.number])
            if found is None:  # A writer replaced it since the snapshot.
                continue
            reprints = tuple(
                ref
                for ref in stories.get(found.story, [])
                if ref.id != found.article.id and _within(snapshot, mask, ref.id)
            )
            hits.append(Hit(found.article, found.passage, one.score, one.cosine, reprints))
        return tuple(hits)


def _best(scores: Scores, count: int) -> set[int]:
    """The passages with the highest scores above 0, at most so many."""
    count = min(count, len(scores))
    best = np.argpartition(-scores, count - 1)[:count]
    return {int(n) for n in best if scores[n] > 0}


def _each(query: Query) -> tuple[Query, ...]:
    """The parts of a question; of the outlets that its words name, each gets its own."""
    if not query.outlets_may_yield:
        return query.each()
    return tuple(
        replace(
            one, outlets=tuple(o for o in query.outlets if o.removeprefix("The ") in one.question)
        )
        for one in query.each()
    )


def _in_turn(found: Sequence[Sequence[Hit]], k: int) -> tuple[Hit, ...]:
    """The best of each, the second of each, ...; a passage that two found counts once."""
    merged: dict[str, Hit] = {}
    for row in zip_longest(*found):
        for hit in row:
            if hit is not None:
                merged.setdefault(hit.passage.id, hit)
    return tuple(merged.values())[:k]


def _within(snapshot: Snapshot, mask: Mask, article_id: str) -> bool:
    """Whether an article is allowed; one that came after the snapshot is not."""
    number = snapshot.number_of_article.get(article_id)
    return number is not None and bool(mask[number])


def _bounds(query: Query) -> Bounds:
    """What the query excludes. An undated article passes `as_of` but no other date filter."""
    latest = [day for day in (query.until, query.as_of) if day]
    return Bounds(
        day_number(query.since.isoformat()) if query.since else None,
        day_number(min(latest).isoformat()) if latest else None,
        query.until is not None,
        query.outlets,
        query.topics,
    )
