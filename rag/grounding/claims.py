"""The sentences of an answer: markers taken out and given to the sentence they belong to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.reading.sentences import sentence_spans
from rag.types import Span

_MARK = re.compile(r"[\[【]\s*(\d{1,3}(?:\s*(?:[,;]|[-–])\s*\d{1,3})*)\s*[\]】]")
_LINE_MARKS = re.compile(
    r"^[ \t]*(?:[-*+•]|\d{1,2}[.)])[ \t]+|^[ \t]*#{1,6}[ \t]+|^[ \t]*>[ \t]?", re.M
)
_EMPHASIS = re.compile(
    r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1|(?<![\w*])\*(?=\S)([^*\n]+)(?<=\S)\*(?![\w*])"
)
_SPACE_BEFORE_STOP = re.compile(r"\s+([.,;:!?])")
# A stand-in for a marker while sentences are found: no word, no stop, one a marker.
_HOLD = "\ue000"

_NO_CLAIM = re.compile(
    r"^(?:(?:here(?:'s| is| are)|below (?:is|are)|sure|certainly|of course|okay|ok|hello|hi|thanks?"
    r"|thank you|you're welcome|i hope|i'm sorry|i am sorry|sorry|unfortunately, i|as an ai|note that"
    r" i|let me know|feel free|in summary:?$|in short:?$)\b"
    r"|(?:based on|according to) (?:the|these|those) (?:\w+ )?(?:articles?|passages?|sources?|documents?"
    r"|contexts?|information)(?: provided| above| given)?[,:]?$"
    r"|(?:the|these|those|none of the|your) (?:provided |given |cited |retrieved )?(?:articles?|passages?|"
    r"sources?|documents?|contexts?|corpus|text)(?: provided| given)? (?:do(?:es)? not|don't|doesn't|cannot|"
    r"can't|did not|didn't) (?:say|answer|mention|contain|provide|state|specify|give|include|hold|cover|"
    r"discuss|address)\b"
    r"|there is no (?:information|mention) (?:in|about|on|of)\b"
    r"|i (?:do not|don't|cannot|can't|could not|couldn't) (?:know|find|answer|say|tell|determine)\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence without markers, the source numbers it cites, and where it stood."""

    text: str
    marks: tuple[int, ...]
    span: Span


def read_sentences(answer: str) -> tuple[Marked, ...]:
    """Sentences in order; a marker after the stop belongs to the sentence before it.

    >>> [(m.text, m.marks) for m in read_sentences("It ended. [1] He left [2, 3].")]
    [('It ended.', (1,)), ('He left.', (2, 3))]
    """
    held, marks, places = _hold(answer)
    found: list[Marked] = []
    for span in _spans(held):
        inside = [n for n, place in enumerate(places) if span.start <= place < span.end]
        numbers = tuple(dict.fromkeys(mark for n in inside for mark in marks[n]))
        text = _plain(span.of(held))
        if text:
            found.append(Marked(text, numbers, span))
        elif found and numbers:
            last = found[-1]
            together = tuple(dict.fromkeys([*last.marks, *numbers]))
            found[-1] = Marked(last.text, together, Span(last.span.start, span.end))
    return tuple(found)


def is_claim(text: str) -> bool:
    """False for what states nothing that a source could bear out.

    >>> is_claim("Here is what the articles say:"), is_claim("The war ended in 1994.")
    (False, True)
    """
    plain = text.strip().rstrip(":").strip()
    if len(re.findall(r"\w+", plain)) < 2 and not re.search(r"\d", plain):
        return False
    if text.rstrip().endswith(("?", ":")) and not re.search(r"\d", text):
        return False
    return not _NO_CLAIM.match(plain)


def _hold(answer: str) -> tuple[str, list[tuple[int, ...]], list[int]]:
    """The answer with each marker as one character, moved before the stop it followed."""
    answer = answer.replace(_HOLD, " ")
    answer = _LINE_MARKS.sub(lambda m: " " * len(m[0]), answer)
    marks: list[tuple[int, ...]] = []

    def hold(match: re.Match[str]) -> str:
        marks.append(_numbers(match[1]))
        return _HOLD

    held = _MARK.sub(hold, answer)
    # "ended. ⟨1⟩⟨2⟩ Then" reads as "ended⟨1⟩⟨2⟩. Then".
    held = re.sub(
        rf"([.!?…]+[\"'”’)]*)((?:[ \t]*{_HOLD})+)",
        lambda m: m[2].replace(" ", "") + m[1] + " ",
        held,
    )
    places = [at for at, character in enumerate(held) if character == _HOLD]
    return held, marks, places


def _numbers(inside: str) -> tuple[int, ...]:
    numbers: list[int] = []
    for part in re.split(r"[,;]", inside):
        ends = [int(n) for n in re.findall(r"\d+", part)]
        if len(ends) == 2 and 0 <= ends[1] - ends[0] <= 20:
            numbers += range(ends[0], ends[1] + 1)
        else:
            numbers += ends
    return tuple(numbers)


def _spans(held: str) -> list[Span]:
    """Sentence bounds; the marks are hidden from the splitter as letters of the word before."""
    return sentence_spans(held.replace(_HOLD, "\ue001"))


def _plain(text: str) -> str:
    text = _EMPHASIS.sub(lambda m: m[2] or m[3], text.replace(_HOLD, " "))
    text = _SPACE_BEFORE_STOP.sub(r"\1", " ".join(text.split()))
    return text if re.search(r"\w", text) else ""
