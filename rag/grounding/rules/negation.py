"""Denials and opposites between a claim and the sentence that it is nearest to."""

from __future__ import annotations

import itertools
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
_BOTH_WAYS = [pair for left, right in _PAIRS for pair in ((left, right), (right, left))]
_ENDINGS = ("", "e", "s", "es", "ed", "d", "ing", "er", "ers", "n")
# Each form to the stems that it may be of: "ended" is one itself and one of "end".
_STEMS: dict[str, set[str]] = {}
for _stem, _ending in itertools.product({stem for pair in _PAIRS for stem in pair}, _ENDINGS):
    _STEMS.setdefault(_stem + _ending, set()).add(_stem)


def find(case: Case) -> list[Finding]:
    if case.aligned < _ALIGNED:
        return []
    found = []
    ours, theirs = _denials(case.claim), _denials(case.nearest)
    if abs(ours - theirs) == 1 and _alike(case) >= _ALIKE:
        what = "the passage does not deny this" if ours > theirs else "the passage denies this"
        found.append(Finding("negation", True, what))
    mine, other = _told(case.claim), _told(case.nearest)
    for left, right in _BOTH_WAYS:
        if left in mine and right in other and left not in other and right not in mine:
            reason = f"the passage says “{other[right]}”, not “{mine[left]}”"
            found.append(Finding("opposite", True, reason))
    return found[:2]


def _alike(case: Case) -> float:
    """Words in common over all words of both (Jaccard)."""
    ours, theirs = set(terms(case.claim)), set(terms(case.nearest))
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0


def _denials(text: str) -> int:
    return len(_DENIAL.findall(text))


def _told(text: str) -> dict[str, str]:
    """The stems of _PAIRS that the text holds, each with its first word that is one or inflects it."""
    found: dict[str, str] = {}
    for word in re.findall(r"\w+", text):
        for stem in _STEMS.get(word.lower(), ()):
            found.setdefault(stem, word)
    return found
