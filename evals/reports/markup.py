"""Escaping: every string that comes from outside goes through here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

# Control characters, and those that turn the direction of the text around them.
_OUTSIDE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def esc(text: object) -> str:
    """Safe as content and as a quoted attribute."""
    return escape(_OUTSIDE.sub("", str(text)), quote=True)


def tag(name: str, text: object, look: str = "") -> str:
    shown = f' class="{esc(look.strip())}"' if look.strip() else ""
    return f"<{name}{shown}>{esc(text)}</{name}>"


def marked(text: str, marks: Iterable[tuple[int, int]]) -> str:
    """The text with these ranges in <mark>; ranges that meet become one."""
    out, at = [], 0
    for start, end in _joined(marks):
        out += [esc(text[at:start]), f"<mark>{esc(text[start:end])}</mark>"]
        at = end
    return "".join(out) + esc(text[at:])


def _joined(marks: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
