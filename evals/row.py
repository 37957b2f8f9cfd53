"""One case with what was said and how it scored: the data that every report is made from."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from evals.scorers import LOWER, Score

# What a row is where it has no number: a refusal, an answer of no words, an answer that claims
# nothing, a failure. None of them is ever averaged into a score.
State = Literal["scored", "refused", "empty", "nothing_to_check", "error"]
# A case passes when each of these is as good as it can be, or unscored.
DECIDING = (
    "faithfulness",
    "quote_exactness",
    "key_fact_recall",
    "key_fact_contradiction",
    "refusal_accuracy",
    "repeats_disliked",
)


@dataclass(frozen=True, slots=True)
class Source:
    """A text that an answer rests on, with the numbers it is cited by; `marks` are the
    [start, end) ranges that bear the answer out."""

    numbers: tuple[int, ...]
    title: str
    text: str
    marks: tuple[tuple[int, int], ...] = ()

    @property
    def marker(self) -> str:
        return "".join(f"[{n}]" for n in self.numbers)


@dataclass(frozen=True, slots=True)
class Row:
    """`answer` is as `to_dict` of an Answer or a Report gives it; `made_by` says by what.
    `facts` are the key facts that were asked for, in their first wording."""

    id: str
    kind: str
    question: str
    state: State
    scores: dict[str, Score]
    answer: dict[str, Any] | None = None
    sources: tuple[Source, ...] = ()
    facts: tuple[str, ...] = ()
    error: str = ""
    attempt: int = 1
    made_by: dict[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return self.state != "error" and not self.shortfalls(DECIDING)

    @property
    def sentences(self) -> list[dict[str, Any]]:
        return list(self.answer["sentences"]) if self.answer else []

    @property
    def milliseconds(self) -> float | None:
        return (self.answer or {}).get("timings_ms", {}).get("total")

    def shortfalls(self, names: tuple[str, ...]) -> dict[str, float]:
        """The scores among `names` that are not as good as they can be."""
        got = {name: self.scores.get(name) for name in names}
        return {k: v for k, v in got.items() if v is not None and v != float(k not in LOWER)}

    def to_dict(self) -> dict[str, Any]:
        rounded = {k: round(v, 6) if v is not None else None for k, v in self.scores.items()}
        return asdict(self) | {"scores": rounded, "passed": self.passed}

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> Row:
        known = {key: value for key, value in row.items() if key != "passed"}
        sources = tuple(
            Source(tuple(s["numbers"]), s["title"], s["text"], tuple((a, b) for a, b in s["marks"]))
            for s in row["sources"]
        )
        return cls(**known | {"sources": sources, "facts": tuple(row["facts"])})
