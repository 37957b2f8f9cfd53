"""Names: people, places and bodies that the claim brings in must stand in the source."""

from __future__ import annotations

import re
import unicodedata

from rag.grounding.rules.finding import Case, Finding

_NAME = re.compile(r"\b[A-Z][\w’'&-]*(?:\s+(?:de|van|von|al|bin|of)?\s*[A-Z][\w’'&-]*)*")
_COMMON = frozenset(
    "the a an he she it they we i you this that these those there here his her its their our my in on "
    "at by for from to of and but or if when while after before since as with without under over both "
    "all some many most more several each every no not one two three four five six seven eight nine ten "
    "according however meanwhile although because during despite following also then later earlier "
    "yesterday today tomorrow monday tuesday wednesday thursday friday saturday sunday january february "
    "march april may june july august september october november december mr mrs ms dr president prime "
    "minister overall additionally moreover furthermore instead eventually finally only even just what "
    "who which where why how officials authorities police scientists researchers people".split()
)


def find(case: Case) -> list[Finding]:
    source = _fold(case.source)
    vocabulary = set(re.findall(r"\w+", source))
    stems = {word[:5] for word in vocabulary if len(word) >= 5}
    initials = _initials(case.source)
    missing: list[str] = []
    for match in _NAME.finditer(case.claim):
        words = [w for w in re.findall(r"[\w&]+", _fold(match[0])) if w != "s"]
        # The first word of a sentence is capitalised anyway.
        if match.start() == 0 and len(words) == 1 and not _looks_like_a_name(case.claim):
            continue
        absent = [
            w
            for w in words
            if w not in _COMMON and w not in vocabulary and len(w) > 1
            and not (len(w) >= 5 and w[:5] in stems) and w not in initials
            and not (w.endswith("s") and w[:-1] in vocabulary) and not w.isdigit()
        ]  # fmt: skip
        if absent:
            missing.append(match[0].strip())
    return [
        Finding("name", False, f"{name} is not in the cited passage")
        for name in dict.fromkeys(missing)
    ]


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).lower().replace("’", "'")


def _initials(source: str) -> set[str]:
    """Acronyms that spelled-out names of the source would give: 'nato', 'ecb'."""
    found = set()
    for match in re.finditer(r"\b[A-Z]\w+(?:[\s-]+(?:of|for|the|and|in)?\s*[A-Z]\w+)+", source):
        found.add("".join(w[0] for w in re.findall(r"[A-Z]\w+", match[0])).lower())
    return found


def _looks_like_a_name(claim: str) -> bool:
    """The first word recurs capitalised within the claim, or a verb of saying follows it."""
    first = re.match(r"\w+", claim)
    if not first:
        return False
    rest = claim[first.end() :]
    return first[0] in rest or bool(
        re.match(r"(?:['’]s)?\s+(?:said|says|told|won|beat|has|was|is)\b", rest)
    )
