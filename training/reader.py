"""The reader: question and passage to answer span, or "not here": `python -m training.reader`.

Trained as in "Know What You Don't Know" (Rajpurkar et al., 2018): a start and an end are chosen
among the tokens; the first token stands for "this passage does not answer".
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import torch
from torch import Tensor, nn

from benchmarks.claims import briefs, held_out
from benchmarks.data import rows
from benchmarks.passages import written
from rag.library.terms import terms
from rag.models.reader import LONGEST, reading_head
from rag.models.runtime import load_tokenizer
from training.encoder import SEED, WIDTH, Encoded, base_encoder, padded, seed, train

# One epoch at each rate, every one warmed up anew.
RATES = (1.5e-4, 1.2e-4, 1.2e-4)
# Share of the questions that are also held against a passage that does not answer them.
ELSEWHERE = 0.25


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with a passage. `answers` are exact parts of the passage; none: it has no answer."""

    source: str
    key: str
    question: str
    title: str
    published: date | None
    passage: str
    answers: tuple[str, ...]
    # For this project, on passages of public sets.
    written_here: bool = False

    @property
    def held_out(self) -> bool:
        return held_out(self.key)


def questions() -> list[Asked]:
    found = []
    for row in rows("passage_qa/squad2.jsonl"):
        title = row["title"].replace("_", " ")
        answers = tuple(dict.fromkeys(row["answers"]))
        found.append(
            Asked("squad2", row["title"], row["question"], title, None, row["passage"], answers)
        )
    for row in briefs():
        day = date.fromisoformat(row["published"])
        for asked in row["questions"]:
            answers = (asked["answer"],) if asked["answer"] else ()
            found.append(
                Asked(
                    "briefs",
                    row["id"],
                    asked["question"],
                    row["title"],
                    day,
                    row["passage"],
                    answers,
                )
            )
    for one, written_on in written("questions"):
        for asked in written_on:
            answers = (asked["answer"],) if asked["answer"] else ()
            found.append(
                Asked(
                    one.source,
                    one.key,
                    asked["question"],
                    one.title,
                    one.published,
                    one.text,
                    answers,
                    written_here=True,
                )
            )
    return found


def elsewhere(asked: Sequence[Asked], rng: random.Random, share: float) -> Iterator[Asked]:
    """Questions held against another passage that shares words with them: not answered there."""
    passages: dict[str, dict[str, Asked]] = {}
    words: dict[str, frozenset[str]] = {}
    for one in asked:
        key = one.key if one.source == "squad2" else one.source
        passages.setdefault(key, {})[one.passage] = one
        words.setdefault(one.passage, frozenset(terms(one.passage)))
    for one in asked:
        if not one.answers or rng.random() > share:
            continue
        key = one.key if one.source == "squad2" else one.source
        wanted = frozenset(terms(one.question))
        drawn = rng.sample(sorted(passages[key]), min(24, len(passages[key])))
        held = [p for p in drawn if p != one.passage and not any(a in p for a in one.answers)]
        if held:
            other = passages[key][max(held, key=lambda p: len(wanted & words[p]))]
            yield replace(other, question=one.question, answers=())


