"""The tables of a library, the version that they bear, and the way up from an older one."""

from __future__ import annotations

from collections.abc import Callable

from rag.errors import LibraryError
from rag.library.database import Database
from rag.library.reprints import Stories, signature

VERSION = 4

_VECTORS = """
-- The vectors themselves, 4-byte floats: Chroma's index is made from these, never the other way.
CREATE TABLE vectors (
    vector_id TEXT PRIMARY KEY REFERENCES passages (vector_id) ON DELETE CASCADE,
    vector BLOB NOT NULL
);
"""

TABLES = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    published TEXT,
    outlet TEXT,
    author TEXT,
    url TEXT,
    dek TEXT,
    topics TEXT NOT NULL,
    source TEXT,
    content_hash TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    -- Articles of one story (reprints of each other) share the id of the first of them.
    story TEXT NOT NULL,
    signature BLOB NOT NULL,
    -- Terms of the passages and the headline, for the lexical index.
    postings BLOB NOT NULL,
    language TEXT
);
CREATE INDEX articles_body ON articles (body_hash);
CREATE INDEX articles_source ON articles (source);
CREATE INDEX articles_story ON articles (story);
CREATE TABLE passages (
    id TEXT PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    -- Sentence bounds, "start-end" pairs joined by spaces.
    sentences TEXT NOT NULL,
    vector_id TEXT NOT NULL UNIQUE
) WITHOUT ROWID;
CREATE INDEX passages_article ON passages (article_id, ordinal);
{_VECTORS}
"""


def _tell_stories_anew(db: Database) -> None:
    """Until schema 3 a signature took one common shingle for a whole reprint."""
    stories = Stories([])
    for row in db.rows("SELECT id FROM articles ORDER BY rowid"):
        ((text,),) = db.rows("SELECT text FROM articles WHERE id = ?", [row["id"]])
        mark = signature(text)
        db.execute(
            "UPDATE articles SET story = ?, signature = ? WHERE id = ?",
            (stories.story_of(row["id"], mark), mark, row["id"]),
        )


# From a version to the next. Text, offsets and postings stay as they are; vectors that a library
# does not hold yet are embedded by the next writer.
UPGRADES: dict[int, str | Callable[[Database], None]] = {
    1: f"DROP TABLE stale_vectors; {_VECTORS}",
    # Detected for the articles that are there when the library is rebuilt or they change.
    2: "ALTER TABLE articles ADD COLUMN language TEXT; "
    "CREATE INDEX articles_story ON articles (story)",
    3: _tell_stories_anew,
}


def make_tables(db: Database) -> None:
    """Where there are none, or older ones."""
    with db.transaction():
        if not db.rows("SELECT 1 FROM sqlite_master"):
            _run(db, TABLES)
            db.execute_many(
                "INSERT INTO meta VALUES (?, ?)",
                [("schema", str(VERSION)), ("generation", "0")],
            )
        for version in range(_version(db), VERSION):
            step = UPGRADES[version]
            if isinstance(step, str):
                _run(db, step)
            else:
                step(db)
            db.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (str(version + 1),))


def check_version(db: Database) -> None:
    """Raises LibraryError with the one command that helps."""
    version = _version(db)
    if version != VERSION:
        remedy = "run `rag rebuild`" if version < VERSION else "use the groundwire that made it"
        raise LibraryError(
            f"The library {db.path.parent} has schema {version}, this groundwire reads schema "
            f"{VERSION}: {remedy}."
        )


def _version(db: Database) -> int:
    rows = db.rows("SELECT value FROM meta WHERE key = 'schema'")
    if not rows:
        raise LibraryError(f"The file {db.path} is no library of groundwire: move it away.")
    return int(rows[0]["value"])


def _run(db: Database, script: str) -> None:
    """Statement by statement: a script would end the transaction."""
    lines = [line for line in script.splitlines() if not line.strip().startswith("--")]
    for statement in "\n".join(lines).split(";"):
        if statement.strip():
            db.execute(statement)
