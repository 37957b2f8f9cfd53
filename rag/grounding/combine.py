"""Findings and likeness to one probability: a small logistic regression.

Fitted by `python -m benchmarks.grounding --fit` on claims that people judged; the weights lie in
`weights.json` beside this file, with what they were fitted on.
"""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from rag.grounding.evidence import Reading
from rag.grounding.rules.finding import Finding

FEATURES = (
    "cosine",
    "together",
    "coverage",
    "nearest",
    "pairs",
    "number",
    "date",
    "name",
    "quote",
    "speaker",
    "negation",
    "opposite",
    "length",
)
WEIGHTS = Path(__file__).parent / "weights.json"


def features(reading: Reading, findings: Sequence[Finding]) -> list[float]:
    """In the order of FEATURES."""
    counted = Counter(finding.rule for finding in findings)
    return [
        max(reading.cosines, default=0.0),
        reading.together,
        reading.coverage,
        reading.nearest,
        _pairs(reading),
        *(float(min(counted[rule], 2)) for rule in FEATURES[5:12]),
        math.log1p(len(reading.claim.split())) / 4,
    ]


def probability(values: Sequence[float]) -> float:
    """Of being supported, 0..1."""
    bias, weights = _weights()
    total = bias + sum(w * v for w, v in zip(weights, values, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@lru_cache(maxsize=1)
def threshold() -> float:
    """From this probability on a claim counts as supported; one for every kind of source."""
    return float(json.loads(WEIGHTS.read_text(encoding="utf-8"))["threshold"])


@lru_cache(maxsize=1)
def _weights() -> tuple[float, tuple[float, ...]]:
    held = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return float(held["bias"]), tuple(float(held["weights"][name]) for name in FEATURES)


def _pairs(reading: Reading) -> float:
    """Share of the claim's neighbouring words that are neighbours in the evidence too."""
    ours = reading.claim.casefold().split()
    theirs = reading.text().casefold().split()
    wanted = set(itertools.pairwise(ours))
    found = set(itertools.pairwise(theirs))
    return len(wanted & found) / len(wanted) if wanted else 0.0
