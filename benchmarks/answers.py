"""Sentence choice, lead answers and abstention: `python -m benchmarks.answers [--fit]`."""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.data import rows
from benchmarks.measures import auroc, fit_logistic
from rag.answer import choose
from rag.answer.choose import (
    CONFIDENCE_FEATURES,
    SENTENCE_FEATURES,
    WEIGHTS,
    Candidate,
    confidence,
    confidence_values,
    rank,
)
from rag.answer.kinds import Kind, kind_of
from rag.answer.lead import lead_span
from rag.library.sync import ingest
from rag.models.load import load_embedder, load_reader
from rag.pipeline import Pipeline
from rag.reading.identity import make_article
from rag.settings import Settings
from rag.types import Hit, Query


def held_out(title: str) -> bool:
    return zlib.crc32(title.encode()) % 5 == 0


def plain(text: str) -> str:
    return " ".join(w for w in re.findall(r"\w+", text.casefold()) if w not in ("the", "a", "an"))


def f1(said: str, gold: str) -> float:
    ours, theirs = Counter(plain(said).split()), Counter(plain(gold).split())
    shared = sum((ours & theirs).values())
    return 2 * shared / (sum(ours.values()) + sum(theirs.values())) if shared else 0.0


Judged = tuple[dict[str, Any], list[Hit], list[Candidate]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="fit the weights anew and write them")
    parser.add_argument("--most", type=int, default=900, help="questions to read of squad2")
    parser.add_argument("--news", type=Path, help="a library of news_qa/articles.jsonl.gz")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sets = _passage_sets(Path(folder), options.most)
    if options.news:
        sets |= _news_sets(options.news)
    if options.fit:
        _fit(sets)
        sets = {name: [_ranked_again(j) for j in judged] for name, judged in sets.items()}
        _fit_confidence(sets)
    for name, judged in sets.items():
        _report(name, judged)


