"""How a verdict came about: what was found, what was read, what each counted for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found. `conflict`: the source says otherwise. Without it: the source does not
    say so."""

    rule: str
    conflict: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Share:
    """One feature of a claim and its weight; together what it adds to the log-odds of "supported"."""

    feature: str
    value: float
    weight: float

    @property
    def adds(self) -> float:
        return self.value * self.weight


@dataclass(frozen=True, slots=True)
class Explanation:
    """`supported` and `contradicted` are the probabilities of the model that read claim and
    evidence, None where none did. `bias` and `shares` add up to the log-odds of `weighed`, which is
    the score before a conflict capped it. `note` stands where nothing was left to weigh; `parts`
    are the checkers of which the weakest verdict counts."""

    checker: str
    verdict: str
    score: float
    threshold: float | None = None
    supported: float | None = None
    contradicted: float | None = None
    findings: tuple[Finding, ...] = ()
    weighed: float | None = None
    bias: float = 0.0
    shares: tuple[Share, ...] = ()
    note: str = ""
    parts: tuple[Explanation, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "checker": self.checker,
            "verdict": self.verdict,
            "score": round(self.score, 4),
            "threshold": self.threshold,
            "model": {
                "supported": _rounded(self.supported),
                "contradicted": _rounded(self.contradicted),
            },
            "findings": [asdict(finding) for finding in self.findings],
            "weighed": _rounded(self.weighed),
            "bias": round(self.bias, 4),
            "shares": [
                {"feature": s.feature, "value": round(s.value, 4), "adds": round(s.adds, 4)}
                for s in self.shares
            ],
            "note": self.note,
            "parts": [part.to_dict() for part in self.parts],
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
