"""The users of the auth file as it stands now: it is read again when it changes."""

from __future__ import annotations

import logging
from pathlib import Path

from rag.errors import SettingError
from rag.service.users import Users

_log = logging.getLogger(__name__)


class UserFile:
    """Whoever is taken out of the file is out at once. A broken file changes nothing."""

    def __init__(self, path: Path) -> None:
        """Raises SettingError where the file cannot be read or holds no users."""
        self._path = path
        self._seen = self._stamp()
        self._users = Users.load(path)

    def users(self) -> Users:
        """Costs one look at the file's size and time."""
        stamp = self._stamp()
        if stamp != self._seen:
            # Before it is read: what is written meanwhile is a change of its own.
            self._seen = stamp
            try:
                self._users = Users.load(self._path)
            except SettingError as error:
                _log.warning("%s The users of before stay.", error)
            else:
                _log.info("%s was read again.", self._path)
        return self._users

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size
