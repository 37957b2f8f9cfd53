"""How well the checker tells supported claims from others: `python -m benchmarks.grounding [--fit]`.

The model never saw the held-out fifth of any set, nor any of expertqa. The combination of model and
rules is fitted on one half of that fifth and measured on the other, and the other way round; what
ships is fitted on both.
"""

from __future__ import annotations

import argparse
import json
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.claims import TWINS, Claim, claims
from benchmarks.measures import auroc, balanced_accuracy, fit_logistic
from benchmarks.reliability import bins, calibration_error, table, to_json
from rag.grounding.combine import WEIGHTS, features, features_of, sigmoid
from rag.grounding.examine import Examined
from rag.grounding.reading_checker import EmbeddedChecker
from rag.models.load import load_claim_reader, load_embedder
from rag.settings import Settings
from rag.types import Judgement, Verdict

Floats = NDArray[np.float64]
# Sets that tell what is contradicted from what is not there.
_TELLING = ("answers", *TWINS)
_NAMES = features_of("embedded")
_SIGNS = {
    **dict.fromkeys(("reads", "cosine", "together", "coverage", "nearest", "pairs"), 1),
    **dict.fromkeys(("denies", "number", "date", "name", "quote", "speaker", "negation", "opposite"), -1),
}  # fmt: skip
# The columns that serve where there is no model.
_RULES = [_NAMES.index(name) for name in features_of("rules")]


