"""Paired tests: whether a difference between two runs over the same cases may be chance."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

# Up to 2**14 sign patterns are counted out; beyond that they are drawn.
_EXACT = 14
_DRAWN = 10_000
_SEED = 20240601


def mcnemar(fixed: int, broken: int) -> float:
    """Exact two-sided McNemar test on the cases that changed sides (McNemar 1947).

    >>> mcnemar(0, 5), mcnemar(3, 3)
    (0.0625, 1.0)
    """
    n = fixed + broken
    tail = sum(math.comb(n, k) for k in range(min(fixed, broken) + 1))
    return float(min(1.0, tail / 2 ** (n - 1))) if n else 1.0


def sign_flips(differences: Sequence[float]) -> float:
    """Two-sided paired permutation test of the mean difference (Fisher 1935): the share of sign
    patterns whose sum is as far from zero as the one seen. Counted out, or drawn with a seed.

    >>> sign_flips([1.0, 1.0, 1.0, 0.0])
    0.25
    """
    moved = np.array([d for d in differences if d], dtype=np.float64)
    if not len(moved):
        return 1.0
    seen = abs(moved.sum()) - 1e-9
    if len(moved) <= _EXACT:
        signs = np.array(list(itertools.product((-1, 1), repeat=len(moved))))
        return float((np.abs(signs @ moved) >= seen).mean())
    signs = np.random.default_rng(_SEED).choice((-1, 1), (_DRAWN, len(moved)))
    # The pattern that was seen counts as one of those drawn, so that p is never 0.
    return float(((np.abs(signs @ moved) >= seen).sum() + 1) / (_DRAWN + 1))
