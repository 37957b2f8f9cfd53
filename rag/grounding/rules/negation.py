"""Denials and opposites between a claim and the sentence that it is nearest to."""

from __future__ import annotations

import re

from rag.explanation import Finding
from rag.grounding.rules.case import Case
from rag.library.terms import terms

_ALIGNED = 0.6
# A "not" of a long sentence may belong to another clause: the two must say little else.
_ALIKE = 0.6
_DENIAL = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|neither|nor|cannot|without|fail(?:s|ed)?\s+to|refus(?:e|es|ed)"
    r"\s+to|den(?:y|ies|ied)|reject(?:s|ed)?|unable|unlikely|false|declin(?:e|es|ed)\s+to|disput(?:e|es|ed))\b|n['’]t\b",
    re.I,
)
_PAIRS = [
    ("rais", "cut"), ("rais", "lower"), ("rose", "fell"), ("rise", "fall"), ("increas", "decreas"),
    ("increas", "reduc"), ("grew", "shrank"), ("more", "fewer"), ("more", "less"), ("higher", "lower"),
    ("above", "below"), ("won", "lost"), ("win", "lose"), ("victory", "defeat"),
    ("accept", "reject"), ("approv", "reject"), ("allow", "ban"), ("support", "oppos"),
    ("began", "ended"), ("begin", "end"), ("open", "clos"),
    ("gain", "lost"), ("alive", "dead"), ("north", "south"), ("east", "west"), ("northern", "southern"),
    ("eastern", "western"), ("largest", "smallest"), ("most", "least"), ("best", "worst"),
    ("older", "younger"), ("arriv", "left"), ("joined", "left"), ("buy", "sell"),
    ("bought", "sold"), ("import", "export"), ("male", "female"), ("man", "woman"), ("men", "women"),
    ("guilty", "innocent"), ("convict", "acquit"), ("include", "exclude"), ("present", "absent"),
    ("agree", "disagree"), ("success", "fail"), ("majority", "minority"), ("maximum", "minimum"),
    ("expand", "shrink"), ("strengthen", "weaken"), ("faster", "slower"), ("public", "private"),
    ("longer", "shorter"), ("warm", "cold"), ("hot", "cold"), ("legal", "illegal"),
    ("inside", "outside"), ("upheld", "overturned"), ("temporar", "permanent"),
]  # fmt: skip


def find(case: Case) -> list[Finding]:
    if case.aligned < _ALIGNED:
        return []
    found = []
    ours, theirs = _denials(case.claim), _denials(case.nearest)
    if abs(ours - theirs) == 1 and _alike(case) >= _ALIKE:
        what = "the passage does not deny this" if ours > theirs else "the passage denies this"
        found.append(Finding("negation", True, what))
    for left, right in _PAIRS:
        for mine, other in ((left, right), (right, left)):
            ours_word, theirs_word = _word(case.claim, mine), _word(case.nearest, other)
            if (
                ours_word
                and theirs_word
                and not _word(case.nearest, mine)
                and not _word(case.claim, other)
            ):
                reason = f"the passage says “{theirs_word}”, not “{ours_word}”"
                found.append(Finding("opposite", True, reason))
    return found[:2]


def _alike(case: Case) -> float:
    """Words in common over all words of both (Jaccard)."""
    ours, theirs = set(terms(case.claim)), set(terms(case.nearest))
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0


def _denials(text: str) -> int:
    return len(_DENIAL.findall(text))


def _word(text: str, stem: str) -> str | None:
    """The word of `text` that is the stem or an inflection of it."""
    match = re.search(rf"\b{stem}(?:e|s|es|ed|d|ing|er|ers|n)?\b", text, re.I)
    return match[0] if match else None
