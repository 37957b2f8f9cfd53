"""A library of other settings or of another schema is recognised; one command makes it anew."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rag.errors import LibraryError
from rag.library.doctor import examine, repair
from rag.library.library import FILE, Library
from rag.library.rebuild import rebuild
from rag.library.sync import ingest
from rag.settings import Settings
from tests.fakes.hashed import HashedEmbedder
from tests.library.killing import articles_of, carry_out
from tests.library.promises import assert_promises, assert_settled, digest_of, settings_of

STATE = dict.fromkeys(range(6), (0, 20))


class Stops(HashedEmbedder):
    def embed(self, texts: object) -> object:  # type: ignore[override]
        raise KeyboardInterrupt


class OtherEmbedder(HashedEmbedder):
    fingerprint = "hashed/2"
    dimension = 24


def change(folder: Path, script: str) -> None:
    with closing(sqlite3.connect(folder / FILE)) as db:
        db.executescript(script)


def make_old(folder: Path) -> None:
    """As schema 1 was: no vectors in SQLite, and a list of stale ones."""
    change(
        folder,
        "DROP INDEX articles_story; ALTER TABLE articles DROP COLUMN language; DROP TABLE vectors; CREATE TABLE stale_vectors (vector_id TEXT PRIMARY KEY) "
        "WITHOUT ROWID; UPDATE meta SET value = '1' WHERE key = 'schema'; "
        "DELETE FROM meta WHERE key IN ('settled', 'vectors');",
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    carry_out(tmp_path / "library", STATE)
    return tmp_path / "library"


def test_another_embedder_or_passage_size_is_refused_with_the_command(folder: Path) -> None:
    wide = Settings(library=folder, passage_tokens=60)
    for settings, embedder in ((settings_of(folder), OtherEmbedder()), (wide, HashedEmbedder())):
        for opening in (
            lambda s=settings, e=embedder: Library(s, e.fingerprint),
            lambda s=settings, e=embedder: ingest(s, e, articles_of(STATE)),
        ):
            with pytest.raises(LibraryError, match="run `rag rebuild`"):
                opening()
    assert_promises(folder, HashedEmbedder(), {a.id: a for a in articles_of(STATE)})


def test_a_rebuilt_library_is_one_made_with_the_settings_of_now(
    folder: Path, tmp_path: Path
) -> None:
    embedder = OtherEmbedder()
    wide = Settings(library=folder, passage_tokens=60)
    summary = rebuild(wide, embedder)
    assert summary.updated == len(STATE)
    made = Settings(library=tmp_path / "made", passage_tokens=60)
    ingest(made, embedder, articles_of(STATE))
    assert digest_of(folder) == digest_of(tmp_path / "made")
    assert examine(wide).differences == ()


def test_a_rebuild_that_stops_leaves_the_old_library(folder: Path) -> None:
    before = digest_of(folder)
    with pytest.raises(KeyboardInterrupt):
        rebuild(settings_of(folder), Stops())
    assert digest_of(folder) == before
    assert_promises(folder, HashedEmbedder(), {a.id: a for a in articles_of(STATE)})


def test_an_old_schema_is_refused_by_readers_and_brought_up_by_the_next_writer(
    folder: Path,
) -> None:
    before, embedder = digest_of(folder), HashedEmbedder()
    make_old(folder)
    with pytest.raises(LibraryError, match=r"schema 1.*run `rag rebuild`"):
        Library(settings_of(folder), embedder.fingerprint)
    ingest(settings_of(folder), embedder, articles_of(STATE))
    assert digest_of(folder) == before
    assert_settled(folder, embedder)


def test_a_stop_while_an_old_schema_is_brought_up_is_named_and_mended(folder: Path) -> None:
    before = digest_of(folder)
    make_old(folder)
    with pytest.raises(KeyboardInterrupt):
        ingest(settings_of(folder), Stops(), articles_of(STATE))
    with pytest.raises(LibraryError, match="no vector: run `rag doctor --repair`"):
        Library(settings_of(folder), "hashed/1")
    repair(settings_of(folder), HashedEmbedder())
    assert digest_of(folder) == before
    assert_settled(folder, HashedEmbedder())


def test_an_old_schema_is_rebuilt(folder: Path) -> None:
    before = digest_of(folder)
    make_old(folder)
    rebuild(settings_of(folder), HashedEmbedder())
    assert digest_of(folder) == before
    assert_settled(folder, HashedEmbedder())


def test_an_article_of_before_languages_gets_one_when_the_library_is_rebuilt(folder: Path) -> None:
    change(
        folder,
        "DROP INDEX articles_story; ALTER TABLE articles DROP COLUMN language; "
        "UPDATE meta SET value = '2' WHERE key = 'schema';",
    )
    rebuild(settings_of(folder), HashedEmbedder())
    with closing(sqlite3.connect(folder / FILE)) as db:
        codes = {code for (code,) in db.execute("SELECT language FROM articles")}
    assert "en" in codes


def test_false_reprints_of_before_are_told_apart_by_the_next_writer(folder: Path) -> None:
    def stories() -> list[tuple[str, bytes]]:
        with closing(sqlite3.connect(folder / FILE)) as db:
            return db.execute("SELECT story, signature FROM articles ORDER BY id").fetchall()

    before = stories()
    change(
        folder,
        "UPDATE articles SET story = 'one', signature = x'00'; "
        "UPDATE meta SET value = '3' WHERE key = 'schema';",
    )
    ingest(settings_of(folder), HashedEmbedder(), articles_of(STATE))
    assert stories() == before
    assert_settled(folder, HashedEmbedder())


def test_a_newer_schema_is_left_alone(folder: Path) -> None:
    change(folder, "UPDATE meta SET value = '99' WHERE key = 'schema'")
    for opening in (
        lambda: Library(settings_of(folder), "hashed/1"),
        lambda: carry_out(folder, STATE),
        lambda: rebuild(settings_of(folder), HashedEmbedder()),
    ):
        with pytest.raises(LibraryError, match=r"schema 99.*the groundwire that made it"):
            opening()
