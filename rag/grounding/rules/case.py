"""What a rule reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Case:
    """`nearest` is the sentence that is most like the claim, `evidence` the few best ones,
    `source` everything that was cited with its headlines."""

    claim: str
    nearest: str
    evidence: str
    source: str
    # Share of the claim's words that stand in `nearest`, 0..1: how far they are about one thing.
    aligned: float
    published: date | None = None
