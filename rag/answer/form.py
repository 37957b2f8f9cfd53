"""How a sentence is built: whether it is one, whether it stands alone, whether it asks."""

from __future__ import annotations

import re

from rag.grounding.rules.dates import years

_ENDED = re.compile(r"[.!?…][”\"’')\]]*\s*$")
_LABELLED = re.compile(
    r"^\W*[•*–-]\s|^[^.!?]{2,60}[a-z0-9]:[A-Z“\"]|^(?:hide|show) caption\b"
    r"|[a-z] ?/ ?(?:AP|AFP|EPA|Reuters|Getty Images|Shutterstock|Bloomberg|Xinhua)\b",
    re.I,
)
# What a fragment's score loses: those of quizzes hold many answers, and tell a reader little.
_FRAGMENT = 0.4
# What a sentence loses that names years, but none that is asked about.
_OTHER_YEAR = 0.5


def malus(text: str, asked: frozenset[str]) -> float:
    """What a sentence loses where it is none (a caption, a list's line, a teaser for another article:
    "Gas prices:What to know"), and where it tells of other years than those asked about."""
    fragment = not _ENDED.search(text) or bool(_LABELLED.search(text))
    told = years(text) if asked else asked
    return _FRAGMENT * fragment + _OTHER_YEAR * (bool(told) and not told & asked)


def leans(text: str) -> bool:
    """Whether a sentence needs the one before it: it opens with a pronoun ("It was the first
    meeting" needs nothing)."""
    return bool(
        re.match(
            r"[\"“'‘]?(?:He|She|They|This|That|These|Those|His|Her|Their|Its|Both"
            r"|It(?! (?:is|was) (?:the|a|an|in|on|not)\b))\b",
            text,
        )
    )


def asks(text: str) -> bool:
    return text.rstrip("”\"' ").endswith("?")
