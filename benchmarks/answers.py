"""Sentence choice, lead answers and abstention: `python -m benchmarks.answers [--fit]`."""

from __future__ import annotations

import argparse
import json
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.data import rows
from benchmarks.measures import auroc, fit_logistic
from rag.answer.choose import (
    CONFIDENCE_FEATURES,
    SENTENCE_FEATURES,
    WEIGHTS,
    Candidate,
    confidence,
    confidence_values,
    rank,
)
from rag.answer.extractive import lead_span
from rag.answer.kinds import Kind, kind_of
from rag.library.lexical import Lexical, make_postings
from rag.models.load import load_embedder
from rag.reading.clean import clean
from rag.reading.sentences import sentence_spans
from rag.settings import Settings
from rag.types import ArticleRef, Hit, Passage, Query

_MOST = 2400


def hit_of(title: str, text: str) -> Hit:
    text = clean(text)
    passage = Passage("p", "a", 0, 0, len(text), text, tuple(sentence_spans(text)))
    return Hit(ArticleRef("a", title), passage, 1.0)


def held_out(title: str) -> bool:
    return zlib.crc32(title.encode()) % 5 == 0


def plain(text: str) -> str:
    return " ".join(w for w in re.findall(r"\w+", text.casefold()) if w not in ("the", "a", "an"))


def f1(said: str, gold: str) -> float:
    ours, theirs = Counter(plain(said).split()), Counter(plain(gold).split())
    shared = sum((ours & theirs).values())
    return 2 * shared / (sum(ours.values()) + sum(theirs.values())) if shared else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="fit the weights anew and write them")
    parser.add_argument("--most", type=int, default=_MOST, help="questions to read of each set")
    options = parser.parse_args()
    squad = [r for n, r in enumerate(rows("passage_qa/squad2.jsonl")) if n % 2 == 0][: options.most]
    clap = [
        r | {"answers": r["answers"] if r["answerable"] else []}
        for r in rows("passage_qa/clapnq.jsonl")
    ]
    texts = sorted({r["passage"] for r in squad + clap})
    lexical = Lexical([make_postings("", [text]) for text in texts], [1] * len(texts))
    embedder = load_embedder(Settings())
    judged: list[tuple[dict[str, Any], list[Hit], list[Candidate]]] = []
    for n, row in enumerate(squad + clap):
        if n % 500 == 0:
            print(f"  read {n} of {len(squad) + len(clap)}", flush=True)
        hit = hit_of(row["title"].replace("_", " "), row["passage"])
        query = Query(row["question"], row["question"])
        vectors = embedder.embed([row["question"], hit.passage.text])
        hit = Hit(hit.article, hit.passage, 1.0, float(vectors[0] @ vectors[1]))
        judged.append((row, [hit], rank(query, [hit], embedder, lexical.rarity)))
    if options.fit:
        _fit(judged)
        _again(judged)
        _fit_confidence(judged)
    _report("squad2", judged[: len(squad)], lexical)
    _report("clapnq", judged[len(squad) :], lexical)


def _fit(judged: Sequence[tuple[dict[str, Any], list[Hit], list[Candidate]]]) -> None:
    x, y, w = [], [], []
    for row, _, ranked in judged:
        if not row["answers"] or held_out(row["title"]) or "id" not in row:
            continue
        right = [any(plain(a) in plain(c.text) for a in row["answers"]) for c in ranked]
        if any(right) and not all(right):
            x += [c.values for c in ranked]
            y += [float(r) for r in right]
            w += [1 / len(ranked)] * len(ranked)
    bias, beta = fit_logistic(np.array(x), np.array(y), np.array(w), 0.5)
    held = json.loads(WEIGHTS.read_text())
    held["sentence"] = {"bias": round(bias, 4), "weights": [round(float(b), 4) for b in beta]}
    _write(held)
    print("sentence", dict(zip(SENTENCE_FEATURES, np.round(beta, 2), strict=True)))


def _again(judged: list[tuple[dict[str, Any], list[Hit], list[Candidate]]]) -> None:
    """Rank anew by the weights just written."""
    from dataclasses import replace

    held = json.loads(WEIGHTS.read_text())["sentence"]
    for n, (row, hits, ranked) in enumerate(judged):
        scored = [
            replace(c, score=held["bias"] + float(np.dot(held["weights"], c.values))) for c in ranked
        ]
        judged[n] = (row, hits, sorted(scored, key=lambda c: (-c.score, c.index)))


def _fit_confidence(judged: Sequence[tuple[dict[str, Any], list[Hit], list[Candidate]]]) -> None:
    train = [j for j in judged if j[2] and not held_out(j[0]["title"])]
    x = np.array([confidence_values(ranked, hits) for _, hits, ranked in train])
    y = np.array([float(bool(row["answers"])) for row, _, _ in train])
    sets = np.array(["id" in row for row, _, _ in train])
    w = np.where(sets, 1 / sets.sum(), 0.25 / max(1, (~sets).sum())) * len(y)
    bias, beta = fit_logistic(x, y, w, 1.0)
    held = json.loads(WEIGHTS.read_text())
    held["confidence"] = {"bias": round(bias, 4), "weights": [round(float(b), 4) for b in beta]}
    _write(held)
    print("confidence", round(bias, 2), dict(zip(CONFIDENCE_FEATURES, np.round(beta, 2), strict=True)))


def _write(held: dict[str, Any]) -> None:
    WEIGHTS.write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")


def _report(
    name: str,
    judged: Sequence[tuple[dict[str, Any], list[Hit], list[Candidate]]],
    lexical: Lexical,
) -> None:
    from rag.answer.choose import _weights

    _weights.cache_clear()
    for part, wanted in (("all", None), ("held out", True)):
        rows_ = [j for j in judged if j[2] and (wanted is None or held_out(j[0]["title"]))]
        able = [bool(row["answers"]) for row, _, _ in rows_]
        sure = [confidence(ranked, hits) for _, hits, ranked in rows_]
        first = [
            any(plain(a) in plain(ranked[0].text) for a in row["answers"])
            for row, _, ranked in rows_
            if row["answers"]
        ]
        scores = []
        for row, _, ranked in rows_:
            query = Query(row["question"], row["question"])
            if row["answers"] and kind_of(row["question"]) is not Kind.OTHER:
                span = lead_span(ranked[0], query, lexical.rarity)
                said = span.of(ranked[0].text) if span else ""
                scores.append(max(f1(said, a) for a in row["answers"]))
        print(
            f"{name} ({part}): n {len(rows_)}, answerable AUROC {auroc(sure, able):.3f}, "
            f"sentence {np.mean(first):.3f}, lead F1 {np.mean(scores or [0]):.3f} "
            f"(n {len(scores)}), confidence {np.quantile(sure, [0.1, 0.5, 0.9]).round(2)}"
        )


if __name__ == "__main__":
    main()
