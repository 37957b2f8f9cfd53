"""BM25 over passages and over whole articles, from postings that lie in SQLite.

Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with
Lucene's never-negative idf. The postings of an article are written with it, in its transaction;
a search holds them in memory as sorted arrays, so an index can never disagree with the articles.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.library.terms import terms

_K1 = 1.2
_B = 0.75
# The headline is worth this many mentions in the body.
_TITLE_WEIGHT = 3
_TITLE = 0xFFFF
_ROW = np.dtype([("term", "<u4"), ("passage", "<u2"), ("count", "u1")])

# Of the 32 bits beside a term these count its mentions in one passage (more are worth no more to
# BM25), the rest say where: room for 67 million headlines and passages.
_COUNT_BITS = 6
_MOST = (1 << _COUNT_BITS) - 1

Scores = NDArray[np.float32]


def term_key(stem: str) -> int:
    """32 bits of a stem. Two rare words that collide count as one, which no ranking notices."""
    return zlib.crc32(stem.encode())


def make_postings(title: str, passages: Sequence[str]) -> bytes:
    """Rows of (term, passage ordinal or headline, count) as bytes."""
    rows = [
        (term_key(stem), ordinal, min(count, 255))
        for ordinal, text in [*enumerate(passages), (_TITLE, title)]
        for stem, count in Counter(terms(text)).items()
    ]
    return np.array(rows, dtype=_ROW).tobytes()


class Holding:
    """Which articles hold which terms, in headline or body; in the order of their postings."""

    def __init__(self, postings: Sequence[bytes]) -> None:
        rows = np.frombuffer(b"".join(postings), dtype=_ROW)
        self._terms = np.ascontiguousarray(rows["term"])
        self._ends = np.cumsum([len(blob) // _ROW.itemsize for blob in postings])

    def every(self, text: str) -> NDArray[np.bool_]:
        """The articles that hold every term of the text; all where it has none."""
        held = np.ones(len(self._ends), dtype=bool)
        for key in {term_key(stem) for stem in terms(text)}:
            found = np.zeros(len(held), dtype=bool)
            places = np.flatnonzero(self._terms == key)
            found[np.searchsorted(self._ends, places, side="right")] = True
            held &= found
        return held


@dataclass(frozen=True, slots=True)
class _Field:
    """Postings of one kind of document, sorted by term."""

    terms: NDArray[np.uint32]
    starts: NDArray[np.int64]
    documents: NDArray[np.int32]
    weights: Scores
    size: int

    def frequency(self, key: int) -> int:
        """How many documents hold the term."""
        part = self._part(key)
        return int(part.stop - part.start)

    def covered(self, keys: Sequence[int]) -> Scores:
        """The rarities of those terms that each document holds, as a share of all of them."""
        shares, total = np.zeros(self.size, dtype=np.float32), 0.0
        for key in keys:
            worth = self.rarity(key)
            shares[self.documents[self._part(key)]] += worth
            total += worth
        return shares / total if total else shares

    def rarity(self, key: int) -> float:
        return float(_idf(self.size, self.frequency(key)))

    def search(self, keys: Sequence[tuple[int, float]]) -> Scores:
        """BM25 of every document for weighted term keys; shape (size,)."""
        scores = np.zeros(self.size, dtype=np.float32)
        for key, weight in keys:
            part = self._part(key)
            scores[self.documents[part]] += weight * self.weights[part]
        return scores

    def _part(self, key: int) -> slice:
        """Where the postings of the term stand; empty where it has none."""
        at = int(np.searchsorted(self.terms, key))
        if at < len(self.terms) and self.terms[at] == key:
            return slice(self.starts[at], self.starts[at + 1])
        return slice(0, 0)


def _idf(size: int, frequency: Any) -> Any:
    """Of one frequency or of an array of them."""
    return np.log1p((size - frequency + 0.5) / (frequency + 0.5))


def _field(
    term: NDArray[np.uint32], document: NDArray[np.int32], count: Scores, size: int
) -> _Field:
    """Of rows that are sorted by term and document; those of the same pair are added up."""
    heads = _heads(term, document)
    count = np.add.reduceat(count, heads) if len(heads) else count
    term, document = term[heads], document[heads]
    lengths = np.bincount(document, weights=count, minlength=size)
    average = lengths.mean() if size and lengths.sum() else 1.0
    firsts = _heads(term)
    starts = np.append(firsts, len(term))
    frequency = np.diff(starts)
    norm = _K1 * (1 - _B + _B * lengths / average)
    weights = np.repeat(_idf(size, frequency) * (_K1 + 1), frequency)
    weights *= count
    weights /= count + norm[document]
    return _Field(term[firsts], starts, document, weights.astype(np.float32), size)


def _heads(*columns: NDArray[Any]) -> NDArray[np.int64]:
    """Where in sorted columns another row begins."""
    first = np.zeros(len(columns[0]), dtype=bool)
    first[:1] = True
    for column in columns:
        first[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(first)


def _sorted(
    postings: Sequence[bytes], titles: NDArray[np.int64]
) -> tuple[NDArray[np.uint32], NDArray[np.int64], Scores]:
    """Term, slot and count of every row, by term and slot: a row is made one number, because
    sorting numbers is many times faster than finding the order of rows."""
    rows = np.frombuffer(b"".join(postings), dtype=_ROW)
    sizes = [len(blob) // _ROW.itemsize for blob in postings]
    slot = np.repeat(titles, sizes)
    slot += np.where(rows["passage"] == _TITLE, 0, rows["passage"].astype(np.int64) + 1)
    count = np.minimum(rows["count"], _MOST)
    packed = (rows["term"].astype(np.uint64) << np.uint64(32)) | (
        slot << _COUNT_BITS | count
    ).astype(np.uint64)
    packed.sort()
    low = (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)
    return (
        (packed >> np.uint64(32)).astype(np.uint32),
        low >> _COUNT_BITS,
        (low & _MOST).astype(np.float32),
    )


class Lexical:
    """An index over articles given as postings, in the order of the library's articles.

    `passages[i]` counts the passages of article i; passages are numbered through in that order.
    """

    def __init__(self, postings: Sequence[bytes], passages: Sequence[int]) -> None:
        counts = np.asarray(passages, dtype=np.int64)
        firsts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        # The first passage of each article, by number.
        self.lead_of: NDArray[np.int64] = firsts[:-1]
        self.article_of: NDArray[np.int64] = np.repeat(np.arange(len(counts)), counts)
        # Each article has a slot for its headline, then one for each of its passages.
        titles = firsts[:-1] + np.arange(len(counts))
        slots = int(firsts[-1]) + len(counts)
        headline = np.zeros(slots, dtype=bool)
        headline[titles] = True
        article_of = np.repeat(np.arange(len(counts), dtype=np.int32), counts + 1)
        passage_of = (np.arange(slots) - article_of - 1).astype(np.int32)
        term, slot, count = _sorted(postings, titles)
        body = ~headline[slot]
        self._passages = _field(term[body], passage_of[slot[body]], count[body], int(firsts[-1]))
        weight = np.where(body, count, count * np.float32(_TITLE_WEIGHT))
        self._articles = _field(term, article_of[slot], weight, len(counts))

    def search(self, text: str) -> tuple[Scores, Scores]:
        """BM25 of every passage and of every article."""
        counted = Counter(terms(text))
        keys = [(term_key(stem), float(min(count, 2))) for stem, count in counted.items()]
        return self._passages.search(keys), self._articles.search(keys)

    def covered(self, text: str) -> Scores:
        """Which share of the text's words each article holds, the rare ones counting more."""
        return self._articles.covered([term_key(stem) for stem in dict.fromkeys(terms(text))])

    def rarity(self, stem: str) -> float:
        """Inverse document frequency of a stem over passages; the rarer, the higher."""
        return self._passages.rarity(term_key(stem))
