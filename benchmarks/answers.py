"""Sentence choice, lead answers and abstention: `python -m benchmarks.answers [--fit all|lead]`.

The reader never saw these questions: the held-out fifth of squad2 and of the briefs, and all of clapnq
and of the news quiz. The regressions on top of it are fitted on one half of them and measured on the
other, and the other way round; what ships is fitted on both.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.claims import briefs, held_out
from benchmarks.data import rows
from benchmarks.measures import auroc, fit_logistic
from rag.answer.choose import SENTENCE_FEATURES, WEIGHTS, Candidate, rank, weights
from rag.answer.confidence import (
    CONFIDENCE_FEATURES,
    LEAD_FEATURES,
    LIKELY,
    POSSIBLE,
    confidence_values,
    doubt,
    lead_values,
    uncontested,
)
from rag.answer.form import malus
from rag.answer.lead import lead_span
from rag.grounding.combine import sigmoid
from rag.grounding.rules.dates import years
from rag.library.sync import ingest
from rag.models.load import load_embedder, load_reader
from rag.pipeline import Pipeline
from rag.reading.identity import make_article
from rag.settings import Settings
from rag.types import Hit, Query

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """A question with its answers (none: it has none) and what was retrieved and ranked for it."""

    source: str
    key: str
    question: str
    answers: tuple[str, ...]
    as_of: str | None = None
    hits: tuple[Hit, ...] = ()
    ranked: tuple[Candidate, ...] = ()

    @property
    def half(self) -> bool:
        return zlib.crc32(self.key.encode()) // 5 % 2 == 0

    @property
    def right(self) -> list[bool]:
        """Of each sentence, best first, whether an answer stands in it."""
        wanted = [plain(a) for a in self.answers]
        return [any(f" {w} " in f" {plain(c.text)} " for w in wanted if w) for c in self.ranked]

    def values(self) -> Floats:
        """SENTENCE_FEATURES and the hit's distance to the best hit, a row a sentence."""
        first = self.hits[0].score
        return np.array([(*c.values, self.hits[c.hit].score - first) for c in self.ranked])


def plain(text: str) -> str:
    return " ".join(w for w in re.findall(r"\w+", text.casefold()) if w not in ("the", "a", "an"))


def f1(said: str, gold: str) -> float:
    ours, theirs = Counter(plain(said).split()), Counter(plain(gold).split())
    shared = sum((ours & theirs).values())
    return 2 * shared / (sum(ours.values()) + sum(theirs.values())) if shared else 0.0


def passage_questions() -> tuple[dict[str, dict[str, str]], list[Asked]]:
    """Passages with their headlines and dates, and the questions asked of all of them together."""
    passages: dict[str, dict[str, str]] = {}
    asked = []
    for row in rows("passage_qa/squad2.jsonl"):
        passages[row["passage"]] = {"title": row["title"].replace("_", " ")}
        if held_out(row["title"]):
            key = f"{zlib.crc32(row['passage'].encode())}"
            asked.append(Asked("squad2", key, row["question"], tuple(row["answers"])))
    for row in rows("passage_qa/clapnq.jsonl"):
        passages[row["passage"]] = {"title": row["title"]}
        answers = tuple(row["answers"]) if row["answerable"] else ()
        asked.append(Asked("clapnq", row["question"], row["question"], answers))
    for row in briefs():
        passages[row["passage"]] = {"title": row["title"], "published": row["published"]}
        if held_out(row["id"]):
            for one in row["questions"]:
                answers = (one["answer"],) if one["answer"] else ()
                asked.append(Asked("briefs", row["id"], one["question"], answers))
    return passages, asked


def news_questions() -> list[Asked]:
    found = [
        Asked("news", r["id"], r["question"], (r["answer"],), r["asked"])
        for r in rows("news_qa/questions.jsonl")
    ]
    return found + [
        Asked("news", r["id"], r["question"], (), r["asked"])
        for r in rows("news_qa/questions_answer_absent.jsonl")
    ]


def some(asked: Sequence[Asked], most: int) -> list[Asked]:
    """At most so many of each set, the same ones in every run."""
    order = sorted(asked, key=lambda a: zlib.crc32(f"{a.source}{a.question}".encode()))
    found: list[Asked] = []
    counts: Counter[str] = Counter()
    for one in order:
        counts[one.source] += 1
        if counts[one.source] <= most:
            found.append(one)
    return found


