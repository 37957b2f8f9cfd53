"""Sentences of English news by rule. Every character that is no space lies in exactly one."""

from __future__ import annotations

import re

from rag.types import Span

# A full stop after these never ends a sentence ...
_TITLES = frozenset(
    "mr mrs ms dr prof gen col lt sgt capt maj adm cmdr gov sen rep hon rev st mt ft pres supt fr sr "
    "vs no nos op pp vol fig approx est dept ave blvd rd messrs cpl pvt det insp amb".split()
)
# ... and after these only where the next word looks like the beginning of one.
_SHORT = frozenset(
    "jan feb mar apr jun jul aug sep sept oct nov dec inc ltd corp co bros jr etc al a.m p.m u.s "
    "u.k u.n e.u d.c e.g i.e ph.d b.a m.a u.s.a l.a n.y".split()
)
# Words that open a sentence often and follow an abbreviation inside one hardly ever.
_STARTERS = frozenset(
    "the a an he she it they we i you this that these those there but and in on at for as if when "
    "while after before since his her its their our my however according more most some many all "
    "both with by from to not no what who how why where".split()
)
# A run of marks is tried from its first one only, and never given back: "....." may be megabytes long.
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s|$)|\n+")
_LAST_WORD = re.compile(r"([^\s(\[\"“‘'/–—-]+)$")
_NEXT_WORD = re.compile(r"\s*[\"'“‘«(\[]*([^\s,;:.!?\"'”’)\]]*)")
_TERMINAL = re.compile(r"[.!?…:;][\"'”’»)\]]*$")


def sentence_spans(text: str) -> list[Span]:
    """Bounds of the sentences in order, without the spaces around them.

    >>> [s.of("Mr. Li left. He won.") for s in sentence_spans("Mr. Li left. He won.")]
    ['Mr. Li left.', 'He won.']
    """
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        end = match.end()
        if match[0][0] == "\n":
            if not _breaks_line(text, start, match):
                continue
        elif not _ends(text, match.start(), end, match[0]):
            continue
        _append(spans, text, start, end)
        start = end
    _append(spans, text, start, len(text))
    return spans


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return
    # What holds no word (a closing quote after a break, "...") belongs to the sentence before.
    if spans and not any(c.isalnum() for c in text[start:end]) and end - start <= 8:
        spans[-1] = Span(spans[-1].start, end)
    else:
        spans.append(Span(start, end))


def _breaks_line(text: str, start: int, match: re.Match[str]) -> bool:
    """A blank line ends a sentence; a single line end where the line is closed or a heading."""
    if len(match[0]) > 1:
        return True
    line = text[max(start, text.rfind("\n", 0, match.start()) + 1) : match.start()].strip()
    after = text[match.end() : match.end() + 1]
    return bool(_TERMINAL.search(line)) or (len(line) < 80 and not after.islower())


def _ends(text: str, at: int, end: int, mark: str) -> bool:
    """Whether the mark at `at` closes a sentence that goes on at `end`."""
    follow = _NEXT_WORD.match(text, end)
    word = follow[1] if follow else ""
    if not word:
        return True
    begins = not word[0].islower()
    if mark[0] in "!?":
        # “Why now?” he asked.
        return begins
    if mark.startswith(("...", "…")):
        return begins
    last = _LAST_WORD.search(text, max(0, at - 24), at)
    before = last[1].lower() if last else ""
    if mark == ".":
        if before in _TITLES:
            # "No. 4" goes on, "He said no. She left." does not.
            return before in ("no", "fig", "op", "est") and word[0].isalpha() and begins
        if before in _SHORT or re.fullmatch(r"(?:[a-z]\.)+[a-z]", before):
            return word.lower() in _STARTERS and begins
        if len(before) == 1 and before.isalpha() and last and last[1].isupper():
            # An initial: "J. K. Rowling", but "vitamin C. The".
            return word.lower() in _STARTERS and begins and word != "I"
    return begins
