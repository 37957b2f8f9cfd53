"""The checker that asks a language model. What it cannot read from a reply it does not guess."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.errors import EndpointError
from rag.grounding.check import Checker
from rag.grounding.evidence import Context, reading_text
from rag.grounding.examine import Examined, Examiner, Weighed
from rag.grounding.judge import Judge
from rag.models.base import Embedder
from rag.types import Judgement, Verdict

# Claims of one request, and characters of one claim and of its evidence: a reply stays short, and
# no source can make a request that no model takes.
_BATCH = 8
_LONGEST_CLAIM = 2_000
_LONGEST_EVIDENCE = 4_000
# A judge's word has no degree: supported or not.
_EVEN = 0.5


class LlmChecker:
    """Each claim is judged by the sentences chosen for it and its batch, never by the sources of
    another claim. Where the model gives no verdict, `fallback` does; the judgement says so and is
    `unscored`. The rules can object as they do to any model."""

    def __init__(
        self, name: str, judge: Judge, embedder: Embedder, fallback: Checker, seconds: float
    ) -> None:
        self.name = f"{name} ({judge.prompt})"
        self._judge = judge
        self._examiner = Examiner(self.name, embedder)
        self._fallback = fallback
        self._seconds = seconds

    def judge(
        self, claims: Sequence[str], contexts: Sequence[Sequence[Context]]
    ) -> list[Judgement]:
        """All requests together take no longer than the deadline of one answer."""
        ends = time.monotonic() + self._seconds
        found = self._examiner.examine(claims, contexts)
        judged = {n: one for n, one in enumerate(found) if isinstance(one, Judgement)}
        left = {n: one for n, one in enumerate(found) if isinstance(one, Examined)}
        failed: dict[int, str] = {}
        for batch in _batches(left, contexts):
            try:
                said = self._asked([left[n] for n in batch], contexts[batch[0]], ends)
            except EndpointError as error:
                failed |= dict.fromkeys(batch, str(error))
                continue
            if said is None:
                failed |= dict.fromkeys(batch, "The reply was not the JSON that was asked for.")
                continue
            for n, verdict in zip(batch, said, strict=True):
                judged[n] = left[n].settled(self.name, _weighed(verdict))
        judged |= self._stood_in(failed, claims, contexts)
        return [judged[n] for n in range(len(claims))]

    def _asked(
        self, batch: Sequence[Examined], contexts: Sequence[Context], ends: float
    ) -> list[Verdict] | None:
        seconds = ends - time.monotonic()
        if seconds <= 0:
            raise EndpointError(f"There was no time left of {self._seconds:g} s.")
        lines = dict.fromkeys(line for one in batch for line in one.reading.lines)
        sources = reading_text(list(lines), contexts)
        claims = [one.reading.claim[:_LONGEST_CLAIM] for one in batch]
        return self._judge.verdicts(sources[: _LONGEST_EVIDENCE * len(batch)], claims, seconds)

    def _stood_in(
        self,
        failed: dict[int, str],
        claims: Sequence[str],
        contexts: Sequence[Sequence[Context]],
    ) -> dict[int, Judgement]:
        others = self._fallback.judge([claims[n] for n in failed], [contexts[n] for n in failed])
        stood_in = f"{self._fallback.name!r} judged instead"
        return {
            n: replace(one, unscored=True, reasons=(f"unscored: {why} {stood_in}", *one.reasons))
            for (n, why), one in zip(failed.items(), others, strict=True)
        }


def _batches(
    left: dict[int, Examined], contexts: Sequence[Sequence[Context]]
) -> Iterator[list[int]]:
    """Claims that are held against the same sources, a few at a time."""
    groups: dict[int, list[int]] = {}
    for n in left:
        groups.setdefault(id(contexts[n]), []).append(n)
    for group in groups.values():
        for start in range(0, len(group), _BATCH):
            yield group[start : start + _BATCH]


def _weighed(verdict: Verdict) -> Weighed:
    score = float(verdict is Verdict.SUPPORTED)
    return Weighed(score, _EVEN, verdict is Verdict.CONTRADICTED)
