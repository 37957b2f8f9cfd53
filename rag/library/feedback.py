"""What readers thought of answers: a file of its own beside the library, so that no writer waits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from rag.errors import LibraryError
from rag.library.database import Database

FILE = "feedback.sqlite3"
Thumb = Literal["up", "down"]
# The oldest go first. A row is a few kilobytes at most, so the file stays below some fifty megabytes.
_MOST = 10_000
MAX_COMMENT = 2000
MAX_TEXT = 4000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    key TEXT PRIMARY KEY, at TEXT NOT NULL, thumb TEXT NOT NULL, comment TEXT NOT NULL,
    question TEXT NOT NULL, body TEXT NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Opinion:
    """One answer and what was thought of it. `key` names the answer: a later opinion replaces an
    earlier one. `history` are the questions before it, `articles` the ids that it cited, `fact` its
    short answer or first cited sentence, `options` those of ask as texts."""

    key: str
    thumb: Thumb
    question: str
    comment: str = ""
    status: str = "answered"
    answer: str = ""
    fact: str = ""
    articles: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    options: Mapping[str, Any] | None = None
    at: str = ""


def keep_opinion(folder: Path, opinion: Opinion) -> None:
    """Raises LibraryError with one line where the folder cannot be written."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    body = {
        "status": opinion.status,
        "answer": opinion.answer[:MAX_TEXT],
        "fact": opinion.fact[:MAX_TEXT],
        "articles": opinion.articles,
        "history": opinion.history,
        "options": dict(opinion.options or {}),
    }
    row = (
        opinion.key,
        now,
        opinion.thumb,
        opinion.comment[:MAX_COMMENT],
        opinion.question[:MAX_TEXT],
        json.dumps(body),
    )
    try:
        database = Database(folder / FILE, create=True)
        try:
            with database.transaction() as writing:
                writing.execute(_SCHEMA)
                writing.execute("INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?)", row)
                writing.execute(
                    "DELETE FROM feedback WHERE key NOT IN "
                    "(SELECT key FROM feedback ORDER BY at DESC, rowid DESC LIMIT ?)",
                    (_MOST,),
                )
        finally:
            database.close()
    except LibraryError:
        raise LibraryError(
            f"Feedback cannot be kept, as {folder / FILE} cannot be written: make the folder "
            "writable."
        ) from None


def opinions(folder: Path) -> list[Opinion]:
    """Newest first; none where nobody has said anything yet."""
    path = folder / FILE
    if not path.is_file():
        return []
    database = Database(path)
    try:
        rows = database.rows("SELECT * FROM feedback ORDER BY at DESC, rowid DESC")
    finally:
        database.close()
    return [_opinion(dict(row)) for row in rows]


def _opinion(row: dict[str, Any]) -> Opinion:
    body = json.loads(row.pop("body"))
    body |= {name: tuple(body[name]) for name in ("articles", "history")}
    return Opinion(**row, **body)
