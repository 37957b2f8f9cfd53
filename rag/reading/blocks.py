"""Markup without an article in it (a feed's entry, a mail made of tables) to plain paragraphs."""

from __future__ import annotations

from typing import Any

from rag.reading.clean import clean

_BLOCKS = frozenset(
    "p div section article header footer table tr td th ul ol li dl dt dd h1 h2 h3 h4 h5 h6 "
    "blockquote pre br hr".split()
)
_UNREAD = frozenset("script style head title noscript template figcaption svg".split())


def block_lines(markup: str) -> list[str]:
    """Text in reading order, one line a block; nothing for markup that cannot be parsed.

    >>> block_lines("<div><p>One <b>two</b></p>three<br>four</div>")
    ['One two', 'three', 'four']
    """
    from lxml import etree, html

    if not markup.strip():
        return []
    try:
        root = html.fromstring(markup)
    except (etree.ParserError, ValueError):
        return []
    parts: list[str] = []
    _collect(root, parts)
    # Line ends of the markup are only spaces; those of blocks are "\n" here.
    return [line for line in clean("".join(parts)).split("\n") if line]


def _collect(root: Any, parts: list[str]) -> None:
    """Without recursion: markup may be nested deeper than Python's stack."""
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        element, done = stack.pop()
        read = isinstance(element.tag, str) and element.tag not in _UNREAD
        block = "\n" if element.tag in _BLOCKS else ""
        if done:
            parts.append(block + _flat(element.tail))
            continue
        parts.append(block + _flat(element.text) if read else "")
        stack.append((element, True))
        if read:
            stack.extend((child, False) for child in reversed(element))


def _flat(text: str | None) -> str:
    if not text:
        return ""
    space = " "
    return f"{space if text[0].isspace() else ''}{space.join(text.split())}" + (
        space if text[-1].isspace() else ""
    )
