"""Trained weights to the int8 graph that ships, with a check of what that costs:
`python -m training.export reader WEIGHTS.pt`."""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import torch

from rag.models.graph import BertGraph
from rag.models.minilm import model_folder
from rag.models.pair import WEIGHTS

HEADS = {"reader": "span", "checker": "verdict"}


def export(name: str, state: Path) -> Path:
    """Write the graph and its digest to where `rag.models.pair` looks for them."""
    held = torch.load(state, map_location="cpu")
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
    parser.add_argument("state", type=Path)
    options = parser.parse_args()
    path = export(options.name, options.state)
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
