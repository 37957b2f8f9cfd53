"""The encoder that both models start from, and the loop that trains them.

Everything is seeded. On processors with AVX-512 BF16 the matrix products run in bfloat16; others
only imitate it, a hundred times slower than float32.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from rag.models.minilm import model_folder

SEED = 20201009
WIDTH = 384


@dataclass(frozen=True, slots=True)
class Encoded:
    """One example as token ids. `types` is 0 for the first text and 1 for the second."""

    ids: list[int]
    types: list[int]
    target: tuple[float, ...]
    weight: float = 1.0


def seed(value: int = SEED) -> None:
    random.seed(value)
    np.random.seed(value)
    torch.manual_seed(value)


def base_encoder() -> nn.Module:
    from transformers import BertModel

    # Without dropout a step on a processor takes less than half the time, and few epochs are run.
    encoder: Any = BertModel.from_pretrained(
        str(model_folder()),
        add_pooling_layer=False,
        attn_implementation="sdpa",
        attention_probs_dropout_prob=0.0,
        hidden_dropout_prob=0.0,
    )
    # The words keep their meaning from 1.17 billion sentence pairs; our few rows would blur it.
    encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    return encoder  # type: ignore[no-any-return]


def batches(examples: Sequence[Encoded], tokens: int, rng: random.Random) -> list[list[Encoded]]:
    """Batches of about `tokens` tokens, alike in length so that little is padding, in random order."""
    order = sorted(examples, key=lambda e: len(e.ids) + rng.random() * 24)
    found: list[list[Encoded]] = [[]]
    for example in order:
        if found[-1] and len(example.ids) * (len(found[-1]) + 1) > tokens:
            found.append([])
        found[-1].append(example)
    rng.shuffle(found)
    return found


def padded(batch: Sequence[Encoded]) -> tuple[Tensor, Tensor, Tensor]:
    """ids, types and mask, each (n, longest)."""
    longest = max(len(e.ids) for e in batch)
    ids, types, mask = (torch.zeros(len(batch), longest, dtype=torch.long) for _ in range(3))
    for row, example in enumerate(batch):
        count = len(example.ids)
        ids[row, :count] = torch.tensor(example.ids)
        types[row, :count] = torch.tensor(example.types)
        mask[row, :count] = 1
    return ids, types, mask


def train(
    model: nn.Module,
    loss_of: Callable[[nn.Module, list[Encoded]], Tensor],
    epochs: Iterator[list[Encoded]],
    steps: int,
    *,
    rate: float,
    tokens: int = 3600,
    save: Path | None = None,
    after: Callable[[nn.Module], Any] = lambda model: None,
) -> None:
    """AdamW with a linear warm-up over the first 6% of `steps` and a linear way down to 0.

    `epochs` gives the examples of each epoch, newly drawn; `after` is called when one ends.
    """
    plain = [p for p in model.parameters() if p.requires_grad and p.ndim == 1]
    matrices = [p for p in model.parameters() if p.requires_grad and p.ndim > 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}],
        lr=rate,
        betas=(0.9, 0.98),
    )
    warm = max(1, int(0.06 * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: min((n + 1) / warm, max(0.0, (steps - n) / max(1, steps - warm)))
    )
    rng, step, begun, recent = random.Random(SEED), 0, time.monotonic(), math.nan
    halved = bool(torch.cpu.get_capabilities()["avx512_bf16"])
    for examples in epochs:
        model.train()
        for batch in batches(examples, tokens, rng):
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=halved):
                loss = loss_of(model, batch)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            now = float(loss.detach())
            recent = now if math.isnan(recent) else 0.98 * recent + 0.02 * now
            if step % 50 == 0:
                spent = time.monotonic() - begun
                print(f"  step {step} of {steps}, loss {recent:.3f}, {spent:.0f} s", flush=True)
        if save is not None:
            torch.save(model.state_dict(), save)
        after(model)
