"""How a sentence is built: whether it is one, whether it stands alone, whether it asks."""

from __future__ import annotations

import re

from rag.answer.years import names_others

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


def is_fragment(text: str) -> bool:
    """A caption, a list's line, a teaser for another article ("Gas prices:What to know")."""
    return not _ENDED.search(text) or bool(_LABELLED.search(text))


def malus(text: str, asked: frozenset[str]) -> float:
    """What a sentence loses where it is none, and where it tells of other years than those asked
    about."""
    return _FRAGMENT * is_fragment(text) + _OTHER_YEAR * names_others(text, asked)


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
