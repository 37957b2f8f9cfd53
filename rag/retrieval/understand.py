"""From what was typed to a Query: follow-ups made whole, times, outlets, quoted phrases."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from rag.errors import UsageError
from rag.library.terms import STOPWORDS, terms, words
from rag.reading.clean import clean_line
from rag.retrieval.overviews import subject_of
from rag.retrieval.parts import parts_of
from rag.retrieval.periods import find_period
from rag.types import Part, Query, Reading, Turn

MAX_QUESTION = 4000
_LEANS = frozenset(
    "he she it they them him his her hers their theirs its that this those these there then "
    "who'd former latter same one ones else too also".split()
)
_OPENERS = re.compile(
    r"^(?:and|but|so|or|then|also|what about|how about|what else|who else|where else|why|"
    r"when|where|who|how|how come|how so|since when|by whom|really|tell me more|more|go on)\b",
    re.I,
)
_CONTINUES = re.compile(r"^(?:and|but|so|or|then|what about|how about|what else|who else)\b", re.I)
_NEWEST = re.compile(r"\b(?:latest|newest|most recent|recently|currently|right now|so far)\b", re.I)
_PHRASE = re.compile(r"[\"“”]([^\"“”]{3,120})[\"“”]")
_NAME = re.compile(r"\b[A-Z][\w’'-]+(?:\s+(?:of\s+|the\s+)?[A-Z][\w’'-]+)*")
_CITED_BY = re.compile(
    r"\b(?:according to|reported by|reports? (?:in|by)|in|by|from|did|does)\s*$", re.I
)
_GREETING = re.compile(
    r"(?:(?:hi|hello|hey|hallo|thanks|thank you|thx|cheers|bye|goodbye|good (?:morning|day|afternoon|evening)|ok|okay"
    r"|there|everyone|all|so much|very much|again|how are you)[\s,.!?]*)+",
    re.I,
)
_TURNS_BACK = 3


def understand(
    question: str,
    history: Sequence[Turn] = (),
    *,
    since: date | None = None,
    until: date | None = None,
    outlets: Sequence[str] = (),
    topics: Sequence[str] = (),
    as_of: date | None = None,
    known_outlets: Sequence[str] = (),
    whole: str | None = None,
    read_words: bool = True,
    ignore: Sequence[Reading] = (),
) -> Query:
    """`whole` is the follow-up made whole by a model, where one did; else rules do it. `ignore`
    names what is not to be read from the words of this question.

    Raises UsageError for an empty or overlong question, a mere greeting, and for dates that exclude
    everything.
    """
    # As articles are stored: one spelling of each accent, no control characters, no half of a pair.
    question = clean_line(question) or ""
    if not words(question):
        raise UsageError("The question is empty: type what you want to know.")
    if _GREETING.fullmatch(question):
        raise UsageError(
            f"“{question}” asks nothing yet: type what you want to know of the articles."
        )
    if len(question) > MAX_QUESTION:
        raise UsageError(
            f"The question has {len(question)} characters; {MAX_QUESTION} are the most."
        )
    if since and until and since > until:
        raise UsageError(f"Nothing lies between since {since} and until {until}: swap them.")
    text = whole or _made_whole(question, history)
    notes = [] if text == question else [f"Understood as: {text}"]
    if not read_words:
        given = (since, until, tuple(outlets), as_of)
        return Query(question, text, *given, notes=tuple(notes), topics=tuple(topics))
    story = None if "overview" in ignore or text not in (question, whole) else subject_of(text)
    if story:
        notes += [f"An overview of {story}"]
    parts = _parts(question, history)
    asked = [part.question for part in parts] or [question]
    found = (name for one in asked for name in _named_outlets(one, known_outlets))
    unread = outlets or "outlets" in ignore
    named = () if unread else tuple(dict.fromkeys(found))
    notes += [f"Only articles of {name}, as the question names it" for name in named]
    period = None if "period" in ignore else find_period(question, as_of or date.today())
    return Query(
        question,
        story or text,
        since,
        until,
        named or tuple(outlets),
        as_of,
        period,
        "newest" not in ignore and bool(_NEWEST.search(question)),
        bool(named),
        tuple(phrase.strip() for phrase in _PHRASE.findall(question)),
        tuple(notes),
        parts,
        tuple(topics),
        bool(story),
    )


def _parts(question: str, history: Sequence[Turn]) -> tuple[Part, ...]:
    """What is asked for each; a part that leans ("who hosted them?") leans on its neighbour too."""
    asked = parts_of(question)
    made = []
    for place, part in enumerate(asked):
        beside = Turn(asked[0] if place else asked[1])
        story = subject_of(part)
        text = story or _made_whole(part, (*history, beside))
        made.append(Part(part, text, bool(story)))
    return tuple(made)


def leans_on_history(question: str) -> bool:
    """Whether a question cannot stand alone.

    >>> leans_on_history("And when did they meet?"), leans_on_history("Who won in Berlin in 2022?")
    (True, False)
    """
    found = words(question)
    own = [word for word in found if word not in STOPWORDS]
    names = list(_NAME.findall(question[1:]))
    if _CONTINUES.match(question) or len(own) < 2:
        return True
    if set(found) & _LEANS and len(names) < 2:
        return True
    return len(own) < 3 and not names and bool(_OPENERS.match(question))


def _made_whole(question: str, history: Sequence[Turn]) -> str:
    """The question with what it leans on, from the newest turns back to one that stands alone."""
    if not history or not leans_on_history(question):
        return question
    have = set(terms(question))
    borrowed: list[str] = []
    for turn in list(history)[-1 : -1 - _TURNS_BACK : -1]:
        borrowed += [turn.question.rstrip(" ?.!")]
        if not leans_on_history(turn.question):
            break
    names = _NAME.findall(_first_sentence(history[-1].answer))[:3]
    borrowed += [name for name in names if not set(terms(name)) <= have]
    return " — ".join([question, *dict.fromkeys(borrowed)])


def _first_sentence(answer: str) -> str:
    return re.split(r"(?<=[.!?])\s", answer.strip(), maxsplit=1)[0][:300]


def _named_outlets(question: str, known: Sequence[str]) -> tuple[str, ...]:
    """Outlets of the library that the question points to as a source."""
    found = []
    for name in known:
        core = name.removeprefix("The ")
        match = re.search(rf"(?<!\w)(?:the\s+)?{re.escape(core)}(?!\w)", question, re.I)
        if match is None or core not in question:
            continue
        before = question[: match.start()]
        after = question[match.end() :]
        says = re.match(
            r"['’]?s?\s+(?:report|sa(?:y|id)|write|wrote|describ|cover|call|count)", after
        )
        if _CITED_BY.search(before) or says:
            found.append(name)
    return tuple(found)
