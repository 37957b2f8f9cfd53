"""SQLite: the source of truth. Readers see the last commit; one writer at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np

from rag.errors import LibraryError
from rag.library.database import Database, Row
from rag.library.entry import Entry, insert_vectors
from rag.library.record import (
    ARTICLE,
    PASSAGE,
    REF,
    Bare,
    Described,
    Located,
    Mark,
    to_article,
    to_described,
    to_located,
    to_ref,
)
from rag.library.schema import check_version, make_tables
from rag.models.base import Vectors
from rag.types import Article, ArticleRef, Passage


class Store:
    """One library file. Thread-safe; every method is one read or one transaction."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """With `create`, tables are made or brought up to this version; the caller is the writer."""
        self.path = path
        if not create:
            self.must_exist(path)
        self._db = Database(path, create=create)
        try:
            if create:
                make_tables(self._db)
            check_version(self._db)
        except BaseException:
            self._db.close()
            raise

    @staticmethod
    def must_exist(path: Path) -> None:
        # A file without a byte is one whose maker has not come to its first commit.
        if not (path.is_file() and path.stat().st_size):
            raise LibraryError(
                f"There is no library at {path.parent}: run `rag ingest` to make it."
            )

    @staticmethod
    def _put(db: Database, values: Mapping[str, str]) -> None:
        db.execute_many("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))

    def close(self) -> None:
        self._db.close()

    def moment(self) -> AbstractContextManager[None]:
        """All that is read inside is of one commit, and no writer goes on until the end."""
        return self._db.moment()

    # Settings that made it, and the generation that readers watch.

    def meta(self) -> dict[str, str]:
        return {row["key"]: row["value"] for row in self._db.rows("SELECT key, value FROM meta")}

    def put_meta(self, values: Mapping[str, str]) -> None:
        with self._db.transaction() as db:
            self._put(db, values)

    @property
    def generation(self) -> int:
        return int(self._db.rows("SELECT value FROM meta WHERE key = 'generation'")[0]["value"])

    # Writing. Each commit makes a new generation, of which Chroma knows nothing yet.

    def commit(self, entries: Sequence[Entry], removed: Sequence[str] = ()) -> list[str]:
        """Put the entries in place of what they replace and drop the removed articles, at once.

        Returns the ids of vectors that nothing refers to any more.
        """
        gone = [*removed, *(entry.article.id for entry in entries)]
        with self._db.transaction() as db:
            stale = [
                row["vector_id"]
                for row in db.rows_in("SELECT vector_id FROM passages WHERE article_id IN", gone)
            ]
            db.execute_many("DELETE FROM articles WHERE id = ?", [(key,) for key in gone])
            for entry in entries:
                entry.insert(db)
            self._new_generation(db)
        return stale

    def replace_all(self, entries: Iterable[Entry], meta: Mapping[str, str]) -> None:
        """Each entry in place of the article of its id, and the settings that made them, at once."""
        with self._db.transaction() as db:
            self._put(db, meta)
            for entry in entries:
                db.execute("DELETE FROM articles WHERE id = ?", (entry.article.id,))
                entry.insert(db)
            self._new_generation(db)

    def put_vectors(self, vector_ids: Sequence[str], vectors: Vectors) -> None:
        with self._db.transaction() as db:
            insert_vectors(db, tuple(vector_ids), vectors)
            self._new_generation(db)

    def move(self, sources: Mapping[str, str]) -> None:
        """Article id to where it lies now; nothing that a reader has seen changes."""
        with self._db.transaction() as db:
            db.execute_many(
                "UPDATE articles SET source = ? WHERE id = ?",
                [(source, key) for key, source in sources.items()],
            )

    def _new_generation(self, db: Database) -> None:
        self._put(db, {"settled": "", "generation": str(self.generation + 1)})

    # Reading.

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """A read in the caller's own words."""
        return self._db.rows(sql, values)

    def hashes(self) -> dict[str, str]:
        """Article id to content hash."""
        rows = self._db.rows("SELECT id, content_hash FROM articles")
        return {row["id"]: row["content_hash"] for row in rows}

    def same_body(self, body_hash: str) -> list[Article]:
        rows = self._db.rows(f"SELECT {ARTICLE} FROM articles WHERE body_hash = ?", (body_hash,))
        return [to_article(row) for row in rows]

    def marks(self) -> dict[str, Mark]:
        """Article id to its story and signature."""
        rows = self._db.rows("SELECT id, story, signature FROM articles ORDER BY id")
        return {row["id"]: Mark(row["story"], row["signature"]) for row in rows}

    def article(self, article_id: str) -> Article | None:
        rows = self._db.rows(f"SELECT {ARTICLE} FROM articles WHERE id = ?", (article_id,))
        return to_article(rows[0]) if rows else None

    def articles(self) -> Iterator[Article]:
        for row in self._db.rows("SELECT id FROM articles ORDER BY id"):
            article = self.article(row["id"])
            if article is not None:
                yield article

    def stories(self, story_ids: Sequence[str]) -> dict[str, list[ArticleRef]]:
        """Story id to its articles, oldest first."""
        rows = self._db.rows_in(
            f"SELECT story, {REF} FROM articles a WHERE story IN",
            sorted(set(story_ids)),
        )
        found: dict[str, list[ArticleRef]] = {}
        for row in sorted(rows, key=lambda row: (row["published"] or "9999", row["id"])):
            found.setdefault(row["story"], []).append(to_ref(row))
        return found

    def reprints(self, article_id: str) -> list[ArticleRef]:
        """All articles of the story that this one is of, oldest first; itself too."""
        rows = self._db.rows("SELECT story FROM articles WHERE id = ?", (article_id,))
        return self.stories([rows[0]["story"]])[rows[0]["story"]] if rows else []

    def passages(self, passage_ids: Sequence[str]) -> dict[str, Located]:
        rows = self._db.rows_in(
            f"SELECT {PASSAGE} FROM passages p JOIN articles a ON a.id = p.article_id "
            "WHERE p.id IN",
            passage_ids,
        )
        return {row["passage_id"]: to_located(row) for row in rows}

    def passages_of(self, article_id: str) -> list[Passage]:
        rows = self._db.rows(
            f"SELECT {PASSAGE} FROM passages p JOIN articles a ON a.id = p.article_id "
            "WHERE a.id = ? ORDER BY p.ordinal",
            (article_id,),
        )
        return [to_located(row).passage for row in rows]

    def index(self) -> tuple[int, list[Row], list[Row]]:
        """Generation, articles and passages of one moment, both in the order of article ids."""
        with self.moment():
            return (
                self.generation,
                self._db.rows(
                    "SELECT id, published, outlet, topics, story, postings FROM articles "
                    "ORDER BY id"
                ),
                self._db.rows(
                    "SELECT id, article_id, vector_id FROM passages ORDER BY article_id, ordinal"
                ),
            )

    def vectors(self, vector_ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors that are stored among `vector_ids`."""
        rows = self._db.rows_in(
            "SELECT vector_id, vector FROM vectors WHERE vector_id IN", vector_ids
        )
        return {row["vector_id"]: np.frombuffer(row["vector"], dtype="<f4") for row in rows}

    def vector_ids(self, article_id: str | None = None) -> list[str]:
        """In the order of passages, of one article or of all."""
        one, values = (" WHERE article_id = ?", [article_id]) if article_id else ("", [])
        rows = self._db.rows(
            f"SELECT vector_id FROM passages{one} ORDER BY article_id, ordinal", values
        )
        return [row["vector_id"] for row in rows]

    def count_bare(self) -> int:
        """How many passages have no stored vector; quicker than naming them."""
        sql = "SELECT (SELECT count(*) FROM passages) - (SELECT count(*) FROM vectors) AS bare"
        return int(self._db.rows(sql)[0]["bare"])

    def bare_passages(self) -> list[Bare]:
        """Passages whose vector is not stored, article by article."""
        rows = self._db.rows(
            "SELECT article_id, id, vector_id FROM passages WHERE vector_id NOT IN "
            "(SELECT vector_id FROM vectors) ORDER BY article_id, ordinal"
        )
        return [Bare(*row) for row in rows]

    def described(self, vector_ids: Sequence[str]) -> dict[str, Described]:
        """Date and outlet of the article that each vector is of."""
        rows = self._db.rows_in(
            "SELECT p.vector_id, a.published, a.outlet FROM passages p "
            "JOIN articles a ON a.id = p.article_id WHERE p.vector_id IN",
            vector_ids,
        )
        return {row["vector_id"]: to_described(row) for row in rows}

    def sources(self) -> dict[str, str]:
        """Article id to where it came from, where that is known."""
        rows = self._db.rows("SELECT id, source FROM articles WHERE source IS NOT NULL")
        return {row["id"]: row["source"] for row in rows}

    def named(self, name: str) -> list[str]:
        """Ids of the articles that bear this id or this url."""
        rows = self._db.rows("SELECT id FROM articles WHERE id = ? OR url = ?", (name, name))
        return [row["id"] for row in rows]

    def counts(self) -> dict[str, object]:
        row = self._db.rows(
            "SELECT count(*) AS articles, min(published) AS first_published, "
            "max(published) AS last_published FROM articles"
        )[0]
        outlets = self._db.rows(
            "SELECT outlet, count(*) AS n FROM articles WHERE outlet IS NOT NULL "
            "GROUP BY outlet ORDER BY n DESC, outlet"
        )
        languages = self._db.rows(
            "SELECT language, count(*) AS n FROM articles WHERE language IS NOT NULL "
            "GROUP BY language ORDER BY n DESC, language"
        )
        passages = self._db.rows("SELECT count(*) AS n FROM passages")[0]["n"]
        return {
            **dict(row),
            "passages": passages,
            "outlets": {r["outlet"]: r["n"] for r in outlets},
            "languages": {r["language"]: r["n"] for r in languages},
        }
