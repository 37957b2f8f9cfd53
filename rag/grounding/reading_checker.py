"""Checkers whose model reads claim and evidence: the embedded one, and any from the Hub."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.explanation import Finding
from rag.grounding.combine import combination, sigmoid
from rag.grounding.evidence import Context, Reading
from rag.grounding.examine import Examined, Examiner, Weighed
from rag.models.base import ClaimReader, Embedder
from rag.types import Judgement

Logits = tuple[float, float]


class Weigher(Protocol):
    """From what was read and found to a probability."""

    def weigh(
        self, reading: Reading, findings: Sequence[Finding], logits: Logits | None
    ) -> Weighed: ...


class ReadingChecker:
    """Deterministic: a claim's verdict does not depend on what else is checked."""

    def __init__(
        self, name: str, embedder: Embedder, model: ClaimReader | None, weigher: Weigher
    ) -> None:
        self.name = name
        self._examiner = Examiner(name, embedder)
        self._model = model
        self._weigher = weigher

    def judge(
        self, claims: Sequence[str], contexts: Sequence[Sequence[Context]]
    ) -> list[Judgement]:
        return [
            one
            if isinstance(one, Judgement)
            else one.settled(self.name, self._weigher.weigh(one.reading, one.findings, logits))
            for one, logits in self.examined(claims, contexts)
        ]

    def examined(
        self, claims: Sequence[str], contexts: Sequence[Sequence[Context]]
    ) -> list[tuple[Examined | Judgement, Logits | None]]:
        """What there is to judge each claim by, and what the model read, before it is weighed."""
        found = self._examiner.examine(claims, contexts)
        if self._model is None:
            return [(one, None) for one in found]
        pairs = [
            (claim, one.text)
            for claim, one in zip(claims, found, strict=True)
            if isinstance(one, Examined)
        ]
        read = iter(self._model.read(pairs))
        return [(one, _floats(next(read)) if isinstance(one, Examined) else None) for one in found]


class EmbeddedChecker(ReadingChecker):
    """Rules, likeness and a small model that reads; without the model, rules and likeness alone."""

    def __init__(self, embedder: Embedder, model: ClaimReader | None) -> None:
        name = "embedded" if model else "rules"
        super().__init__(name, embedder, model, combination(name))


@dataclass(frozen=True, slots=True)
class OwnProbability:
    """A model that nothing was fitted on top of: its own word counts, from one half on. The rules
    can only object."""

    threshold: float = 0.5

    def weigh(
        self, reading: Reading, findings: Sequence[Finding], logits: Logits | None
    ) -> Weighed:
        assert logits is not None
        supported, contradicted = map(sigmoid, logits)
        denied = contradicted >= self.threshold
        return Weighed(supported, self.threshold, denied, supported, contradicted)


def _floats(logits: Sequence[float]) -> Logits:
    supported, contradicted = logits
    return float(supported), float(contradicted)
