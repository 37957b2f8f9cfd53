"""MiniLM's encoder as an ONNX graph with 7-bit weights, built node by node.

Two choices make a result the same wherever and with whatever it is computed:
- One text a run, at its true length: dynamic quantization scales by the whole tensor, so a
  padded batch would make a result depend on its neighbours.
- 7-bit weights: with 8 bits the integer kernels of processors without VNNI saturate, so that
  two machines differ; with 7 they cannot, and the results come closer to the original ones too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_QMAX = 63
_FUSED = {"domain": "com.microsoft"}


class BertGraph:
    """A small BERT. Input `ids` int64 (1, n), for pairs also `types` int64 (1, n)."""

    def __init__(
        self,
        weights: dict[str, NDArray[np.float32]],
        config: dict[str, Any],
        *,
        fused_norm: bool = False,
    ) -> None:
        """`fused_norm` adds and normalizes in one node, which takes a sixth longer: kept for the
        embedder, whose vectors lie in libraries."""
        self.weights = weights
        self.config = config
        self.fused_norm = fused_norm
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def embedder(self) -> bytes:
        """Mean pooling: `vector` float32 (1, width) of length 1."""
        mean = self._node(
            "ReduceMean", [self._encoded("ids"), self._constant("axis1", np.array([1]))], keepdims=0
        )
        self._node("LpNormalization", [mean], name="vector", axis=-1, p=2)
        return self._made(["ids"], "vector", [1, self.config["hidden_size"]])

    def pair_model(self, head: str, *, first_only: bool) -> bytes:
        """A linear head over two texts: `logits` float32, (n, outputs) for all tokens or
        (1, outputs) for the first. `head` names its weight and bias."""
        x = self._encoded("ids", "types", first_only=first_only)
        weight, bias = self.weights[f"{head}.weight"], self.weights[f"{head}.bias"]
        dot = self._node("MatMul", [x, self._constant(f"{head}.weight", weight.T)])
        all_axes = self._node("Add", [dot, self._constant(f"{head}.bias", bias)])
        self._node("Squeeze", [all_axes, self._constant("axis0", np.array([0]))], name="logits")
        return self._made(["ids", "types"], "logits", [1 if first_only else "n", len(bias)])

    def _made(self, inputs: list[str], output: str, shape: list[Any]) -> bytes:
        from onnx import TensorProto, helper

        graph = helper.make_graph(
            self.nodes,
            "MiniLM-L6",
            [helper.make_tensor_value_info(name, TensorProto.INT64, [1, "n"]) for name in inputs],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)],
            self.constants,
        )
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
        made = helper.make_model(graph, opset_imports=opsets, ir_version=9)
        return bytes(made.SerializeToString())

    def _encoded(self, ids: str, types: str | None = None, *, first_only: bool = False) -> str:
        x = self._embeddings(ids, types)
        last = self.config["num_hidden_layers"] - 1
        for layer in range(last):
            x = self._layer(x, x, layer)
        asking = x
        if first_only:
            # What the last layer makes of the other tokens nobody reads.
            asking = self._node("Gather", [x, self._constant("first", np.array([0]))], axis=1)
        return self._layer(asking, x, last)

    def _embeddings(self, ids: str, types: str | None) -> str:
        from onnx import TensorProto

        words = self.weights["embeddings.word_embeddings.weight"]
        scale = np.abs(words).max(axis=1, keepdims=True) / 127
        scale[scale == 0] = 1
        table = self._constant("words", np.round(words / scale).astype(np.int8))
        rows = self._node("Cast", [self._node("Gather", [table, ids])], to=TensorProto.FLOAT)
        scales = self._node("Gather", [self._constant("words.scale", scale), ids])
        word = self._node("Mul", [rows, scales])
        kinds = self.weights["embeddings.token_type_embeddings.weight"]
        places = self.weights["embeddings.position_embeddings.weight"]
        if types is None:
            # A single text: type 0 everywhere.
            places = places + kinds[0]
        else:
            kind = self._node("Gather", [self._constant("kinds", kinds), types])
            word = self._node("Add", [word, kind])
        length = self._node(
            "Gather", [self._node("Shape", [ids]), self._constant("one", np.array([1]))]
        )
        zero = self._constant("zero", np.array([0]))
        place = self._node("Slice", [self._constant("places", places), zero, length, zero])
        return self._node(
            "LayerNormalization",
            [self._node("Add", [word, place]), *self._norm("embeddings.LayerNorm")],
            epsilon=self.config["layer_norm_eps"],
        )

    def _layer(self, x: str, all_tokens: str, number: int) -> str:
        """Layer `number` for the tokens of `x`, which attend to `all_tokens`."""
        prefix = f"encoder.layer.{number}."
        heads = [
            self._linear(read, f"{prefix}attention.self.{part}")
            for read, part in ((x, "query"), (all_tokens, "key"), (all_tokens, "value"))
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
        epsilon, norm = self.config["layer_norm_eps"], self._norm(name)
        if self.fused_norm:
            inputs = [x, skip, *norm]
            return self._node("SkipLayerNormalization", inputs, epsilon=epsilon, **_FUSED)
        inputs = [self._node("Add", [x, skip]), *norm]
        return self._node("LayerNormalization", inputs, epsilon=epsilon)

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
