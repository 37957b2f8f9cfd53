"""SQLite: the source of truth. Readers see the last commit; one writer at a time."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rag.errors import LibraryError
from rag.library.schema import TABLES, VERSION
from rag.types import Article, ArticleRef, Passage, Span

_ARTICLE = "id, title, text, published, outlet, author, url, dek, topics, source"


@dataclass(frozen=True, slots=True)
class Entry:
    """All that is stored of one article beside its vectors."""

    article: Article
    passages: tuple[Passage, ...]
    vector_ids: tuple[str, ...]
    postings: bytes
    signature: bytes
    body_hash: str
    story: str


@dataclass(frozen=True, slots=True)
class Located:
    """A passage with its article, as a search needs them."""

    passage: Passage
    article: ArticleRef
    story: str


class Store:
    """One SQLite file. Thread-safe; every method is one read or one transaction."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        if not create and not path.is_file():
            raise LibraryError(
                f"There is no library at {path.parent}: run `rag ingest` to make it."
            )
        self._lock = threading.RLock()
        try:
            self._db = sqlite3.connect(path, timeout=30, check_same_thread=False)
            self._db.row_factory = sqlite3.Row
            self._db.execute("PRAGMA foreign_keys = ON")
            if create and not self._db.execute("SELECT 1 FROM sqlite_master").fetchone():
                self._db.executescript(f"BEGIN; {TABLES} COMMIT;")
                self.put_meta({"schema": str(VERSION), "generation": "0"})
            schema = self.meta().get("schema")
        except sqlite3.Error as error:
            raise LibraryError(f"The library file {path} cannot be used ({error}).") from None
        if schema != str(VERSION):
            raise LibraryError(
                f"The library {path.parent} has schema {schema}, this version needs {VERSION}: "
                "ingest into a new folder with --library."
            )

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield self._db
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise LibraryError(
                    f"The library {self.path.parent} cannot be written ({error}); "
                    "what it held is kept."
                ) from None
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        with self._lock:
            try:
                return self._db.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                raise LibraryError(f"The library file {self.path} is damaged ({error}).") from None

    def _rows_in(self, sql: str, keys: Sequence[str]) -> list[sqlite3.Row]:
        """`sql` ends in "IN"; SQLite takes a bounded number of values at once."""
        rows: list[sqlite3.Row] = []
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            rows += self._rows(f"{sql} ({','.join('?' * len(part))})", part)
        return rows

    # Settings that made it, and the generation that readers watch.

    def meta(self) -> dict[str, str]:
        return {row["key"]: row["value"] for row in self._rows("SELECT key, value FROM meta")}

    def put_meta(self, values: dict[str, str]) -> None:
        with self._transaction() as db:
            db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))

    @property
    def generation(self) -> int:
        return int(self._rows("SELECT value FROM meta WHERE key = 'generation'")[0]["value"])

    # Writing.

    def announce(self, vector_ids: Iterable[str]) -> None:
        """Before vectors are written: should the commit never come, they are known to be stale."""
        with self._transaction() as db:
            db.executemany(
                "INSERT OR IGNORE INTO stale_vectors VALUES (?)", [(v,) for v in vector_ids]
            )

    def commit(self, entries: Sequence[Entry], removed: Sequence[str] = ()) -> list[str]:
        """Put the entries in place of what they replace and drop the removed articles, at once.

        Returns the ids of vectors that nothing refers to any more.
        """
        gone = [*removed, *(entry.article.id for entry in entries)]
        with self._transaction() as db:
            stale = [
                row["vector_id"]
                for row in self._rows_in("SELECT vector_id FROM passages WHERE article_id IN", gone)
            ]
            db.executemany("DELETE FROM articles WHERE id = ?", [(key,) for key in gone])
            for entry in entries:
                _insert(db, entry)
            fresh = [(v,) for entry in entries for v in entry.vector_ids]
            db.executemany("DELETE FROM stale_vectors WHERE vector_id = ?", fresh)
            db.executemany("INSERT OR IGNORE INTO stale_vectors VALUES (?)", [(v,) for v in stale])
            db.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
        return stale

    def stale_vectors(self) -> list[str]:
        return [row["vector_id"] for row in self._rows("SELECT vector_id FROM stale_vectors")]

    def forget_stale(self, vector_ids: Sequence[str]) -> None:
        with self._transaction() as db:
            db.executemany(
                "DELETE FROM stale_vectors WHERE vector_id = ?", [(v,) for v in vector_ids]
            )

    # Reading.

    def hashes(self) -> dict[str, str]:
        """Article id to content hash."""
        rows = self._rows("SELECT id, content_hash FROM articles")
        return {row["id"]: row["content_hash"] for row in rows}

    def same_body(self, body_hash: str) -> list[Article]:
        rows = self._rows(f"SELECT {_ARTICLE} FROM articles WHERE body_hash = ?", (body_hash,))
        return [_article(row) for row in rows]

    def signatures(self) -> list[tuple[str, bytes]]:
        """(story, signature) of every article."""
        rows = self._rows("SELECT story, signature FROM articles ORDER BY id")
        return [(row["story"], row["signature"]) for row in rows]

    def article(self, article_id: str) -> Article | None:
        rows = self._rows(f"SELECT {_ARTICLE} FROM articles WHERE id = ?", (article_id,))
        return _article(rows[0]) if rows else None

    def articles(self) -> Iterator[Article]:
        for row in self._rows("SELECT id FROM articles ORDER BY id"):
            article = self.article(row["id"])
            if article is not None:
                yield article

    def stories(self, story_ids: Sequence[str]) -> dict[str, list[ArticleRef]]:
        """Story id to its articles, oldest first."""
        rows = self._rows_in(
            "SELECT story, id, title, outlet, author, published, url FROM articles WHERE story IN",
            sorted(set(story_ids)),
        )
        found: dict[str, list[ArticleRef]] = {}
        for row in sorted(rows, key=lambda row: (row["published"] or "9999", row["id"])):
            found.setdefault(row["story"], []).append(_ref(row))
        return found

    def passages(self, passage_ids: Sequence[str]) -> dict[str, Located]:
        rows = self._rows_in(
            'SELECT p.id, p.article_id, p.ordinal, p.start, p."end", p.sentences, a.story, '
            "a.title, a.outlet, a.author, a.published, a.url, "
            'substr(a.text, p.start + 1, p."end" - p.start) AS text '
            "FROM passages p JOIN articles a ON a.id = p.article_id WHERE p.id IN",
            list(passage_ids),
        )
        return {
            row["id"]: Located(
                _passage(row),
                ArticleRef(
                    row["article_id"],
                    row["title"],
                    row["outlet"],
                    row["author"],
                    _date(row["published"]),
                    row["url"],
                ),
                row["story"],
            )
            for row in rows
        }

    def passages_of(self, article_id: str) -> list[Passage]:
        rows = self._rows("SELECT id FROM passages WHERE article_id = ?", (article_id,))
        located = self.passages([row["id"] for row in rows])
        return sorted((one.passage for one in located.values()), key=lambda p: p.ordinal)

    def index(self) -> tuple[int, list[sqlite3.Row], list[sqlite3.Row]]:
        """Generation, articles and passages of one moment, both in the order of article ids."""
        with self._lock:
            self._rows("BEGIN")
            try:
                return (
                    self.generation,
                    self._rows(
                        "SELECT id, published, outlet, story, postings FROM articles ORDER BY id"
                    ),
                    self._rows(
                        "SELECT id, article_id, vector_id FROM passages "
                        "ORDER BY article_id, ordinal"
                    ),
                )
            finally:
                self._db.rollback()

    def counts(self) -> dict[str, object]:
        row = self._rows(
            "SELECT count(*) AS articles, min(published) AS first_published, "
            "max(published) AS last_published FROM articles"
        )[0]
        outlets = self._rows(
            "SELECT outlet, count(*) AS n FROM articles WHERE outlet IS NOT NULL "
            "GROUP BY outlet ORDER BY n DESC, outlet"
        )
        passages = self._rows("SELECT count(*) AS n FROM passages")[0]["n"]
        return {
            **dict(row),
            "passages": passages,
            "outlets": {r["outlet"]: r["n"] for r in outlets},
        }


