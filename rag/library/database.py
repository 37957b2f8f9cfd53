"""The SQLite file under a library: checked, read in moments, written in transactions."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rag.errors import LibraryError

Row = sqlite3.Row
# Seconds that a reader waits for a commit to end, or a writer for its readers.
_PATIENCE = 30


class Database:
    """Thread-safe. Every failure is a LibraryError that names the file."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        self._lock = threading.RLock()
        try:
            # A file that may not be written is opened for reading by SQLite itself.
            self._db = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}",
                uri=True,
                timeout=_PATIENCE,
                check_same_thread=False,
                isolation_level=None,
            )
        except sqlite3.Error as error:
            raise LibraryError(f"The library file {path} cannot be opened ({error}).") from None
        self._db.row_factory = sqlite3.Row
        try:
            self.rows("PRAGMA foreign_keys = ON")
            # A large transaction stays in memory: spilling it would lock readers out until its end.
            self.rows("PRAGMA cache_spill = OFF")
            self._check()
        except BaseException:
            self._db.close()
            raise

    def _check(self) -> None:
        """A file that is cut off or overwritten is refused whole, never half-read."""
        found = self.rows("PRAGMA quick_check(1)")[0][0]
        if found != "ok":
            raise LibraryError(_damaged(self.path, found))

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        with self._lock:
            try:
                return self._db.execute(sql, values).fetchall()
            except sqlite3.OperationalError as error:
                raise LibraryError(
                    f"The library file {self.path} cannot be read ({error})."
                ) from None
            except sqlite3.DatabaseError as error:
                raise LibraryError(_damaged(self.path, error)) from None

    def rows_in(self, sql: str, keys: Sequence[str]) -> list[Row]:
        """`sql` ends in "IN"; SQLite takes a bounded number of values at once."""
        rows: list[Row] = []
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            rows += self.rows(f"{sql} ({','.join('?' * len(part))})", part)
        return rows

    @contextmanager
    def moment(self) -> Iterator[None]:
        """All that is read inside is of one commit; a writer waits with the next until the end."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            self.rows("BEGIN")
            try:
                yield
            finally:
                self._db.rollback()

    @contextmanager
    def transaction(self) -> Iterator[Database]:
        """All or nothing."""
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield self
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                self._undo()
                raise LibraryError(
                    f"The library {self.path.parent} cannot be written ({error}); "
                    "what it held is kept."
                ) from None
            except BaseException:
                self._undo()
                raise

    def execute(self, sql: str, values: Sequence[object] = ()) -> None:
        self._db.execute(sql, values)

    def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        self._db.executemany(sql, rows)

    def _undo(self) -> None:
        if self._db.in_transaction:
            self._db.rollback()


def _damaged(path: Path, cause: object) -> str:
    return (
        f"The library file {path} is damaged ({cause}): put a copy back, or move it away and "
        "ingest again."
    )