def _passage_sets(folder: Path, most: int) -> dict[str, list[Judged]]:
    """squad2 and clapnq asked of one library of all their passages."""
    squad = list(rows("passage_qa/squad2.jsonl"))
    clap = list(rows("passage_qa/clapnq.jsonl"))
    passages = {r["passage"]: r["title"].replace("_", " ") for r in squad + clap}
    settings = Settings(library=folder / "library")
    articles = [
        make_article({"id": f"{n}", "title": title}, text, "", Path(f"{n}"))
        for n, (text, title) in enumerate(passages.items())
    ]
    ingest(settings, load_embedder(settings), articles)
    pipeline = Pipeline(settings)
    step = max(1, len(squad) // most)
    found = {
        "squad2": _judge(pipeline, squad[::step]),
        "clapnq": _judge(
            pipeline, [r | {"answers": r["answers"] if r["answerable"] else []} for r in clap]
        ),
    }
    pipeline.close()
    return found


def _news_sets(library: Path) -> dict[str, list[Judged]]:
    pipeline = Pipeline(Settings(library=library))
    asked = [
        r | {"answers": [r["answer"]], "title": r["id"]} for r in rows("news_qa/questions.jsonl")
    ]
    absent = [
        r | {"answers": [], "title": r["id"]} for r in rows("news_qa/questions_answer_absent.jsonl")
    ]
    return {"news": _judge(pipeline, asked + absent)}


def _judge(pipeline: Pipeline, asked: Sequence[dict[str, Any]]) -> list[Judged]:
    rarity = pipeline.library().snapshot().lexical.rarity
    embedder = load_embedder(pipeline.settings)
    found = []
    for n, row in enumerate(asked):
        if n % 200 == 0:
            print(f"  asked {n} of {len(asked)}", flush=True)
        for event in pipeline.stream(row["question"], as_of=row.get("asked")):
            hits = list(event.hits)
            break
        query = Query(row["question"], row["question"])
        found.append((row, hits, rank(query, hits, embedder, load_reader(), rarity)))
    return found


def _right(row: dict[str, Any], candidate: Candidate) -> bool:
    return any(f" {plain(a)} " in f" {plain(candidate.text)} " for a in row["answers"] if plain(a))


def _fit(sets: dict[str, list[Judged]]) -> None:
    """Which sentence of all that were retrieved holds the answer; every set counts the same."""
    x, y, w = [], [], []
    for name, judged in sets.items():
        if name == "clapnq":  # Its answers are free text.
            continue
        train = [j for j in judged if j[0]["answers"] and not held_out(j[0]["title"])]
        for row, hits, ranked in train:
            right = [_right(row, c) for c in ranked]
            if any(right) and not all(right):
                x += [(*c.values, hits[c.hit].score - hits[0].score) for c in ranked]
                y += [float(r) for r in right]
                w += [1000 / len(train) / len(ranked)] * len(ranked)
    bias, beta = fit_logistic(np.array(x), np.array(y), np.array(w), 0.2)
    held = json.loads(WEIGHTS.read_text())
    held["sentence"] = {"bias": round(bias, 4), "weights": [round(float(b), 4) for b in beta[:-1]]}
    held["hit"] = round(float(beta[-1]), 4)
    _write(held)
    print("sentence", dict(zip([*SENTENCE_FEATURES, "hit"], np.round(beta, 2), strict=True)))


def _ranked_again(judged: Judged) -> Judged:
    """By the weights just written."""
    row, hits, ranked = judged
    held = json.loads(WEIGHTS.read_text())
    part = held["sentence"]
    scored = [
        replace(
            c,
            score=part["bias"]
            + float(np.dot(part["weights"], c.values))
            + held["hit"] * (hits[c.hit].score - hits[0].score),
        )
        for c in ranked
    ]
    return row, hits, sorted(scored, key=lambda c: (-c.score, c.hit, c.index))


def _fit_confidence(sets: dict[str, list[Judged]]) -> None:
    """Whether what was retrieved holds the answer; every set counts the same."""
    x, y, w = [], [], []
    for judged in sets.values():
        train = [j for j in judged if j[2] and not held_out(j[0]["title"])]
        x += [confidence_values(ranked, hits) for _, hits, ranked in train]
        y += [float(bool(row["answers"])) for row, _, _ in train]
        w += [500 / len(train)] * len(train)
    bias, beta = fit_logistic(np.array(x), np.array(y), np.array(w), 0.5)
    held = json.loads(WEIGHTS.read_text())
    held["confidence"] = {"bias": round(bias, 4), "weights": [round(float(b), 4) for b in beta]}
    _write(held)
    print(
        "confidence", round(bias, 2), dict(zip(CONFIDENCE_FEATURES, np.round(beta, 2), strict=True))
    )


def _write(held: dict[str, Any]) -> None:
    WEIGHTS.write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")


def _report(name: str, judged: Sequence[Judged]) -> None:
    choose.weights.cache_clear()
    for part in ("all", "held out"):
        chosen = [j for j in judged if j[2] and (part == "all" or held_out(j[0]["title"]))]
        able = [bool(row["answers"]) for row, _, _ in chosen]
        sure = [confidence(ranked, hits) for _, hits, ranked in chosen]
        asked = [j for j in chosen if j[0]["answers"]]
        first = [_right(row, ranked[0]) for row, _, ranked in asked]
        four = [any(_right(row, c) for c in ranked[:4]) for row, _, ranked in asked]
        leads = [_lead_f1(j) for j in asked if kind_of(j[0]["question"]) is not Kind.OTHER]
        kept = [s for s, a in zip(sure, able, strict=True) if a]
        print(
            f"{name} ({part}): n {len(chosen)}, answerable AUROC {auroc(sure, able):.3f}, "
            f"first sentence {np.mean(first):.3f}, first four {np.mean(four):.3f}, "
            f"lead F1 {np.mean(leads or [0]):.3f} (n {len(leads)}), "
            f"confidence where answerable {np.quantile(kept, [0.1, 0.25, 0.5]).round(2)}"
        )


def _lead_f1(judged: Judged) -> float:
    row, _, ranked = judged
    query = Query(row["question"], row["question"])
    span = lead_span(ranked[0], query, lambda stem: 1.0)
    said = span.of(ranked[0].text) if span else ""
    return max(f1(said, a) for a in row["answers"])


if __name__ == "__main__":
    main()
