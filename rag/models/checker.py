"""The reading part of the checker: whether evidence bears out a claim, or says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from rag.models.pair import PairModel

LONGEST = 288


class EmbeddedClaimReader:
    """Deterministic; a claim with four sentences of evidence costs a few milliseconds."""

    def __init__(self) -> None:
        self._loading = Lock()

    @cached_property
    def _model(self) -> PairModel:
        # Loaded when first needed: a sentence that stands word for word in its source never asks.
        return PairModel("checker", LONGEST)

    def read(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """(claim, evidence) to logits of being supported and of being contradicted, (n, 2)."""
        if not pairs:
            return np.zeros((0, 2), dtype=np.float32)
        with self._loading:
            model = self._model
        return np.stack([one.logits.reshape(2) for one in model.read(pairs)])
