"""Questions with an answer as claims: the right one, or another of the passage in its place.

They teach who did what to whom: both versions are made of the passage's words.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from benchmarks.claims import BINARY, Claim
from rag.grounding.evidence import Context
from training.corrupt import MONTH, NAME
from training.reader import Asked

_AMOUNT = re.compile(
    r"[$£€]?\b\d[\d,.]*\d?(?:%| per ?cent| (?:million|billion|people|years|days|months|hours|miles|km))?"
)
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_MONEY = re.compile(r"[$£€%]|per ?cent|million|billion")
_NUMBER_WORD = re.compile(
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty)\b", re.I
)
_SMALL = ("of", "the", "and", "de", "van", "al", "for")
# What a question asks for, where it has no answer to tell it.
_KINDS = {
    "how many": {"number"}, "how much": {"money"}, "who": {"name"}, "whom": {"name"},
    "whose": {"name"}, "when": {"date", "day"}, "year": {"date"}, "where": {"name"},
    "percentage": {"money"}, "how long": {"number"}, "how old": {"number"}, "why": {"clause"},
    "how": {"clause"},
}  # fmt: skip
_ANY = {"name", "clause", "thing"}
_WHO = re.compile(r"who\s+((?!did|do|does|is|are|was|were|had|else)\w+[ds])\b(.{3,})$", re.I)
_IS = re.compile(r"(?:who|what)\s+(is|was|were|are)\s+(the .*)$", re.I)


def asked_claims(asked: Sequence[Asked], rng: random.Random) -> Iterator[Claim]:
    """For each question up to two claims; of one without an answer it is not told whether the
    passage denies what is claimed."""
    answers = defaultdict(set)
    for one in asked:
        answers[one.passage].update(one.answers[:1])
    contexts: dict[str, Context] = {}
    for one in asked:
        context = contexts.setdefault(one.passage, Context(one.passage, one.title, one.published))
        right = rng.choice(one.answers) if one.answers else None
        source = f"asked-{one.source}"
        if right:
            yield Claim(source, one.key, as_claim(one.question, right), context, "supported")
        if others := _others(one, right, answers[one.passage]):
            claim = as_claim(one.question, rng.choice(others))
            yield Claim(source, one.key, claim, context, "contradicted" if right else BINARY)


def as_claim(question: str, answer: str) -> str:
    """A sentence where the grammar is sure, else the question with its answer behind it."""
    body = " ".join(question.split()).rstrip("? ")
    answer = answer.strip(" .,")
    begin = answer[:1].upper() + answer[1:]
    if found := _WHO.match(body):
        return f"{begin} {found[1]}{found[2]}."
    if found := _IS.match(body):
        return f"{found[2][:1].upper()}{found[2][1:]} {found[1]} {answer}."
    return f"{body[:1].upper()}{body[1:]}? {begin}."


def _others(one: Asked, right: str | None, answers: set[str]) -> list[str]:
    """What else of the passage could be meant, of the same kind."""
    asked = one.question.casefold()
    if right:
        wanted = {_kind(right)}
    else:
        word = next((w for w in _KINDS if re.search(rf"\b{w}\b", asked)), "")
        wanted = _KINDS.get(word, _ANY)
    found = dict.fromkeys(sorted(answers))
    if right is None or _kind(right) != "clause":
        found |= dict.fromkeys([*NAME.findall(one.passage), *_AMOUNT.findall(one.passage)])
    return [
        other
        for other in found
        if _kind(other) in wanted
        and other.casefold() not in asked
        and not any(other in answer or answer in other for answer in one.answers)
    ]


def _kind(answer: str) -> str:
    words = answer.split()
    if re.search(r"\d", answer):
        if _YEAR.search(answer) or MONTH.search(answer):
            return "date"
        return "money" if _MONEY.search(answer) else "number"
    if len(words) < 3 and answer.endswith("day"):
        return "day"
    if _NUMBER_WORD.match(answer):
        return "number"
    if all(word[:1].isupper() or word in _SMALL for word in words):
        return "name"
    return "clause" if len(words) > 3 else "thing"