@dataclass(frozen=True)
class Measured:
    """Claims with their features, one row each."""

    claims: list[Claim]
    x: Floats
    denied: Floats
    conflict: NDArray[np.bool_]
    close: NDArray[np.bool_]

    @property
    def y(self) -> NDArray[np.bool_]:
        return np.array([claim.supported for claim in self.claims])

    @property
    def sources(self) -> NDArray[np.str_]:
        return np.array([claim.source for claim in self.claims])

    @property
    def half(self) -> NDArray[np.bool_]:
        """One half of the articles; the other is its complement."""
        return np.array([zlib.crc32(c.key.encode()) // 5 % 2 == 0 for c in self.claims])


def measure(most: int) -> Measured:
    """At most `most` claims of each set, all of articles that no model learnt from."""
    counted: dict[str, int] = {}
    chosen = []
    for claim in claims():
        if not (claim.held_out or claim.source == "expertqa"):
            continue
        counted[claim.source] = counted.get(claim.source, 0) + 1
        if counted[claim.source] <= most:
            chosen.append(claim)
    checker = EmbeddedChecker(load_embedder(Settings()), load_claim_reader())
    begun = time.monotonic()
    examined: list[tuple[Examined | Judgement, tuple[float, float] | None]] = []
    for start in range(0, len(chosen), 200):
        part = chosen[start : start + 200]
        examined += checker.examined([c.text for c in part], [[c.context] for c in part])
        print(f"  read {start + len(part)} of {len(chosen)}", flush=True)
    print(f"{len(chosen) / (time.monotonic() - begun):.0f} claims a second, sources of any length")
    rows, kept, denied, conflict, close = [], [], [], [], []
    for claim, (one, logits) in zip(chosen, examined, strict=True):
        if not isinstance(one, Examined) or logits is None:
            continue
        rows.append(features(one.reading, one.findings, logits))
        kept.append(claim)
        denied.append(sigmoid(logits[1]))
        conflict.append(any(f.conflict for f in one.findings))
        close.append(one.reading.close)
    return Measured(kept, np.array(rows), np.array(denied), np.array(conflict), np.array(close))


def _weights(sources: NDArray[np.str_], y: NDArray[np.bool_]) -> Floats:
    """Every set and both answers in it count the same, however many rows they have."""
    weights = np.zeros(len(y))
    for source in set(sources):
        for label in (False, True):
            part = (sources == source) & (y == label)
            weights[part] = 300 / max(1, part.sum())
    return weights


def _fit(m: Measured, rows: NDArray[np.bool_], columns: Sequence[int]) -> tuple[float, Floats]:
    """Columns whose weight would say the opposite of what they measure count nothing: likeness
    speaks for a claim, what a rule found or the model denies never does."""
    weights = _weights(m.sources[rows], m.y[rows])
    y = m.y[rows].astype(float)
    kept = list(columns)
    while True:
        bias, beta = fit_logistic(m.x[rows][:, kept], y, weights, ridge=4.0)
        wrong = {
            c: abs(b) for c, b in zip(kept, beta, strict=True) if b * _SIGNS.get(_NAMES[c], b) < 0
        }
        if not wrong:
            break
        kept.remove(max(wrong, key=lambda c: wrong[c]))
    held = dict(zip(kept, beta, strict=True))
    return bias, np.array([held.get(column, 0.0) for column in columns])


def _scores(x: Floats, bias: float, beta: Floats) -> Floats:
    scores: Floats = 1 / (1 + np.exp(-(x @ beta + bias)))
    return scores


def _threshold(m: Measured, scores: Floats) -> float:
    """One for all sets: the best mean of their balanced accuracies, itself the mean over a little
    way to both sides, or one claim more or less would move it. A set that is read worse than by
    chance has no say: the lower it falls, the better such a set looks."""
    groups = [m.sources == source for source in sorted(set(m.sources))]
    groups = [g for g in groups if auroc(scores[g], m.y[g]) > 0.5]

    def mean_accuracy(at: float) -> float:
        return float(np.mean([balanced_accuracy(scores[g] >= at, m.y[g]) for g in groups]))

    steps = np.arange(0.30, 0.71, 0.01)
    smooth = np.convolve([mean_accuracy(at) for at in steps], np.ones(11) / 11, mode="valid")
    return round(float(steps[5:-5][int(smooth.argmax())]), 2)


def _crossed(m: Measured, columns: Sequence[int]) -> Floats:
    """Each half scored by what was fitted on the other."""
    scores = np.zeros(len(m.y))
    for rows in (m.half, ~m.half):
        bias, beta = _fit(m, ~rows, columns)
        scores[rows] = _scores(m.x[rows][:, columns], bias, beta)
    return scores


def _denied_from(m: Measured, failed: NDArray[np.bool_]) -> float:
    """The least certainty of the model at which nine of ten that it calls contradicted are."""
    told = np.isin(m.sources, _TELLING) & failed
    truth = np.array([claim.label == "contradicted" for claim in m.claims])
    for at in np.arange(0.3, 0.99, 0.01):
        chosen = told & (m.denied >= at)
        if chosen.any() and truth[chosen].mean() >= 0.9:
            return round(float(at), 2)
    return 0.99


def fit(m: Measured) -> None:
    held: dict[str, Any] = {"fitted_on": sorted(set(m.sources)), "rows": len(m.y)}
    for kind, columns in (("embedded", list(range(len(_NAMES)))), ("rules", _RULES)):
        bias, beta = _fit(m, np.ones(len(m.y), dtype=bool), columns)
        crossed = _crossed(m, columns)
        at = _threshold(m, crossed)
        names = [_NAMES[c] for c in columns]
        held[kind] = {
            "threshold": at,
            "denied": _denied_from(m, crossed < at),
            "bias": round(bias, 4),
            "weights": {n: round(float(b), 4) for n, b in zip(names, beta, strict=True)},
        }
    WEIGHTS.write_text(json.dumps(held, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(held, indent=2))


def report(m: Measured, out: Path) -> None:
    held = json.loads(WEIGHTS.read_text())["embedded"]
    scores, by_rules = _crossed(m, range(len(_NAMES))), _crossed(m, _RULES)
    shown = np.where(m.conflict, np.minimum(scores, 0.9 * held["threshold"]), scores)
    failed = shown < held["threshold"]
    contradicted = failed & ((m.denied >= held["denied"]) | (m.conflict & m.close))
    truth = np.array([claim.label == Verdict.CONTRADICTED for claim in m.claims])
    rows = []
    for source in sorted(set(m.sources)):
        part = m.sources == source
        told = part & contradicted if source in _TELLING else part & False
        rows.append(
            {
                "set": source,
                "n": int(part.sum()),
                "auroc": auroc(shown[part], m.y[part]),
                "balanced_accuracy": balanced_accuracy(~failed[part], m.y[part]),
                "auroc_rules": auroc(by_rules[part], m.y[part]),
                "auroc_model": auroc(m.x[part, 0], m.y[part]),
                "auroc_cosine": auroc(m.x[part, 2], m.y[part]),
                "auroc_words": auroc(m.x[part, 4], m.y[part]),
                "contradicted_precision": float(truth[told].mean()) if told.any() else None,
                "contradicted_n": int(told.sum()),
            }
        )
    keys = list(rows[0])
    print("  ".join(keys))
    for row in rows:
        shown_row = (f"{v:.3f}" if isinstance(v, float) else str(v) for v in row.values())
        print("  ".join(shown_row))
    pairs = {s: _pairs_won(m, shown, s) for s in TWINS}
    reliable = bins(scores, m.y, _weights(m.sources, m.y))
    error = calibration_error(reliable)
    print(table(reliable))
    print(f"true over false: {pairs}; calibration error {error:.3f}")
    whole = {
        "sets": rows,
        "true_over_false": pairs,
        "calibration_error": error,
        "reliability": to_json(reliable),
    }
    out.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


def _pairs_won(m: Measured, scores: Floats, source: str) -> float:
    """How often the true one of two twins outranks the false one."""
    at = np.flatnonzero(m.sources == source)
    first = [i for i in at if m.claims[i].supported and i + 1 < len(m.y) and not m.y[i + 1]]
    return float(np.mean([scores[i] > scores[i + 1] for i in first])) if first else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="fit the combination anew and write it")
    parser.add_argument("--most", type=int, default=900, help="claims to read of each set")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "grounding.json")
    options = parser.parse_args()
    measured = measure(options.most)
    if options.fit:
        fit(measured)
    report(measured, options.out)


if __name__ == "__main__":
    main()
