"""A news article pasted as plain text: headline, dek, photo credits and body are told apart."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from rag.errors import ReadError
from rag.reading.bytes import decode, read_bytes
from rag.reading.clean import clean
from rag.reading.dates import parse_date
from rag.reading.identity import make_article
from rag.types import Article

_CREDIT = re.compile(
    r"\(?\b(?:photo|image|picture|illustration|file photo)s?(?:\s+(?:credit|by|courtesy)s?)?\s*[:/]"
    r"|\(photo[^)]*\)\s*$|^credit:|\bgetty images\b.{0,30}$|\bfile photo\b.{0,3}$",
    re.I,
)
_BYLINE = re.compile(r"^by\s+(?P<author>[^\d.]{3,80})$", re.I)
_TAIL = re.compile(
    r"^(?:share this|advertisement|sign up|subscribe|read more|related)\b.{0,80}$", re.I
)
_CLOSED = re.compile(r"[.!?…][\"'”’)\]]*$")
_HEAD_LINES = 12
_LONGEST_HEADLINE = 200
_LONGEST_DEK = 400


def read_text(path: Path) -> Article:
    lines = [line for line in clean(decode(read_bytes(path))).split("\n") if line]
    if not lines:
        raise ReadError("it holds no text")
    fields, body = _head(lines)
    text = "\n\n".join(line for line in body if not _TAIL.match(line))
    return make_article(fields, text, str(path), path)


def _head(lines: list[str]) -> tuple[dict[str, Any], list[str]]:
    """What stands before the body, and the body's lines (each a paragraph)."""
    fields: dict[str, Any] = {}
    rest = list(lines)
    if len(rest) > 1 and len(rest[0]) <= _LONGEST_HEADLINE and not _CLOSED.search(rest[0]):
        fields["title"] = rest.pop(0)
    rest = _without_captions(rest)
    head, body = rest[:_HEAD_LINES], rest[_HEAD_LINES:]
    kept: list[str] = []
    for at, line in enumerate(head):
        if not kept and "author" not in fields and (byline := _BYLINE.match(line)):
            fields["author"] = byline["author"].strip()
        elif not kept and "published" not in fields and (day := _dateline(line)):
            fields["published"] = day
        elif (
            not kept
            and "title" in fields
            and "dek" not in fields
            and len(line) <= _LONGEST_DEK
            and _is_dek(line, head[at + 1 :] + body)
        ):
            fields["dek"] = line
        else:
            kept.append(line)
    return fields, kept + body


def _without_captions(lines: list[str]) -> list[str]:
    """Lines with a photo credit go, and with them the caption line that the credit belongs to."""
    captions = {_plain(line) for line in lines if _CREDIT.search(line)} - {""}
    return [
        line
        for line in lines
        if not (_CREDIT.search(line) and len(line) < 600) and _plain(line) not in captions
    ]


def _plain(line: str) -> str:
    return re.sub(r"\W+", " ", re.sub(r"\([^)]*\)\s*$", "", line)).strip().casefold()


def _dateline(line: str) -> Any:
    text = re.sub(r"^(?:published|updated|posted)(?:\s+on)?:?\s+", "", line, flags=re.I)
    if len(text) > 60:
        return None
    try:
        return parse_date(text)
    except ReadError:
        return None


def _is_dek(line: str, following: list[str]) -> bool:
    """A standfirst is one short paragraph before a body of longer ones."""
    if not following:
        return False
    return len(line) < max(len(other) for other in following[:4]) * 0.7
