"""File names and addresses come from strangers: shown, they must not steer a terminal."""

from __future__ import annotations

import unicodedata

# Control, format (direction marks), half a surrogate pair (bytes that are no UTF-8), line breaks.
_STEERING = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


def printable(name: str) -> str:
    """What would steer a terminal or break a line becomes its escape; the rest stays.

    >>> printable("a\\x1b[2Jb")
    'a\\\\x1b[2Jb'
    """
    return "".join(
        ascii(char)[1:-1] if unicodedata.category(char) in _STEERING else char for char in name
    )
