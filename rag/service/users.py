"""Names and password hashes: lines NAME:HASH, the hash by bcrypt as htpasswd -B writes it."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import bcrypt

from rag.errors import SettingError, UsageError

_NAME = re.compile(r"[\w.@+-]{1,64}", re.ASCII)
_HASH = re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}")
# bcrypt reads no more of a password.
_MOST_BYTES = 72
_LEAST = 8


class Users:
    """Who may come in. Safe to share between threads."""

    def __init__(self, hashes: Mapping[str, str]) -> None:
        self._hashes = {name: value.encode() for name, value in hashes.items()}
        self._nobody = _nobody()
        # Who was right once is known again by a digest under a key of this process: bcrypt takes a
        # quarter of a second on purpose, and an API sends its password with every request.
        self._key = secrets.token_bytes(32)
        self._proved: dict[str, bytes] = {}

    @classmethod
    def load(cls, path: Path) -> Users:
        """Raises SettingError for a file that is missing, empty or holds anything else."""
        hashes: dict[str, str] = {}
        for number, line in enumerate(_lines(path), 1):
            name, _, value = line.strip().partition(":")
            if not line.strip() or line.startswith("#"):
                continue
            if not _NAME.fullmatch(name) or not _HASH.fullmatch(value):
                raise SettingError(
                    f"Line {number} of {path} is not NAME:HASH; `rag user add NAME --file {path}` "
                    "makes such lines."
                )
            hashes[name] = value
        if not hashes:
            raise SettingError(f"{path} holds no user: `rag user add NAME --file {path}` adds one.")
        return cls(hashes)

    def __contains__(self, name: str) -> bool:
        return name in self._hashes

    def hash_of(self, name: str) -> bytes | None:
        """The hash of this user's line; None for a stranger."""
        return self._hashes.get(name)

    def remembers(self, name: str, password: str) -> bool:
        """Whether this very login was right before; takes no time."""
        digest = self._proved.get(name)
        return digest is not None and hmac.compare_digest(digest, self._digest(name, password))

    def know(self, name: str, password: str) -> bool:
        """Takes the time of one bcrypt, whatever is wrong."""
        given = password.encode()
        fits = len(given) <= _MOST_BYTES
        right = bcrypt.checkpw(given[:_MOST_BYTES], self._hashes.get(name, self._nobody))
        if not (right and fits and name in self):
            return False
        self._proved[name] = self._digest(name, password)
        return True

    def _digest(self, name: str, password: str) -> bytes:
        return hmac.digest(self._key, f"{name}:{password}".encode(), hashlib.sha256)


@lru_cache(maxsize=1)
def _nobody() -> bytes:
    """An unknown name must cost as much time as a known one."""
    return bcrypt.hashpw(secrets.token_bytes(16), bcrypt.gensalt())


def line_of(name: str, password: str) -> str:
    """`anna:$2b$12$...`. Raises UsageError for a name or a password that cannot be."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"The name {name!r} cannot be: 1 to 64 letters, digits and . _ @ + - are allowed."
        )
    if len(password) < _LEAST or len(password.encode()) > _MOST_BYTES:
        raise UsageError(f"A password has {_LEAST} characters at least and {_MOST_BYTES} bytes.")
    return f"{name}:{bcrypt.hashpw(password.encode(), bcrypt.gensalt()).decode()}"


def put(path: Path, line: str) -> None:
    """Add a line to the file, or put it in the place of the user's old one."""
    name = line.partition(":")[0]
    kept = [old for old in _lines(path) if not old.startswith(f"{name}:")] if path.exists() else []
    beside = path.with_name(f"{path.name}.new")
    try:
        # Readable by its owner only, from its first byte on; and never half written.
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write("\n".join([*kept, line]) + "\n")
        beside.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}).") from None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"The auth file {path} cannot be read ({error}).") from None
