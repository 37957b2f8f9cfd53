"""Several checkers as one: the weakest verdict counts."""

from __future__ import annotations

from collections.abc import Sequence

from rag.explanation import Explanation
from rag.grounding.check import Checker
from rag.grounding.evidence import Context
from rag.types import Judgement, Verdict

_WEAKEST_FIRST = (Verdict.CONTRADICTED, Verdict.UNSUPPORTED, Verdict.SUPPORTED)


class WeakestChecker:
    """A sentence is supported where every checker says so, contradicted where one does."""

    def __init__(self, checkers: Sequence[Checker]) -> None:
        self._checkers = tuple(checkers)
        self.name = f"all:{','.join(checker.name for checker in checkers)}"

    def judge(
        self, claims: Sequence[str], contexts: Sequence[Sequence[Context]]
    ) -> list[Judgement]:
        each = [checker.judge(claims, contexts) for checker in self._checkers]
        return [self._joined(judged) for judged in zip(*each, strict=True)]

    def _joined(self, judged: Sequence[Judgement]) -> Judgement:
        weakest = min(judged, key=lambda one: (_WEAKEST_FIRST.index(one.verdict), one.score))
        score = min(one.score for one in judged)
        parts = tuple(one.explanation for one in judged if one.explanation)
        return Judgement(
            weakest.verdict,
            score,
            self._reasons(judged),
            weakest.evidence,
            any(one.unscored for one in judged),
            Explanation(self.name, weakest.verdict, score, parts=parts),
        )

    def _reasons(self, judged: Sequence[Judgement]) -> tuple[str, ...]:
        """Each reason once, with who gave it: "embedded, rules: the passage says 25, not 50"."""
        given: dict[str, list[str]] = {}
        for checker, one in zip(self._checkers, judged, strict=True):
            for reason in one.reasons:
                given.setdefault(reason, []).append(checker.name)
        return tuple(f"{', '.join(names)}: {reason}" for reason, names in given.items())
