"""Near-reprints of one wire story, by MinHash (Broder, "On the resemblance of documents", 1997)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import numpy as np

from rag.library.record import Mark
from rag.library.terms import words

_SHINGLE = 4
_HASHES = 64
# Estimated share of common shingles from which two articles tell one story in the same words. In
# news, pairs between a half and this tell of another year's solstice, or of the same day's next goal.
_SAME = 0.8
_RANDOM = np.random.default_rng(20201009)
# Odd, so that no two shingles are hashed to one (Dietzfelbinger et al., multiply-shift, 1997).
_A = _RANDOM.integers(1 << 63, size=_HASHES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_B = _RANDOM.integers(1 << 63, size=_HASHES, dtype=np.uint64)
_HIGH = np.uint64(32)


def signature(text: str) -> bytes:
    """64 minima of the shingles' hashes, 4 bytes each."""
    found = words(text)
    runs = {
        zlib.crc32(" ".join(found[i : i + _SHINGLE]).encode())
        for i in range(max(1, len(found) - _SHINGLE + 1))
    }
    shingles = np.fromiter(runs, dtype=np.uint64, count=len(runs))
    # Products wrap at 2^64, which is what mixes them: without a wrap the least shingle of all would
    # be the least under every hash, and two articles alike as soon as they share that one.
    hashed = (shingles[:, None] * _A + _B) >> _HIGH
    minima: bytes = hashed.min(axis=0).astype("<u4").tobytes()
    return minima


class Stories:
    """Which story an article belongs to, among those that are known."""

    def __init__(self, known: Iterable[Mark]) -> None:
        marks = list(known)
        self._names = [mark.story for mark in marks]
        joined = b"".join(mark.signature for mark in marks)
        self._rows = np.frombuffer(joined, dtype="<u4").reshape(-1, _HASHES).copy()

    def story_of(self, article_id: str, mark: bytes) -> str:
        """The story of the nearest known article, else a new one named after this article."""
        row = np.frombuffer(mark, dtype="<u4")
        count = len(self._names)
        story = article_id
        if count:
            shares = (self._rows[:count] == row).mean(axis=1)
            nearest = int(shares.argmax())
            if shares[nearest] >= _SAME:
                story = self._names[nearest]
        if count == len(self._rows):
            room = np.zeros((max(64, count), _HASHES), dtype="<u4")
            self._rows = np.concatenate([self._rows, room])
        self._rows[count] = row
        self._names.append(story)
        return story
