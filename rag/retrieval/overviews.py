"""Requests for a story instead of a fact: "Tell me about ...", "What's the latest on ...?"."""

from __future__ import annotations

import re

from rag.library.terms import STOPWORDS, words
from rag.retrieval.parts import ASKS

_PLEASE = r"(?:(?:please|can you|could you|would you|i (?:want|would like) you to)\s+)*"
_ON = r"(?:about|on|of|with|in|at|to|around|regarding|from)"
_OPENERS = [
    re.compile(rf"{_PLEASE}{pattern}\s+(?P<subject>.+)", re.I | re.S)
    for pattern in (
        rf"(?:tell|update|brief|inform) me (?:more )?{_ON}",
        r"(?:summari[sz]e|describe|explain|outline|recap)(?: for me| to me)?"
        rf"(?: what (?:has )?happened {_ON}| what we know {_ON}| the (?:story|news|latest) {_ON})?",
        r"(?:(?:give|show|write) me |what is |what’s |what's )?(?:an? |the |any )?(?:\w+ )?"
        rf"(?:summary|overview|recap|background|latest|news|developments|updates?) {_ON}",
        # "What happened to ...?" asks for a fact more often than not.
        rf"what(?: is|’s|'s| was| has been) (?:going on|new) {_ON}",
        r"what(?: is|’s|'s| was| has been) happening (?:in|with|around|at)",
        rf"what (?:do|did) (?:we|you|the articles) (?:know|say|report) {_ON}",
        rf"what (?:is|was) (?:known|reported) {_ON}",
    )
]
# "Explain why ..." asks for the reason, not for the story.
_ASKS = re.compile(rf"{ASKS}|(?:if|whether)\b", re.I)
_THE_PLEASE_AT_THE_END = re.compile(r"[\s,]*(?:please)?[\s?.!]*$", re.I)


def subject_of(question: str) -> str | None:
    """What a story is asked of; None where the question asks for something else.

    >>> subject_of("Tell me about the fires on Maui, please.")
    'the fires on Maui'
    >>> subject_of("What's going on with TikTok?")
    'TikTok'
    >>> subject_of("Explain why the ferry sank.") is None
    True
    """
    for opener in _OPENERS:
        if match := opener.match(question.strip()):
            subject = _THE_PLEASE_AT_THE_END.sub("", match["subject"])
            own = [word for word in words(subject) if word not in STOPWORDS]
            return subject if own and not _ASKS.match(subject) else None
    return None
