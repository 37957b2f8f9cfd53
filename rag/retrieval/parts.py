"""Questions that ask two things, or ask two sides to be compared, taken apart."""

from __future__ import annotations

import re

from rag.library.terms import STOPWORDS, words

MOST = 3
# What opens a question.
ASKS = r"(?:who|whom|whose|what|when|where|which|why|how)\b"
# "…, and how many…", "… and who…", "…? When…": what follows asks anew.
_SEAM = re.compile(
    rf"(?:\?+\s+|[,;]\s*(?:and\s+|but\s+)?|\s+and\s+)(?=(?:in |on |at |for |by )?{ASKS})", re.I
)
_OPENS = re.compile(rf"(?:(?:and|but|so)\s+)?(?:in |on |at |for |by )?{ASKS}", re.I)
_A, _B = (rf"(?P<{side}>[\w’'.&-]+(?:\s+[\w’'.&-]+){{0,4}}?)" for side in "ab")
_TOPIC = r"(?:\s+(?:on|about|over|regarding|of)\s+(?P<topic>.+?))?\s*\??$"
_COMPARED = [
    re.compile(pattern + _TOPIC, re.I)
    for pattern in (
        rf"\b(?:did|do|does)\s+{_A}\s+(?:say|report|write|tell)\s+the same(?:\s+thing)?\s+as\s+{_B}",
        rf"\b(?:did|do)\s+{_A}\s+and\s+{_B}\s+(?:agree|disagree|differ)",
        rf"^how\s+(?:did|do|does)\s+{_A}\s+(?:and|compare (?:with|to))\s+{_B}(?:\s+(?:differ|compare))?",
    )
]
# "Compare the causes of A and B", "compare A with B".
_BESIDE = re.compile(
    rf"^(?:please )?compare (?:(?P<topic>(?:the )?[\w’'-]+(?: [\w’'-]+){{0,3}}?) (?P<of>of|in|for|between) )?{_A}"
    rf" (?:and|with|to|versus|vs\.?) (?:(?P=topic) (?P=of) )?{_B}[?.!]*$",
    re.I,
)
# "which countries" alone asks nothing.
_BARE = re.compile(r"(?:in |on |at |for |by )?(?:which|what|whose|how many|how much)\s+\w+$", re.I)


def parts_of(question: str) -> tuple[str, ...]:
    """The questions in a question, each fit to be searched by itself; none where it asks one thing.

    >>> parts_of("When did the talks begin and who hosted them?")
    ('When did the talks begin?', 'who hosted them?')
    >>> parts_of("Did Reuters say the same as the BBC about the ceasefire?")
    ('What did Reuters say about the ceasefire?', 'What did the BBC say about the ceasefire?')
    >>> parts_of("Compare the causes of the first fire and the second fire")
    ('What is known about the causes of the first fire?', 'What is known about the causes of the second fire?')
    >>> parts_of("Who won the election in Norway and Sweden?")
    ()
    """
    return _compared(question) or _joined(question)


def _compared(question: str) -> tuple[str, ...]:
    for pattern in _COMPARED:
        if match := pattern.search(question):
            about = f" about {match['topic']}" if match["topic"] else ""
            return tuple(f"What did {match[side]} say{about}?" for side in "ab")
    if match := _BESIDE.match(question.strip()):
        topic = f"{match['topic']} {match['of']} " if match["topic"] else ""
        # "... with the coronation of B" brings a topic of its own.
        other = "" if topic and f" {match['of']} " in match["b"] else topic
        sides = (topic + match["a"], other + match["b"])
        return tuple(f"What is known about {side}?" for side in sides)
    return ()


def _joined(question: str) -> tuple[str, ...]:
    pieces = [piece.strip(" ,;?") for piece in _SEAM.split(question)]
    # A clause that only hangs on ("the man who ...") has nothing before it that asks.
    if not 2 <= len(pieces) <= MOST or not all(_asks(piece) for piece in pieces):
        return ()
    return tuple(f"{piece}?" for piece in pieces)


def _asks(piece: str) -> bool:
    own = [word for word in words(piece) if word not in STOPWORDS]
    return bool(own and _OPENS.match(piece) and not _BARE.match(piece))
