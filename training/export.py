"""Trained weights to the int8 graph that ships: `python -m training.export reader WEIGHTS.pt`.

Of several files the weighted mean ships (Wortsman et al., "Model soups", 2022): what an epoch on
new data took from the old comes back."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from rag.models.graph import BertGraph
from rag.models.minilm import model_folder
from rag.models.pair import WEIGHTS

HEADS = {"reader": "span", "checker": "verdict"}


def mean(states: Sequence[Path], shares: Sequence[float]) -> dict[str, torch.Tensor]:
    """Each weight's mean over `states`, which are of one form; `shares` add up to 1."""
    held = [torch.load(state, map_location="cpu") for state in states]
    parts = list(zip(held, shares, strict=True))
    return {
        key: torch.stack([share * one[key].float() for one, share in parts]).sum(dim=0)
        for key in held[0]
    }


def export(name: str, held: Mapping[str, torch.Tensor]) -> Path:
    """Write the graph and its digest to where `rag.models.pair` looks for them."""
    weights = {
        key.removeprefix("encoder.") if key.startswith("encoder.") else key: value.numpy()
        for key, value in held.items()
    }
    config = json.loads((model_folder() / "config.json").read_text(encoding="utf-8"))
    body = BertGraph(weights, config).pair_model(HEADS[name], first_only=name == "checker")
    WEIGHTS.mkdir(exist_ok=True)
    path = WEIGHTS / f"{name}.onnx"
    path.write_bytes(body)
    path.with_suffix(".sha256").write_text(hashlib.sha256(body).hexdigest() + "\n")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=sorted(HEADS))
    parser.add_argument("states", type=Path, nargs="+")
    parser.add_argument(
        "--shares", type=float, nargs="+", help="of each file in the mean; all alike unless given"
    )
    options = parser.parse_args()
    shares = options.shares or [1 / len(options.states)] * len(options.states)
    if len(shares) != len(options.states) or abs(sum(shares) - 1) > 1e-6:
        parser.error("--shares wants a share for each file, adding up to 1")
    path = export(options.name, mean(options.states, shares))
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
