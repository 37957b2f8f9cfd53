"""Findings, likeness and what the model read to one probability: a small logistic regression.

Fitted by `python -m benchmarks.grounding --fit` on claims that people judged; the weights lie in
`weights.json` beside this file, with what they were fitted on. One set of weights joins rules and
model, another serves where there is no model.
"""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rag.explanation import Finding, Share
from rag.grounding.evidence import Reading
from rag.grounding.examine import Weighed

# What the model says of the claim: logits of "supported" and of "contradicted".
_BY_MODEL = ("reads", "denies")
_BY_RULES = (
    "cosine", "together", "coverage", "nearest", "pairs", "number", "date", "name", "quote",
    "speaker", "negation", "opposite", "length",
)  # fmt: skip
WEIGHTS = Path(__file__).parent / "weights.json"
# A model's logit is taken within these bounds.
_SURE = 8.0


@dataclass(frozen=True, slots=True)
class Combination:
    """A fitted regression. From `threshold` on a claim counts as supported, whatever its source;
    from `denied` on, in the model's own probability, one that fails counts as contradicted."""

    features: tuple[str, ...]
    bias: float
    weights: tuple[float, ...]
    threshold: float
    denied: float

    def probability(self, values: Sequence[float]) -> float:
        """Of being supported, 0..1."""
        total = self.bias + sum(w * v for w, v in zip(self.weights, values, strict=True))
        return sigmoid(total)

    def weigh(
        self,
        reading: Reading,
        findings: Sequence[Finding],
        logits: tuple[float, float] | None = None,
    ) -> Weighed:
        values = features(reading, findings, logits)
        score = self.probability(values)
        shares = tuple(map(Share, self.features, values, self.weights))
        if logits is None:
            return Weighed(score, self.threshold, False, bias=self.bias, shares=shares)
        supported, contradicted = map(sigmoid, logits)
        denied = contradicted >= self.denied
        return Weighed(score, self.threshold, denied, supported, contradicted, self.bias, shares)


def features_of(kind: str) -> tuple[str, ...]:
    return (*_BY_MODEL, *_BY_RULES) if kind == "embedded" else _BY_RULES


@lru_cache(maxsize=2)
def combination(kind: str) -> Combination:
    """`kind` is "embedded" (rules and model) or "rules"."""
    held = json.loads(WEIGHTS.read_text(encoding="utf-8"))[kind]
    names = features_of(kind)
    weights = tuple(float(held["weights"][name]) for name in names)
    return Combination(
        names, float(held["bias"]), weights, float(held["threshold"]), float(held["denied"])
    )


def features(
    reading: Reading, findings: Sequence[Finding], logits: tuple[float, float] | None = None
) -> list[float]:
    """In the order of `features_of`; without `logits` those of the rules alone."""
    counted = Counter(finding.rule for finding in findings)
    return [
        *(max(-_SURE, min(_SURE, logit)) / 4 for logit in logits or ()),
        max(reading.cosines, default=0.0),
        reading.together,
        reading.coverage,
        reading.nearest,
        _pairs(reading),
        *(float(min(counted[rule], 2)) for rule in _BY_RULES[5:12]),
        math.log1p(len(reading.claim.split())) / 4,
    ]


def sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def _pairs(reading: Reading) -> float:
    """Share of the claim's neighbouring words that are neighbours in the evidence too."""
    ours = reading.claim.casefold().split()
    theirs = reading.text().casefold().split()
    wanted = set(itertools.pairwise(ours))
    found = set(itertools.pairwise(theirs))
    return len(wanted & found) / len(wanted) if wanted else 0.0