class Reader(nn.Module):
    """Logits of start and end for each token, shape (n, tokens, 2)."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = base_encoder()
        self.span = nn.Linear(WIDTH, 2)

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        hidden = self.encoder(
            input_ids=ids, token_type_ids=types, attention_mask=mask
        ).last_hidden_state
        logits: Tensor = self.span(hidden).float()
        # Neither the question nor the padding can be an answer; the first token can.
        allowed = (types == 1) & (mask == 1)
        allowed[:, 0] = True
        return logits.masked_fill(~allowed[:, :, None], -1e4)


def encode(asked: Asked, tok: object, answer: str | None) -> Encoded | None:
    """Question, then headline and passage; None where the answer lies beyond what is read."""
    text = reading_head(asked.title, asked.published) + asked.passage
    shift = len(text) - len(asked.passage)
    pair = tok.encode(asked.question, text)  # type: ignore[attr-defined]
    ids, types = pair.ids[:LONGEST], pair.type_ids[:LONGEST]
    start = end = 0
    if answer is not None:
        at = asked.passage.index(answer) + shift
        inside = [
            n
            for n in range(len(ids))
            if types[n] == 1 and pair.offsets[n][0] < at + len(answer) and pair.offsets[n][1] > at
        ]
        if not inside:
            return None
        start, end = inside[0], inside[-1]
    return Encoded(ids, types, (float(start), float(end)))


def loss_of(model: nn.Module, batch: list[Encoded]) -> Tensor:
    logits = model(*padded(batch))
    target = torch.tensor([[int(t) for t in e.target] for e in batch])
    both = [nn.functional.cross_entropy(logits[:, :, k], target[:, k]) for k in (0, 1)]
    return (both[0] + both[1]) / 2


def epoch(asked: Sequence[Asked], number: int) -> list[Encoded]:
    tok, rng = load_tokenizer(), random.Random(number)
    drawn = [*asked, *elsewhere(asked, rng, ELSEWHERE)]
    made = [encode(a, tok, rng.choice(a.answers) if a.answers else None) for a in drawn]
    return [one for one in made if one is not None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("training/out/reader.pt"))
    parser.add_argument(
        "--start", type=Path, help="weights to go on from, for one epoch (see training.unpack)"
    )
    parser.add_argument(
        "--rest",
        type=float,
        default=1.0,
        help="share of the older questions (squad2 itself, briefs) that the epochs see",
    )
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    seed()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    asked = questions()
    rng = random.Random(SEED)
    learnt = [
        a for a in asked if not a.held_out and (a.written_here or rng.random() < options.rest)
    ]
    test = [a for a in asked if a.held_out]
    model = Reader()
    if options.start:
        model.load_state_dict(torch.load(options.start, map_location="cpu"))
    print(f"{len(learnt)} questions to learn from, {len(test)} held out")
    for number, rate in enumerate(RATES[-1:] if options.start else RATES):
        drawn = epoch(learnt, number)
        train(
            model,
            loss_of,
            iter([drawn]),
            sum(len(e.ids) for e in drawn) // 3400,
            rate=rate,
            save=options.out,
            after=lambda m: report(m, test),
        )


def report(model: nn.Module, test: Sequence[Asked]) -> None:
    """Exact match and F1 of the best span of what has an answer; how well the first token tells
    what has none (AUROC)."""
    from benchmarks.answers import f1, plain
    from benchmarks.measures import auroc

    model.eval()
    tok = load_tokenizer()
    found: dict[str, list[tuple[float, bool, float, float]]] = {}
    with torch.no_grad():
        for one in test:
            example = encode(one, tok, None)
            assert example is not None
            logits = model(*padded([example]))[0]
            start, end, worth = best_span(logits)
            text = reading_head(one.title, one.published) + one.passage
            offsets = tok.encode(one.question, text).offsets
            said = text[offsets[start][0] : offsets[end][1]]
            exact = max((float(plain(said) == plain(a)) for a in one.answers), default=0.0)
            best = max((f1(said, a) for a in one.answers), default=0.0)
            found.setdefault(one.source, []).append((worth, bool(one.answers), exact, best))
    for source, held in found.items():
        able = [h for h in held if h[1]]
        line = {
            "set": source,
            "n": len(held),
            "exact": round(sum(h[2] for h in able) / len(able), 3),
            "f1": round(sum(h[3] for h in able) / len(able), 3),
            "auroc": round(auroc([h[0] for h in held], [h[1] for h in held]), 3),
        }
        print(json.dumps(line), flush=True)


def best_span(logits: Tensor, longest: int = 24) -> tuple[int, int, float]:
    """Start, end, and by how much the span beats "not here"."""
    start, end = logits[:, 0], logits[:, 1]
    count = len(start)
    sums = start[:, None] + end[None, :]
    allowed = torch.ones(count, count).triu() - torch.ones(count, count).triu(longest)
    allowed[0, :] = 0
    sums = sums.masked_fill(allowed == 0, -1e9)
    at = int(sums.argmax())
    return at // count, at % count, float(sums.max() - start[0] - end[0])


if __name__ == "__main__":
    main()
