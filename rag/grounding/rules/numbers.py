"""Amounts: each of the claim's stands in the evidence, or the evidence says another."""

from __future__ import annotations

from collections.abc import Sequence

from rag.explanation import Finding
from rag.grounding.rules.case import Case
from rag.grounding.rules.quantities import Quantity, quantities

# Below this the sentence that is nearest to the claim may be about something else.
_ALIGNED = 0.5


def find(case: Case) -> list[Finding]:
    claimed = quantities(case.claim)
    if not claimed:
        return []
    nearest = quantities(case.nearest)
    known = [*nearest, *quantities(case.evidence)]
    return [
        finding
        for one in claimed
        if not any(one.agrees(other) for other in known)
        and (finding := _judge(one, claimed, nearest, case))
    ]


def _judge(
    one: Quantity,
    claimed: Sequence[Quantity],
    nearest: Sequence[Quantity],
    case: Case,
) -> Finding | None:
    free = [other for other in nearest if not any(other.agrees(own) for own in claimed)]
    rivals = [other for other in free if other.unit and other.unit == one.unit]
    if case.aligned >= _ALIGNED and len(rivals) == 1:
        return Finding("number", True, f"the passage says {rivals[0].text}, not {one.text}")
    if any(one.agrees(other) for other in quantities(case.source)):
        return Finding("number", False, f"{one.text} stands elsewhere in the source, not with this")
    if one.value <= 1 and not one.unit:
        return None
    return Finding("number", False, f"{one.text} is not in the cited passage")
