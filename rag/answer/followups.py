"""Questions that the library is known to answer, made of sentences that an answer did not cite.

A sentence becomes a question only where its grammar allows it without guessing, and the question is
kept only where asking it leads back to that sentence.

"The Bishkek Protocol was signed on May 5, 1994." -> "When was the Bishkek Protocol signed?"
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.library.terms import STOPWORDS, terms
from rag.types import Passage

_MOST = 3
# Far above the bar of an answer: nobody asked for this.
_SURE = 0.6
# Questions that are tried, the likeliest first.
_TRIED = 12
_LONGEST = 110
# Shares of words at which two questions ask for the same.
_ALIKE = 0.6
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_PARTICIPLE = (
    r"(?:[a-z]+ed|signed|shot|held|killed|built|sold|found|made|won|sent|given|taken|born)"
)
# What stands alone: no pronoun opens it, no comma or second clause is in it.
_SUBJECT = r"(?P<subject>(?:The |A |An )?(?:[\w’'-]+ ){0,6}?[\w’'-]+)"
_TAIL = r"(?P<tail>(?: [\w’'$%-]+){0,10}?)"
_WHEN = re.compile(
    rf"^{_SUBJECT} (?P<was>was|were) (?P<done>{_PARTICIPLE})"
    rf"(?P<tail>(?: [\w’'-]+){{0,6}}?) (?:on|in) (?:\w+day, )?{_MONTH}\b"
)
_HOW_MANY = re.compile(
    r"\b(?P<number>(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"(?: (?:hundred|thousand|million))?) (?P<noun>(?:[a-z-]+ )?[a-z]{3,}s|people|children|men|women)"
    rf" (?P<was>were|had been|have been) (?P<done>{_PARTICIPLE}){_TAIL}(?=[.,;]|$)"
)
_WHO = re.compile(
    r"^(?P<subject>(?:[A-Z][\w’'-]+ ){0,3}[A-Z][\w’'-]+) (?P<done>[a-z]+ed) (?P<tail>"
    r"(?:[\w’'$%-]+ ){1,9}[\w’'$%-]+)(?=[.,;])"
)
_SAID_OF = frozenset("added agreed believed claimed insisted noted promised stated warned".split())
# Capitals at the head of a sentence that begin no name.
_OPENERS = STOPWORDS | set(
    "since although though while because before after once until during despite however meanwhile "
    "unless whether some many most several both all each neither either instead later".split()
)
_PRONOUN = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|this|that|these|those|who|which|we|our|i|"
    r"my|you|your|there|then|here|yesterday|today|tomorrow|ago|earlier|also|another|other|others)\b",
    re.I,
)
_DAY = re.compile(rf"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b{_MONTH}\b")
_NAME = re.compile(r"\b[A-Z][\w’'-]{2,}")


@dataclass(frozen=True, slots=True)
class Drafted:
    """A question, the sentence that it was made of, and the article where that stands."""

    question: str
    sentence: str
    article_id: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of asking: the best sentence, its article, and how sure that is."""

    sentence: str
    article_id: str
    confidence: float


def follow_ups(
    passages: Sequence[Passage],
    cited: Sequence[str],
    asked: Sequence[str],
    try_it: Callable[[str], Tried | None],
    seconds: float = 2.0,
) -> tuple[str, ...]:
    """Up to three questions. `cited` are quotes and `asked` questions that are known already;
    `try_it` asks one. What is not tried within the time is not offered."""
    end = time.monotonic() + seconds
    known = [set(terms(text)) for text in asked]
    found: list[str] = []
    for draft in list(_drafts(passages, cited))[:_TRIED]:
        if len(found) == _MOST or time.monotonic() > end:
            break
        words = set(terms(draft.question))
        if any(_alike(words, other) for other in known):
            continue
        tried = try_it(draft.question)
        if tried is None or tried.confidence < _SURE:
            continue
        if (tried.article_id, tried.sentence) == (draft.article_id, draft.sentence):
            found.append(draft.question)
            known.append(words)
    return tuple(found)


def _alike(one: set[str], other: set[str]) -> bool:
    return len(one & other) >= _ALIKE * min(len(one), len(other)) if one and other else False


def _drafts(passages: Sequence[Passage], cited: Sequence[str]) -> Iterator[Drafted]:
    told = {" ".join(quote.split()) for quote in cited}
    for passage in passages:
        for raw in passage.sentence_texts():
            sentence = " ".join(raw.split())
            if sentence in told or any(sentence in quote for quote in told):
                continue
            question = question_of(sentence)
            if question:
                yield Drafted(question, sentence, passage.article_id)


def question_of(sentence: str) -> str | None:
    """The question that the sentence answers; None where its grammar leaves a doubt.

    >>> question_of("The Bishkek Protocol was signed on May 5, 1994.")
    'When was the Bishkek Protocol signed?'
    """
    if "“" in sentence or '"' in sentence:
        return None
    for make in (_when, _how_many, _who):
        made = make(sentence)
        if made and len(made) <= _LONGEST and not _PRONOUN.search(made.partition(" ")[2]):
            # A question without a name could be about anything.
            return made if _NAME.search(_DAY.sub("", made[1:])) else None
    return None


def _when(sentence: str) -> str | None:
    found = _WHEN.match(sentence)
    if found is None:
        return None
    subject = found["subject"]
    if subject.startswith(("The ", "A ", "An ")):
        subject = subject[0].lower() + subject[1:]
    elif not _NAME.match(subject) or subject.split()[0].lower() in _OPENERS:
        return None
    return f"When {found['was']} {subject} {found['done']}{found['tail']}?"


def _how_many(sentence: str) -> str | None:
    found = _HOW_MANY.search(sentence)
    if found is None:
        return None
    return f"How many {found['noun']} {found['was']} {found['done']}{found['tail']}?"


def _who(sentence: str) -> str | None:
    found = _WHO.match(sentence)
    if found is None or found["done"] in _SAID_OF:
        return None
    if found["subject"].split()[0].lower() in _OPENERS:
        return None
    return f"Who {found['done']} {found['tail']}?"
