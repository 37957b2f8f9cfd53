"""Who said it: the claim's speaker is the one that the evidence names."""

from __future__ import annotations

import re

from rag.explanation import Finding
from rag.grounding.rules.case import Case

_VERB = r"(?:said|says|told|added|announced|warned|claimed|argued|stated|declared|insisted|wrote|denied)"
_NAME = r"(?:[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+){0,3})"
_BEFORE = re.compile(rf"(?P<name>{_NAME})(?:,[^,]{{1,60}},)?\s+(?:has\s+|have\s+)?{_VERB}\b")
_AFTER = re.compile(rf"\b{_VERB}\s+(?P<name>{_NAME})")
_ACCORDING = re.compile(rf"\b[Aa]ccording to (?P<name>{_NAME})")
_PRONOUNS = frozenset("He She They It We I The This That Officials Who".split())


def speakers(text: str) -> list[str]:
    found = [m["name"] for pattern in (_BEFORE, _AFTER, _ACCORDING) for m in pattern.finditer(text)]
    return [name for name in found if name.split()[-1] not in _PRONOUNS]


def find(case: Case) -> list[Finding]:
    ours = speakers(case.claim)
    theirs = speakers(case.nearest)
    if not ours or not theirs or case.aligned < 0.5:
        return []
    evidence = case.evidence.casefold()
    for name in ours:
        surname = name.split()[-1].casefold()
        if surname not in evidence and not any(surname in other.casefold() for other in theirs):
            return [Finding("speaker", True, f"the passage has {theirs[0]} say this, not {name}")]
    return []
