"""What checking costs: `python -m benchmarks.checking [--rounds 5] [--beside FOLDER]`.

A hundred answers of four sentences from the shipped corpus by `rag check --batch`, from the start of
the process; then claims a second, and how long loading takes. No claim stands word for word in its
source, so that each is embedded and read. `--beside` times another checkout in the same rounds, in
turns, as a machine is seldom equally busy twice.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.models.load import load_embedder
from rag.reading.reader import read_sources
from rag.reading.sentences import sentence_spans
from rag.reading.split import split
from rag.sample import corpus_folder
from rag.settings import Settings
from rag.types import Article

_ANSWERS = 100
_SENTENCES = 4
_BATCH = "import sys; from rag.cli import main; sys.exit(main())"
# In a process of its own, with claims and what they rest on as its argument.
_LOADED = """
import json, sys, time
from pathlib import Path
from rag.grounding.evidence import Context
from rag.grounding.load import load_checker
from rag.models.load import load_embedder
from rag.settings import Settings

import onnxruntime, tokenizers

claims, texts = json.loads(Path(sys.argv[1]).read_text())
contexts = [[Context(text)] for text in texts]
begun = time.perf_counter()
checker = load_checker(Settings(), load_embedder(Settings()))
checker.judge(["The bridge was opened on Monday."], [[Context("On Monday they opened it.")]])
loaded = time.perf_counter()
checker.judge(claims, contexts)
print(loaded - begun, len(claims) / (time.perf_counter() - loaded))
"""


def worded_otherwise(sentence: str) -> str:
    """Without a word of its middle."""
    words = sentence.split()
    return " ".join(words[: len(words) // 2] + words[len(words) // 2 + 1 :])


def answers() -> Iterator[dict[str, Any]]:
    """Rows of `rag check --batch`: the sources are the passages of an article, and each sentence
    cites the one that it was made of. They go round the corpus: neighbours share no source."""
    settings = Settings()
    embedder = load_embedder(settings)
    draw = random.Random(0)
    articles = [one for one in read_sources([corpus_folder()]) if isinstance(one, Article)]
    for n in range(_ANSWERS):
        article = articles[n % len(articles)]
        passages = [p.text for p in split(article, embedder, settings.passage_tokens)]
        told = [
            (number, span.of(text))
            for number, text in enumerate(passages, 1)
            for span in sentence_spans(text)
            if len(span.of(text).split()) >= 8
        ]
        chosen = draw.sample(told, _SENTENCES)
        text = " ".join(f"{worded_otherwise(s).rstrip('.')} [{mark}]." for mark, s in chosen)
        yield {"id": f"a{n}", "answer": text, "contexts": passages}


def claims(rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[str]]:
    """A claim for each source of the rows, and the three sentences that it rests on."""
    texts = dict.fromkeys(text for row in rows for text in row["contexts"])
    told = [[span.of(text) for span in sentence_spans(text)][:3] for text in texts]
    return [worded_otherwise(one[0]) for one in told], [" ".join(one) for one in told]


def measure(checkout: Path, batch: Path, read: Path) -> tuple[float, float, float, float]:
    """Seconds of the batch, of the processors for it, and of loading; claims a second."""
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    out = batch.with_suffix(".out")
    before = os.times()
    command = [sys.executable, "-c", _BATCH, "check", "--batch", str(batch), "--out", str(out)]
    subprocess.run(command, env=environment, cwd=checkout, stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    command = [sys.executable, "-c", _LOADED, str(read)]
    said = subprocess.run(
        command, env=environment, cwd=checkout, capture_output=True, text=True, check=True
    )
    loading, rate = map(float, said.stdout.split())
    used = (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )
    return after.elapsed - before.elapsed, used, loading, rate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--beside", type=Path, help="another checkout, measured in turns")
    options = parser.parse_args()
    own = Path(__file__).parents[1]
    checkouts = [own, *([options.beside] if options.beside else [])]
    with tempfile.TemporaryDirectory() as folder:
        batch = Path(folder) / "answers.jsonl"
        rows = list(answers())
        batch.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        read = Path(folder) / "claims.json"
        read.write_text(json.dumps(claims(rows)), encoding="utf-8")
        rounds = [[measure(one, batch, read) for one in checkouts] for _ in range(options.rounds)]
    print(f"{options.rounds} rounds, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print("| checkout | 100 answers, s | processor s | loading, s | claims a second |")
    print("|---|---|---|---|---|")
    for n, checkout in enumerate(checkouts):
        row = np.median([found[n] for found in rounds], axis=0)
        print(f"| {checkout.name} | {row[0]:.1f} | {row[1]:.1f} | {row[2]:.2f} | {row[3]:.0f} |")


if __name__ == "__main__":
    main()
