"""A news article pasted as plain text: headline, dek, photo credits and body are told apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rag.errors import ReadError
from rag.reading.boilerplate import is_notice, without_captions
from rag.reading.bytes import decode, read_bytes
from rag.reading.clean import clean
from rag.reading.dates import parse_date
from rag.reading.identity import make_article
from rag.types import Article

_BYLINE = re.compile(r"^by\s+(?P<author>[^\d.]{3,80})$", re.I)
_CLOSED = re.compile(r"[.!?…][\"'”’)\]]*$")
_HEAD_LINES = 12
_LONGEST_HEADLINE = 200
_LONGEST_DEK = 400


def read_text(path: Path) -> Article:
    lines = [line for line in clean(decode(read_bytes(path))).split("\n") if line]
    if not lines:
        raise ReadError("it holds no text")
    return article_from_lines(lines, str(path), path)


def article_from_lines(
    lines: list[str], source: str, path: Path, known: Mapping[str, Any] | None = None
) -> Article:
    """Each line is a paragraph. `known` is what stands outside the text, and wins."""
    fields, body = _head(lines, known or {})
    return make_article(fields, "\n\n".join(body), source, path)


def _head(lines: list[str], known: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What stands before the body, and the body's lines."""
    fields = {name: value for name, value in known.items() if value}
    rest = list(lines)
    if rest and rest[0] == fields.get("title"):
        rest.pop(0)
    elif (
        "title" not in fields
        and len(rest) > 1
        and len(rest[0]) <= _LONGEST_HEADLINE
        and not _CLOSED.search(rest[0])
    ):
        fields["title"] = rest.pop(0)
    rest = without_captions(line for line in rest if not is_notice(line))
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