def answered(library: Path, asked: Sequence[Asked]) -> list[Asked]:
    pipeline = Pipeline(Settings(library=library))
    rarity = pipeline.library().snapshot().lexical.rarity
    embedder, reader = load_embedder(pipeline.settings), load_reader()
    found = []
    for n, one in enumerate(asked):
        if n % 200 == 0:
            print(f"  asked {n} of {len(asked)}", flush=True)
        hits = next(iter(pipeline.stream(one.question, as_of=one.as_of))).hits
        if hits:
            query = Query(one.question, one.question)
            ranked = tuple(rank(query, hits, embedder, reader, rarity))
            found.append(replace(one, hits=hits, ranked=ranked))
    pipeline.close()
    return found


def passages_library(folder: Path, passages: dict[str, dict[str, str]]) -> Path:
    settings = Settings(library=folder / "library")
    articles = [
        make_article({"id": f"{n}", **fields}, text, "", Path(f"{n}"))
        for n, (text, fields) in enumerate(passages.items())
    ]
    ingest(settings, load_embedder(settings), articles)
    return settings.library_path


@dataclass(frozen=True)
class Fitted:
    sentence: tuple[float, Floats]
    confidence: tuple[float, Floats]
    lead: tuple[float, Floats] = (0.0, np.zeros(len(LEAD_FEATURES)))

    def ranked(self, one: Asked) -> Asked:
        bias, beta = self.sentence
        asked = years(one.question)
        lost = np.array([malus(c.text, asked) for c in one.ranked])
        scores = one.values() @ beta + bias - lost
        again = [replace(c, score=float(s)) for c, s in zip(one.ranked, scores, strict=True)]
        return replace(one, ranked=tuple(sorted(again, key=lambda c: (-c.score, c.hit, c.index))))

    def sure(self, one: Asked) -> float:
        bias, beta = self.confidence
        total = bias + float(np.dot(beta, confidence_values(one.ranked, one.hits)))
        return sigmoid(total - doubt(one.ranked[0]))

    def chance(self, one: Asked) -> float:
        """That a short answer is right."""
        bias, beta = self.lead
        total = bias + float(np.dot(beta, lead_values(one.ranked[0], self.sure(one))))
        return uncontested(one.ranked[0], sigmoid(total))


def fit(asked: Sequence[Asked]) -> Fitted:
    """Every set counts the same; in the second step answerable or not, too."""
    x, y, w = [], [], []
    # Answers of clapnq are free text: no sentence holds one word for word.
    told = [a for a in asked if a.answers and a.source != "clapnq" and len(set(a.right)) == 2]
    counts = Counter(a.source for a in told)
    for one in told:
        x.append(one.values())
        y += [float(r) for r in one.right]
        w += [1000 / counts[one.source] / len(one.ranked)] * len(one.ranked)
    sentence = fit_logistic(np.concatenate(x), np.array(y), np.array(w), 0.5)
    first = Fitted(sentence, (0.0, np.zeros(len(CONFIDENCE_FEATURES))))
    again = [first.ranked(a) for a in asked]
    able = np.array([float(bool(a.answers)) for a in again])
    kinds = Counter((a.source, bool(a.answers)) for a in again)
    worth = np.array([300 / kinds[a.source, bool(a.answers)] for a in again])
    values = np.array([confidence_values(a.ranked, a.hits) for a in again])
    return fit_lead(asked, Fitted(sentence, fit_logistic(values, able, worth, 2.0)))


def shipped() -> Fitted:
    held = weights()
    parts = {
        name: (held[name]["bias"], np.array(held[name]["weights"]))
        for name in ("sentence", "confidence", "lead")
    }
    bias, beta = parts["sentence"]
    return Fitted((bias, np.append(beta, held["hit"])), parts["confidence"], parts["lead"])


def fit_lead(asked: Sequence[Asked], fitted: Fitted) -> Fitted:
    """How likely the short answers are right that the other weights give; every set counts the same.
    Of those that the passages hardly answer none is given."""
    given = [(a, _right(a)) for a in map(fitted.ranked, asked) if _given(a, fitted)]
    counts = Counter(a.source for a, _ in given)
    values = np.array([lead_values(a.ranked[0], fitted.sure(a)) for a, _ in given])
    right = np.array([float(said) for _, said in given])
    worth = np.array([300 / counts[a.source] for a, _ in given])
    return replace(fitted, lead=fit_logistic(values, right, worth, 1.0))


def _given(one: Asked, fitted: Fitted) -> bool:
    """Answers of clapnq are free text, so no short one could be right."""
    return one.source != "clapnq" and fitted.sure(one) >= 0.35 and bool(_said(one))


