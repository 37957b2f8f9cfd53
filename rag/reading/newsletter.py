"""E-mail newsletters (.eml): the HTML part as a page, else the plain one."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from rag.errors import ReadError
from rag.reading.blocks import block_lines
from rag.reading.boilerplate import without_captions
from rag.reading.bytes import read_bytes
from rag.reading.clean import clean
from rag.reading.dates import parse_date
from rag.reading.html import article_from_html, refuse_bombs
from rag.reading.text import article_from_lines
from rag.types import Article

_LARGEST = 25_000_000


def read_newsletter(path: Path) -> Article:
    """Raises ReadError for a mail without text."""
    data = read_bytes(path, _LARGEST)
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        facts = _facts(message)
        page, plain = (_content(message, kind) for kind in ("html", "plain"))
    except ReadError:
        raise
    except Exception as error:  # The parser lets its own errors through on broken headers.
        raise ReadError(f"the mail cannot be parsed ({type(error).__name__})") from None
    if page:
        return _from_page(page, facts, path)
    if not plain:
        raise ReadError("the mail holds no text")
    return article_from_lines(
        [line for line in clean(plain).split("\n\n") if line], str(path), path, facts
    )


def _from_page(page: str, facts: dict[str, Any], path: Path) -> Article:
    """Most newsletters are tables inside tables, in which an article finder finds too little."""
    refuse_bombs(page)
    lines = block_lines(page)
    try:
        article = article_from_html(page, str(path), path, known=facts)
        if len(article.text) > sum(map(len, lines)) / 2:
            return article
    except ReadError:
        pass
    return article_from_lines(without_captions(lines), str(path), path, facts)


def _facts(message: EmailMessage) -> dict[str, Any]:
    """The day that it was sent is the day that a newsletter was published."""
    name, address = parseaddr(str(message.get("From", "")))
    facts: dict[str, Any] = {
        "id": str(message.get("Message-ID", "")).strip().strip("<>"),
        "title": str(message.get("Subject", "")),
        "outlet": name or address,
    }
    try:
        facts["published"] = parse_date(message.get("Date"))
    except ReadError:
        facts["published"] = None
    return facts


def _content(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body((kind,))
    if part is None:
        return None
    content = part.get_content()
    return content if isinstance(content, str) else None
