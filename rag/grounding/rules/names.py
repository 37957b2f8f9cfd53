"""Names: people, places and bodies that the claim brings in must stand in the source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.explanation import Finding
from rag.grounding.rules.case import Case
from rag.library.terms import without_accents

_NAME = re.compile(r"\b[A-Z][\w’'&-]*(?:\s+(?:de|van|von|al|bin|of)?\s*[A-Z][\w’'&-]*)*")
_LEADING = re.compile(r"^(?:(?:The|A|An|In|At|On|Of|But|And)\s+)+")
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

# What a country's people and things are called, where the first five letters do not tell.
_DEMONYMS = [
    {"britain", "british", "briton", "britons", "uk"},
    {"france", "french"}, {"spain", "spanish", "spaniard", "spaniards"}, {"greece", "greek", "greeks"},
    {"netherlands", "dutch", "holland"}, {"china", "chinese"}, {"poland", "polish", "pole", "poles"},
    {"denmark", "danish", "dane", "danes"}, {"sweden", "swedish", "swede", "swedes"},
    {"turkey", "turkiye", "turkish", "turk", "turks"}, {"wales", "welsh"}, {"ireland", "irish"},
    {"switzerland", "swiss"}, {"norway", "norwegian", "norwegians"}, {"finland", "finnish", "finn", "finns"},
    {"cyprus", "cypriot", "cypriots"}, {"peru", "peruvian"}, {"iraq", "iraqi", "iraqis"},
    {"iran", "iranian", "iranians"}, {"syria", "syrian", "syrians"}, {"cuba", "cuban", "cubans"},
    {"america", "american", "americans", "us", "usa"}, {"england", "english"}, {"japan", "japanese"},
    {"kosovo", "kosovar", "kosovars"}, {"serbia", "serb", "serbs", "serbian", "serbians"},
    {"croatia", "croat", "croats", "croatian"}, {"europe", "european", "europeans", "eu"},
    {"thailand", "thai"}, {"philippines", "filipino", "filipinos", "philippine"},
    {"soviet", "ussr"}, {"germany", "german", "germans"}, {"scotland", "scottish", "scots"},
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a source, folded, and what they stand for: stems, spelled-out acronyms."""

    words: frozenset[str]
    stems: frozenset[str]
    initials: frozenset[str]

    def holds(self, word: str) -> bool:
        return (
            word in self.words
            or word in self.initials
            or (len(word) >= 5 and word[:5] in self.stems)
            or (word.endswith("s") and word[:-1] in self.words)
        )


@lru_cache(maxsize=64)
def _vocabulary(source: str) -> Vocabulary:
    folded = _fold(source)
    words = {*re.findall(r"\w+", folded), *re.findall(r"[\w&]+", folded)}
    words |= {word for people in _DEMONYMS if people & words for word in people}
    stems = frozenset(word[:5] for word in words if len(word) >= 5)
    return Vocabulary(frozenset(words), stems, _initials(source))


def find(case: Case) -> list[Finding]:
    return [
        Finding("name", False, f"{name} is not in the cited passage")
        for name, unknown in _unknown(case.claim, case.source)
        if any(unknown)
    ]


def unmentioned(text: str, source: str) -> list[str]:
    """The names in a text of which the source knows no word."""
    return [name for name, unknown in _unknown(text, source) if all(unknown)]


def _unknown(text: str, source: str) -> list[tuple[str, list[bool]]]:
    """Each name once, and of each of its words whether it is one that the source does not know."""
    found: dict[str, list[bool]] = {}
    for match in _NAME.finditer(text):
        words = [w for w in re.findall(r"[\w&]+", _fold(match[0])) if w != "s"]
        # The first word of a sentence is capitalised anyway.
        if match.start() == 0 and len(words) == 1 and not _looks_like_a_name(text):
            continue
        found[_LEADING.sub("", match[0].strip())] = [
            len(w) > 1 and not w.isdigit() and w not in _COMMON and not _vocabulary(source).holds(w)
            for w in words
        ]
    return list(found.items())


def _fold(text: str) -> str:
    return without_accents(text).lower().replace("’", "'")


def _initials(source: str) -> frozenset[str]:
    """Acronyms that spelled-out names of the source would give: 'nato', 'ecb'."""
    found = set()
    for match in re.finditer(r"\b[A-Z]\w+(?:[\s-]+(?:of|for|the|and|in)?\s*[A-Z]\w+)+", source):
        found.add("".join(w[0] for w in re.findall(r"[A-Z]\w+", match[0])).lower())
    return frozenset(found)


def _looks_like_a_name(claim: str) -> bool:
    """The first word recurs capitalised within the claim, or a verb of saying follows it."""
    first = re.match(r"\w+", claim)
    if not first:
        return False
    rest = claim[first.end() :]
    return first[0] in rest or bool(
        re.match(r"(?:['’]s)?\s+(?:said|says|told|won|beat|has|was|is)\b", rest)
    )
