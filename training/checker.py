"""The checker: evidence and claim to supported / contradicted / unsupported: `python -m training.checker`.

First made claims, then everything mixed in every epoch: rows that come last would make the model
forget those that came first. Twins (a true claim and its smallest false change) also learn that
the true one scores higher.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.claims import TWINS
from benchmarks.measures import auroc, balanced_accuracy
from rag.models.runtime import load_tokenizer
from training.asked import asked_claims
from training.corrupt import made_pairs
from training.encoder import WIDTH, Encoded, base_encoder, padded, seed, train
from training.pairs import Pair, pairs
from training.reader import questions

LONGEST = 288
# How often a row of a source is seen in one epoch; what is not named, once. What is nearest to the
# task counts most. A further epoch lost ground on what was held out.
SHARES = {
    "answers": 2.0, "twins": 2.0, "briefs": 2.0, "wice": 2.0, "defacto": 0.6, "begin": 0.15, "made": 0.05,
}  # fmt: skip
# The same for an epoch that goes on from weights that know all but the twins on news and the questions
# with an answer as claims.
AGAIN = {"reports": 1.3, "asked": 0.2, "rest": 0.45}
_SOFT = 0.05


class Checker(nn.Module):
    """Logits of (supported, contradicted), shape (n, 2)."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = base_encoder()
        self.drop = nn.Dropout(0.1)
        self.verdict = nn.Linear(WIDTH, 2)

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        hidden = self.encoder(
            input_ids=ids, token_type_ids=types, attention_mask=mask
        ).last_hidden_state
        logits: Tensor = self.verdict(self.drop(hidden[:, 0])).float()
        return logits


def encode(pair: Pair, tok: object) -> Encoded:
    """Claim, then evidence; what is too long loses the end of its evidence."""
    made = tok.encode(pair.claim, pair.evidence)  # type: ignore[attr-defined]
    return Encoded(
        made.ids[:LONGEST],
        made.type_ids[:LONGEST],
        (float(pair.supported), float(pair.contradicted)),
    )


def loss_of(model: nn.Module, batch: list[Encoded]) -> Tensor:
    """Cross entropy of both answers; sets that do not tell what contradicts teach the first alone."""
    logits = model(*padded(batch))
    target = torch.tensor([e.target for e in batch])
    weight = torch.tensor([e.weight for e in batch])
    soft = target.clamp(min=0) * (1 - 2 * _SOFT) + _SOFT
    each = nn.functional.binary_cross_entropy_with_logits(logits, soft, reduction="none")
    told = torch.stack([weight, weight * (target[:, 1] >= 0)], dim=1)
    return (each * told).sum() / weight.sum()


def epochs(
    learnt: Sequence[Pair], count: int, shares: Mapping[str, float]
) -> Iterator[list[Encoded]]:
    """Each source as often as `shares` says, supported and not supported balanced by weight."""
    tok = load_tokenizer()
    for number in range(count):
        rng = random.Random(number)
        drawn = [p for p in learnt for _ in range(_times(shares.get(p.source, 1.0), rng))]
        counts: dict[tuple[str, int], int] = defaultdict(int)
        for pair in drawn:
            counts[pair.source, pair.supported] += 1
        made = []
        for pair in drawn:
            both = counts[pair.source, 0] + counts[pair.source, 1]
            example = encode(pair, tok)
            weight = both / 2 / counts[pair.source, pair.supported]
            made.append(Encoded(example.ids, example.types, example.target, min(weight, 3.0)))
        yield made


def _times(share: float, rng: random.Random) -> int:
    return int(share) + (rng.random() < share % 1)


def scores(model: nn.Module, found: Sequence[Pair]) -> np.ndarray:
    """Logits, shape (n, 2)."""
    model.eval()
    tok = load_tokenizer()
    examples = [encode(p, tok) for p in found]
    out = np.zeros((len(examples), 2))
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].ids))
    with torch.no_grad():
        for start in range(0, len(order), 32):
            part = order[start : start + 32]
            out[part] = model(*padded([examples[i] for i in part])).numpy()
    return out


def report(model: nn.Module, test: Sequence[Pair]) -> None:
    logits = scores(model, test)
    for source in sorted({p.source for p in test}):
        at = [i for i, p in enumerate(test) if p.source == source]
        truth = np.array([test[i].supported for i in at], dtype=bool)
        line = {
            "set": source,
            "n": len(at),
            "auroc": round(auroc(logits[at, 0], truth), 3),
            "balanced": round(balanced_accuracy(logits[at, 0] > 0, truth), 3),
        }
        if source in TWINS:
            line["true over false"] = round(
                float(np.mean(logits[at[0::2], 0] > logits[at[1::2], 0])), 3
            )
        print(json.dumps(line), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("training/out/checker.pt"))
    parser.add_argument("--pairs", type=Path, default=Path("training/out/pairs.jsonl"))
    parser.add_argument(
        "--made", type=int, default=10000, help="made claims to begin with; 0: none"
    )
    parser.add_argument(
        "--start", type=Path, help="weights to go on from, for one epoch (see training.unpack)"
    )
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    seed()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    model = Checker()
    begin = list(made_pairs(options.made, random.Random(1)))
    found = pairs(options.pairs)
    test = [p for p in found if p.held_out or p.source == "expertqa"]
    learnt = [p for p in found if not p.held_out and p.source != "expertqa"]
    stages = [(begin, {"made": 1.0}, 1.5e-4), (learnt + begin, SHARES, 1.2e-4)]
    if options.start:
        model.load_state_dict(torch.load(options.start, map_location="cpu"))
        made = pairs(
            options.pairs.with_name("asked.jsonl"),
            lambda: asked_claims(questions(), random.Random(3)),
        )
        asked = [p for p in made if not p.held_out]
        shares = {
            **{p.source: AGAIN["rest"] * SHARES.get(p.source, 1.0) for p in learnt + begin},
            **{p.source: AGAIN["asked"] for p in asked},
            "reports": AGAIN["reports"],
        }
        stages = [(learnt + begin + asked, shares, 1e-4)]
    for rows, shares, rate in stages:
        size = sum(len(e.ids) for e in next(epochs(rows, 1, shares)))
        train(
            model,
            loss_of,
            epochs(rows, 1, shares),
            size // 3400,
            rate=rate,
            save=options.out,
            after=lambda m: report(m, test),
        )


if __name__ == "__main__":
    main()
