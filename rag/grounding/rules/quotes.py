"""Quoted words stand in the source, word for word."""

from __future__ import annotations

import re

from rag.explanation import Finding
from rag.grounding.evidence import plain
from rag.grounding.rules.case import Case

_QUOTE = re.compile(r"[“\"«]([^“”\"«»]{2,400})[”\"»]")


def find(case: Case) -> list[Finding]:
    found = []
    for match in _QUOTE.finditer(case.claim):
        # What is left out or put in brackets splits the quotation.
        parts = [plain(part) for part in re.split(r"\.{3}|…|\[[^\]]*\]", match[1])]
        if any(part and f" {part} " not in f" {plain(case.source)} " for part in parts):
            shown = match[1] if len(match[1]) <= 60 else match[1][:57] + "…"
            reason = f"the quotation “{shown}” is not in the source word for word"
            found.append(Finding("quote", False, reason))
    return found
