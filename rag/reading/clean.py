"""The text as it is stored: offsets are only exact because nothing changes it after this."""

from __future__ import annotations

import re
import unicodedata

# Spaces of every kind become one, direction marks and control characters go. A single plain space is
# left alone: replacing each by itself would be most of the time that reading takes.
_OTHER_SPACES = r"\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_SPACES = re.compile(rf"[ {_OTHER_SPACES}]{{2,}}|[{_OTHER_SPACES}]")
_DROPPED = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd\ud800-\udfff]"
)
_HALVES = re.compile(r"[\ud800-\udfff]")
_BREAKS = re.compile(r"\n{3,}")


def clean(text: str) -> str:
    """NFC, one kind of space and line end, at most one blank line. Idempotent.

    >>> clean("A\u00a0 b\\r\\n\\r\\n\\r\\nc\u200b")
    'A b\\n\\nc'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = text.replace("\u2029", "\n\n")
    text = visible(unicodedata.normalize("NFC", text))
    lines = [_SPACES.sub(" ", line).strip() for line in text.split("\n")]
    return _BREAKS.sub("\n\n", "\n".join(lines)).strip()


def clean_line(text: str | None) -> str | None:
    """A headline, a name: one line, None when nothing is left."""
    if text is None:
        return None
    return " ".join(clean(str(text)).split()) or None


def visible(text: str) -> str:
    """Without what shows nothing and may steer a terminal or turn a line around; line ends stay.

    >>> visible("a\\x1b[2J\\u202eb\\n")
    'a[2Jb\\n'
    """
    return _DROPPED.sub("", text)


def encodable(text: str) -> str:
    """Half a surrogate pair, which no file and no tokenizer takes, is replaced; offsets stay.

    >>> encodable("a\\ud83d b") == "a\\ufffd b"
    True
    """
    return _HALVES.sub("\ufffd", text)
