"""From bytes to text: UTF-8 first, then what the bytes or the page say, then Western Europe's."""

from __future__ import annotations

import re
from pathlib import Path

from rag.errors import ReadError

# Of text: an article has a few thousand characters, and the regular expressions walk all of them.
_LARGEST = 10_000_000
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]{2,30})", re.I)


def read_bytes(path: Path, largest: int = _LARGEST) -> bytes:
    """Raises ReadError for what is too large or cannot be read."""
    try:
        if path.stat().st_size > largest:
            raise ReadError(f"the file is larger than {largest // 1_000_000} MB; split it")
        return path.read_bytes()
    except OSError as error:
        raise ReadError(f"it cannot be read ({error.strerror})") from None


def decode(data: bytes, *, markup: bool = False, charset: str | None = None) -> str:
    """`charset` is what the server said. Raises ReadError for what is no text in any of these encodings."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        tried = ["utf-16"]
    else:
        tried = ["utf-8-sig", *([charset] if charset else [])]
        if markup and (declared := _CHARSET.search(data[:4096])):
            tried.append(declared[1].decode())
        tried.append("cp1252")
    for encoding in tried:
        if encoding == "cp1252" and b"\x00" in data:
            break
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if "\x00" in text:
            break
        return text
    raise ReadError("it is no text in UTF-8, UTF-16 or Windows-1252; save it as UTF-8")
