"""An optional LLM judge beside the embedded checker, and how far the two agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from evals.metered import OverBudget, RequestFailed
from evals.row import Row
from rag.grounding.judge import Judge
from rag.types import Verdict

_LABELS = (Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.UNSUPPORTED)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Over n sentences; `kappa` is what is left of it beyond chance (Cohen 1960)."""

    judge: str
    n: int
    unscored: int
    errors: int
    agreed: float | None
    kappa: float | None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class RowJudge:
    """Puts the sentences of a row to a judge, with the whole text of what they cite."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def read(self, row: Row) -> Row:
        """The row with `judge` on each sentence that claims something: a verdict, or None where
        the reply could not be read. A failure of the endpoint is kept as `judge_error`."""
        claims = [s for s in row.sentences if s["verdict"] != Verdict.NOT_A_CLAIM]
        if not claims or not row.sources or row.answer is None:
            return row
        sources = "\n\n".join(f"{s.marker} {s.title}\n{s.text}" for s in row.sources)
        try:
            said = self._judge.verdicts(sources, [s["text"] for s in claims])
        except (RequestFailed, OverBudget) as error:
            return replace(row, answer=row.answer | {"judge_error": str(error)})
        unread: list[Verdict | None] = [None] * len(claims)
        verdicts = iter(said or unread)
        judged = [
            s if s["verdict"] == Verdict.NOT_A_CLAIM else s | {"judge": next(verdicts)}
            for s in row.sentences
        ]
        return replace(row, answer=row.answer | {"sentences": judged})


def agreement(judge: str, rows: Sequence[Row]) -> Agreement:
    """What cites nothing counts as unsupported: a judge knows no other word for it."""
    judged = [s for row in rows for s in row.sentences if "judge" in s]
    pairs = [(_label(s["verdict"]), s["judge"]) for s in judged if s["judge"] is not None]
    errors = sum("judge_error" in (row.answer or {}) for row in rows)
    agreed = sum(a == b for a, b in pairs) / len(pairs) if pairs else None
    return Agreement(
        judge, len(pairs), len(judged) - len(pairs), errors, agreed, _kappa(pairs, agreed)
    )


def _label(verdict: str) -> str:
    return Verdict.UNSUPPORTED if verdict == Verdict.UNCITED else verdict


def _kappa(pairs: Sequence[tuple[str, str]], agreed: float | None) -> float | None:
    """None where both always say the same one thing: then chance explains all."""
    if agreed is None:
        return None
    n = len(pairs)
    chance = sum(
        sum(a == label for a, _ in pairs) * sum(b == label for _, b in pairs) / n**2
        for label in _LABELS
    )
    return (agreed - chance) / (1 - chance) if chance < 1 else None
