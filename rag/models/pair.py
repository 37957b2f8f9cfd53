"""Our own small models that read two texts at once, by ONNX Runtime, without torch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError
from rag.models.runtime import load_tokenizer, open_session
from rag.parallel import side_by_side

WEIGHTS = Path(__file__).parent / "weights"
Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Read:
    """What a model made of one pair. Row i of `logits` belongs to token i, where the model gives
    one for each; `offsets` are the token's characters and `types` which of the texts they count in."""

    logits: Logits
    offsets: tuple[tuple[int, int], ...]
    types: tuple[int, ...]


class PairModel:
    """One pair a run, at its true length: no result depends on what else is asked."""

    def __init__(self, name: str, longest: int) -> None:
        """Raises ModelError where the weights are missing or not the ones that were shipped."""
        self._longest = longest
        self._tokenizer = load_tokenizer()
        self._session = open_session(_shipped(name))

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Read]:
        return side_by_side(self._one, pairs, lambda pair: sum(map(len, pair)))

    def _one(self, pair: tuple[str, str]) -> Read:
        # No token has more characters than this on average, so what is cut here is never read.
        first, second = (text[: 24 * self._longest] for text in pair)
        made = self._tokenizer.encode(first, second)
        kept = _kept(made.type_ids, self._longest)
        ids = [made.ids[n] for n in kept]
        types = [made.type_ids[n] for n in kept]
        feed: dict[str, Any] = {
            "ids": np.array([ids], dtype=np.int64),
            "types": np.array([types], dtype=np.int64),
        }
        (logits,) = self._session.run(None, feed)
        offsets = tuple(made.offsets[n] for n in kept)
        return Read(np.asarray(logits), offsets, tuple(types))


def _kept(types: Sequence[int], longest: int) -> list[int]:
    """Which tokens are read of "first [sep] second [sep]". The second text gives way; a first one
    that would fill more than half gives way too. Each keeps its closing token."""
    first = sum(kind == 0 for kind in types)
    head = list(range(first))
    if first > longest // 2:
        head = [*head[: longest // 2 - 1], first - 1]
    tail = list(range(first, len(types)))
    room = longest - len(head)
    if len(tail) > room:
        tail = [*tail[: room - 1], len(types) - 1]
    return head + tail


def has_weights(name: str) -> bool:
    return (WEIGHTS / f"{name}.onnx").is_file()


def _shipped(name: str) -> bytes:
    """The graph, checked against the digest beside it: half a file must not answer questions."""
    path = WEIGHTS / f"{name}.onnx"
    try:
        body = path.read_bytes()
        wanted = path.with_suffix(".sha256").read_text(encoding="ascii").strip()
    except OSError as error:
        raise ModelError(
            f"The model {path} cannot be read ({error.strerror}); reinstall."
        ) from None
    if hashlib.sha256(body).hexdigest() != wanted:
        raise ModelError(f"The model {path} is damaged; reinstall.")
    return body
