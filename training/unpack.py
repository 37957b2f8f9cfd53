"""The weights of a shipped graph as floats again, so that training can go on from them:
`python -m training.unpack checker OUT.pt`. What int8 rounded away stays away."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from rag.models.pair import WEIGHTS
from training.export import HEADS


def unpack(name: str) -> dict[str, torch.Tensor]:
    """State of `training.reader.Reader` or `training.checker.Checker`."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(WEIGHTS / f"{name}.onnx")).graph
    held = {one.name: numpy_helper.to_array(one).copy() for one in graph.initializer}
    head = HEADS[name]
    state = {
        "encoder.embeddings.word_embeddings.weight": held["words"] * held["words.scale"],
        "encoder.embeddings.token_type_embeddings.weight": held["kinds"],
        "encoder.embeddings.position_embeddings.weight": held["places"],
        f"{head}.weight": held[f"{head}.weight"].T,
        f"{head}.bias": held[f"{head}.bias"],
    }
    for key, values in held.items():
        if not key.startswith(("embeddings.", "encoder.")) or key.endswith(".scale"):
            continue
        scale = held.get(key.removesuffix(".weight") + ".scale")
        state[f"encoder.{key}"] = values if scale is None else (values * scale).T
    return {k: torch.tensor(np.ascontiguousarray(v, dtype=np.float32)) for k, v in state.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=sorted(HEADS))
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    torch.save(unpack(options.name), options.out)
    print(options.out)


if __name__ == "__main__":
    main()