def _right(one: Asked) -> bool:
    return max((f1(_said(one), answer) for answer in one.answers), default=0.0) >= 0.5


def write(fitted: Fitted) -> None:
    (bias, beta), (base, slope) = fitted.sentence, fitted.confidence
    held = {
        "sentence": {"bias": round(bias, 4), "weights": _rounded(beta[:-1])},
        "confidence": {"bias": round(base, 4), "weights": _rounded(slope)},
        "lead": {"bias": round(fitted.lead[0], 4), "weights": _rounded(fitted.lead[1])},
        "hit": round(float(beta[-1]), 4),
    }
    WEIGHTS.write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")
    print(dict(zip([*SENTENCE_FEATURES, "hit"], np.round(beta, 2).tolist(), strict=True)))
    print(dict(zip(CONFIDENCE_FEATURES, np.round(slope, 2).tolist(), strict=True)))
    print(dict(zip(LEAD_FEATURES, np.round(fitted.lead[1], 2).tolist(), strict=True)))


def _rounded(values: Floats) -> list[float]:
    return [round(float(v), 4) for v in values]


def report(asked: Sequence[Asked], fits: dict[bool, Fitted]) -> list[dict[str, Any]]:
    """`fits` are those that each half is judged by."""
    judged = [(fits[a.half].ranked(a), fits[a.half]) for a in asked]
    made = []
    for source in sorted({a.source for a in asked}):
        own = [(a, f) for a, f in judged if a.source == source]
        sure = [f.sure(a) for a, f in own]
        able = [bool(a.answers) for a, _ in own]
        told = [a for a, _ in own if a.answers]
        leads = [(f.chance(a), _right(a)) for a, f in own if _given(a, f)]
        likely = [right for chance, right in leads if chance >= LIKELY]
        possible = [right for chance, right in leads if POSSIBLE <= chance < LIKELY]
        made.append(
            {
                "set": source,
                "n": len(own),
                "answerable": len(told),
                "first_sentence": float(np.mean([a.right[0] for a in told])),
                "first_four": float(np.mean([any(a.right[:4]) for a in told])),
                "lead_f1": float(np.mean([_lead(a, f1) for a in told])),
                "lead_exact": float(np.mean([_lead(a, _same) for a in told])),
                "likely_leads": len(likely),
                "likely_right": float(np.mean(likely)) if likely else None,
                "possible_leads": len(possible),
                "possible_right": float(np.mean(possible)) if possible else None,
                "answerable_auroc": auroc(sure, able),
                "answered_at_half": float(np.mean([s >= 0.5 for s, a in zip(sure, able, strict=True) if a])),
                "refused_at_half": float(np.mean([s < 0.5 for s, a in zip(sure, able, strict=True) if not a])),
            }
        )  # fmt: skip
        print(
            json.dumps({k: round(v, 3) if isinstance(v, float) else v for k, v in made[-1].items()})
        )
    return made


def _same(said: str, gold: str) -> float:
    return float(plain(said) == plain(gold))


def _lead(one: Asked, measure: Callable[[str, str], float]) -> float:
    """0 where no lead is given."""
    return max(measure(_said(one), answer) for answer in one.answers)


def _said(one: Asked) -> str:
    """What is marked in the best sentence, however likely; empty where nothing is."""
    best = one.ranked[0]
    span = lead_span(best, Query(one.question, one.question), lambda stem: 1.0)
    return span.of(best.text) if span else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--fit",
        choices=("all", "lead"),
        help="fit all weights anew, or those of short answers, and write them",
    )
    parser.add_argument(
        "--shipped", action="store_true", help="judge the weights that ship, not cross-fitted ones"
    )
    parser.add_argument("--most", type=int, default=600, help="questions to ask of each set")
    parser.add_argument("--news", type=Path, help="a library of news_qa/articles.jsonl.gz")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "answers.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        passages, questions = passage_questions()
        library = passages_library(Path(folder), passages)
        asked = answered(library, some(questions, options.most))
    if options.news:
        asked += answered(options.news, some(news_questions(), options.most))
    if options.fit:
        write(fit(asked) if options.fit == "all" else fit_lead(asked, shipped()))
    halves = {half: [a for a in asked if a.half != half] for half in (True, False)}
    if options.shipped:
        fits = {half: fit_lead(rows, shipped()) for half, rows in halves.items()}
    else:
        fits = {half: fit(rows) for half, rows in halves.items()}
    options.out.write_text(json.dumps(report(asked, fits), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
