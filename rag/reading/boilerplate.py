"""Lines around an article that are none of it: photo credits, cookie notices, calls to subscribe."""

from __future__ import annotations

import re
from collections.abc import Iterable

_CREDIT = re.compile(
    r"\(?\b(?:photo|image|picture|illustration|file photo)s?(?:\s+(?:credit|by|courtesy)s?)?\s*[:/]"
    r"|\(photo[^)]*\)\s*$|^(?:credit|photograph):|\bgetty images\b.{0,30}$|\bfile photo\b.{0,3}$",
    re.I,
)
_NOTICE = re.compile(
    r"^(?:(?:share this|sign up|subscribe|read more|unsubscribe"
    r"|view (?:this e-?mail )?in (?:your )?browser|forward (?:this )?to a friend"
    r"|manage (?:your )?preferences|follow us|all rights reserved|skip to)\b.{0,80}"
    r"|you(?:['’]re| are) receiving this\b.{0,200}"
    # The bare word, or a label before a colon: both also begin sentences.
    r"|(?:advertisement|related(?:\s+(?:articles?|stor(?:y|ies)|news|topics?|content|coverage|links?))?)"
    r"(?::.{0,80})?"
    r"|(?:accept|reject|allow)(?: all)?(?: cookies)?|cookie (?:policy|settings|preferences))$",
    # A paragraph of a mail is several lines.
    re.I | re.S,
)
_COOKIES = re.compile(
    r"\b(?:we|this (?:web)?site|our partners)\b.{0,60}\bus(?:e|es|ing)\b.{0,30}\bcookies\b"
    r"|\bby continuing to (?:use|browse)\b.{0,80}\bcookies\b",
    re.I,
)
# A sentence on cookies inside an article is longer than a notice, or stands in a longer paragraph.
_LONGEST_NOTICE = 400
_LONGEST_CREDIT = 600


def is_notice(line: str) -> bool:
    return bool(_NOTICE.match(line)) or (
        len(line) <= _LONGEST_NOTICE and bool(_COOKIES.search(line))
    )


def without_captions(lines: Iterable[str]) -> list[str]:
    """Lines with a photo credit go, and with them the caption line that the credit belongs to."""
    lines = list(lines)
    credits = [line for line in lines if len(line) < _LONGEST_CREDIT and _CREDIT.search(line)]
    captions = {_plain(line) for line in credits} - {""}
    return [line for line in lines if line not in credits and _plain(line) not in captions]


def without_boilerplate(text: str) -> str:
    """Paragraphs that are left, with a blank line between them."""
    lines = (line.strip() for line in text.split("\n"))
    return "\n\n".join(line for line in without_captions(lines) if line and not is_notice(line))


def _plain(line: str) -> str:
    return re.sub(r"\W+", " ", re.sub(r"\([^()]*\)\s*$", "", line)).strip().casefold()
