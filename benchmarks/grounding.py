"""How well the checker tells supported claims from others: `python -m benchmarks.grounding [--fit]`."""

from __future__ import annotations

import argparse
import json
import zlib
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from benchmarks.data import rows
from benchmarks.measures import auroc, balanced_accuracy, fit_logistic
from rag.grounding.check import examine
from rag.grounding.combine import FEATURES, WEIGHTS, features
from rag.grounding.evidence import Chooser, Context, lines_of
from rag.models.load import load_embedder
from rag.settings import Settings

# Rows of each training source that are read: enough for thirteen weights, minutes on two cores.
_MOST = 1200


@dataclass(frozen=True)
class Row:
    source: str
    key: str
    claim: str
    context: Context
    supported: bool
    label: str


def held_out(key: str) -> bool:
    """A fifth of the keys, the same ones in every run."""
    return zlib.crc32(key.encode()) % 5 == 0


def all_rows() -> list[Row]:
    found: list[Row] = []
    counted: dict[str, int] = {}
    for row in rows("grounding/train.jsonl.gz"):
        counted[row["source"]] = counted.get(row["source"], 0) + 1
        if counted[row["source"]] <= _MOST:
            found.append(_row(row, row["source"], "" if row["supported"] else "unsupported"))
    found += [_row(row, "answers", row["label"]) for row in rows("grounding/answers.jsonl.gz")]
    for row in rows("grounding/twins.jsonl"):
        context = Context(row["passage"], row["title"], date.fromisoformat(row["published"]))
        for twin in row["twins"]:
            for version, label in (("true", "supported"), ("false", twin["label"])):
                found.append(
                    Row("twins", row["id"], twin[version], context, version == "true", label)
                )
    found += [_row(row, "expertqa", "") for row in rows("grounding/dev_expertqa.jsonl")]
    return found


def _row(row: dict[str, Any], source: str, label: str) -> Row:
    published = date.fromisoformat(row["published"]) if row.get("published") else None
    context = Context(row["document"], row.get("title", ""), published)
    return Row(source, row["key"], row["claim"], context, bool(row["supported"]), label)


def measure(found: list[Row]) -> tuple[Any, list[bool]]:
    """Features of each row, and whether a rule saw a conflict that would count."""
    chooser = Chooser(load_embedder(Settings()))
    matrix, conflicts = [], []
    for n, row in enumerate(found):
        if n % 500 == 0:
            print(f"  read {n} of {len(found)}", flush=True)
            chooser = Chooser(load_embedder(Settings()))
        lines = lines_of([row.context])
        reading, findings = examine(row.claim, [row.context], lines, chooser)
        matrix.append(features(reading, findings))
        conflicts.append(reading.close and any(f.conflict for f in findings))
    return np.array(matrix), conflicts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="fit the weights anew and write them")
    options = parser.parse_args()
    found = all_rows()
    x, conflicts = measure(found)
    y = np.array([row.supported for row in found], dtype=float)
    sources = np.array([row.source for row in found])
    test = np.array([held_out(row.key) or row.source == "expertqa" for row in found])
    if options.fit:
        _fit(x, y, sources, test)
    held = json.loads(WEIGHTS.read_text())
    scores = 1 / (1 + np.exp(-(x @ [held["weights"][n] for n in FEATURES] + held["bias"])))
    conflict = np.array(conflicts)
    scores = np.where(conflict, np.minimum(scores, 0.9 * held["threshold"]), scores)
    print(
        f"{'set':<12}{'n':>6}{'AUROC':>8}{'BAcc':>8}{'cosine':>8}{'words':>8}{'contra. P':>11}{'n':>5}"
    )
    for source in [*sorted(set(sources))]:
        part = test & (sources == source)
        flagged = part & conflict
        right = [found[i].label == "contradicted" for i in np.flatnonzero(flagged)]
        precise = f"{np.mean(right):.2f}" if right and source in ("answers", "twins") else "-"
        wrong = np.mean(y[flagged] == 0) if flagged.any() else float("nan")
        print(
            f"{source:<12}{part.sum():>6}{auroc(scores[part], y[part]):>8.3f}"
            f"{balanced_accuracy(scores[part] >= held['threshold'], y[part]):>8.3f}"
            f"{auroc(x[part, 0], y[part]):>8.3f}{auroc(x[part, 2], y[part]):>8.3f}"
            f"{precise:>11}{flagged.sum():>5}  not supported: {wrong:.2f}"
        )
    twins = np.flatnonzero(test & (sources == "twins"))
    wins = scores[twins[0::2]] > scores[twins[1::2]]
    ties = scores[twins[0::2]] == scores[twins[1::2]]
    print(
        f"twins: the true version outranks the false in {wins.mean():.1%} ({ties.mean():.1%} ties)"
    )


def _fit(x: Any, y: Any, sources: Any, test: Any) -> None:
    """Every source counts the same, however many rows it has."""
    train = ~test
    weights = np.zeros(len(y))
    for source in set(sources[train]):
        part = train & (sources == source)
        for label in (0, 1):
            half = part & (y == label)
            weights[half] = 500 / max(1, half.sum())
    bias, beta = fit_logistic(x[train], y[train], weights[train], ridge=2.0)
    scores = 1 / (1 + np.exp(-(x @ beta + bias)))
    groups = [train & (sources == s) for s in set(sources[train])]
    groups.append(sources == "expertqa")

    def mean_accuracy(at: float) -> float:
        return float(np.mean([balanced_accuracy(scores[g] >= at, y[g]) for g in groups]))

    best = max(np.arange(0.3, 0.71, 0.01), key=mean_accuracy)
    held = {
        "fitted_on": sorted(set(sources[train])),
        "rows": int(train.sum()),
        "threshold": round(float(best), 2),
        "bias": round(bias, 4),
        "weights": {n: round(float(b), 4) for n, b in zip(FEATURES, beta, strict=True)},
    }
    WEIGHTS.write_text(json.dumps(held, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(held, indent=2))


if __name__ == "__main__":
    main()
