"""The language that a text is written in, by py3langid (a maintained langid.py, models inside)."""

from __future__ import annotations

# Below this there is too little to tell by; beyond it more text tells no more.
_LEAST = 40
_MOST = 2000


def language_of(text: str) -> str | None:
    """The ISO 639-1 code ("en"), or None for a text too short to tell.

    >>> language_of("The parliament voted on the budget on Friday, after a long debate.")
    'en'
    """
    part = text[:_MOST]
    if len(part.strip()) < _LEAST:
        return None
    import py3langid

    code, _ = py3langid.classify(part)
    return str(code)