def _insert(db: sqlite3.Connection, entry: Entry) -> None:
    article = entry.article
    db.execute(
        "INSERT INTO articles VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            article.id,
            article.title,
            article.text,
            article.published.isoformat() if article.published else None,
            article.outlet,
            article.author,
            article.url,
            article.dek,
            json.dumps(article.topics),
            article.source,
            article.content_hash,
            entry.body_hash,
            entry.story,
            entry.signature,
            entry.postings,
        ),
    )
    db.executemany(
        "INSERT INTO passages VALUES (?,?,?,?,?,?,?)",
        [
            (
                passage.id,
                article.id,
                passage.ordinal,
                passage.start,
                passage.end,
                " ".join(f"{s.start}-{s.end}" for s in passage.sentences),
                vector_id,
            )
            for passage, vector_id in zip(entry.passages, entry.vector_ids, strict=True)
        ],
    )


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _ref(row: sqlite3.Row) -> ArticleRef:
    published = _date(row["published"])
    return ArticleRef(row["id"], row["title"], row["outlet"], row["author"], published, row["url"])


def _article(row: sqlite3.Row) -> Article:
    values = dict(row)
    values["published"] = _date(values["published"])
    values["topics"] = tuple(json.loads(values["topics"]))
    return Article(**values)


def _passage(row: sqlite3.Row) -> Passage:
    pairs = (pair.split("-") for pair in row["sentences"].split())
    return Passage(
        row["id"],
        row["article_id"],
        row["ordinal"],
        row["start"],
        row["end"],
        row["text"],
        tuple(Span(int(start), int(end)) for start, end in pairs),
    )
