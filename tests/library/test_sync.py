from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from rag.errors import LibraryBusy, LibraryError
from rag.library.doctor import examine
from rag.library.library import Library
from rag.library.lock import writer_lock
from rag.library.summary import Summary
from rag.library.sync import ingest
from rag.models.base import Embedder
from rag.pipeline import Pipeline
from rag.reading.reader import read_sources
from rag.settings import Settings

Fill = Callable[..., tuple[Settings, Summary]]

LONG = " ".join(
    f"The council met for the {n}th time and spoke about the bridge." for n in range(60)
)


def text(title: str, body: str) -> str:
    return f"---\ntitle: {title}\nslug: {title.lower()}\npublished: 2020-01-02\n---\n{body}\n"


def opened(settings: Settings, embedder: Embedder) -> Library:
    return Library(settings, embedder.fingerprint)


def assert_agrees(settings: Settings) -> None:
    """Chroma holds exactly the vectors of SQLite."""
    assert examine(settings).differences == ()


def test_a_second_ingest_writes_nothing(fill: Fill, embedder: Embedder) -> None:
    files = {"a.md": text("A", LONG), "b.md": text("B", "A short text about another thing.")}
    settings, first = fill(files)
    assert (first.added, first.unchanged) == (2, 0)
    library = opened(settings, embedder)
    before = (library.store.generation, library.snapshot().vector_ids)
    library.close()
    _, second = fill(files)
    assert (second.added, second.updated, second.unchanged, second.passages) == (0, 0, 2, 0)
    library = opened(settings, embedder)
    assert (library.store.generation, library.snapshot().vector_ids) == before
    library.close()
    assert_agrees(settings)


def test_a_shrunk_article_leaves_nothing_behind(fill: Fill, embedder: Embedder) -> None:
    settings, _ = fill({"a.md": text("A", LONG)})
    _, summary = fill({"a.md": text("A", "Only this is left of the text.")})
    assert (summary.added, summary.updated) == (0, 1)
    library = opened(settings, embedder)
    assert len(library.snapshot().passage_ids) == 1
    library.close()
    assert_agrees(settings)


def test_the_same_article_twice_is_stored_once(
    fill: Fill, embedder: Embedder, tmp_path: Path
) -> None:
    rows = [
        {"id": "1", "title": "T", "text": "The same text is here twice."},
        {"id": "1", "title": "T", "text": "The same text is here twice."},
        {"id": "1", "title": "T", "text": "Another text claims the same id."},
        {"id": "2", "title": "T", "text": "The same text is here twice."},
    ]
    _, summary = fill({"d.jsonl": "\n".join(map(json.dumps, rows))})
    assert (summary.added, summary.unchanged) == (1, 1)
    reasons = " ".join(s.reason for s in summary.skipped)
    assert "already used" in reasons and "same text as '1'" in reasons
    _, again = fill({})
    assert (again.added, again.unchanged, len(again.skipped)) == (0, 2, 2)


def test_a_reader_sees_the_new_generation(fill: Fill, embedder: Embedder) -> None:
    settings, _ = fill({"a.md": text("A", "The first text is here.")})
    reader = opened(settings, embedder)
    assert len(reader.snapshot().article_ids) == 1
    fill({"b.md": text("B", "The second text is about volcanoes.")})
    assert len(reader.snapshot().article_ids) == 2
    (number, _), *_ = reader.nearest(reader.snapshot(), embedder.embed(["volcanoes"]), 1)
    assert reader.snapshot().article_ids[reader.snapshot().lexical.article_of[number]] == "b"
    reader.close()


def test_a_running_chat_sees_new_articles(fill: Fill) -> None:
    settings, _ = fill({"a.md": text("A", "The first text is here.")})
    chat = Pipeline(settings)
    question = "When will the old bridge be closed?"
    assert chat.ask(question).status == "no_answer"
    fill({"b.md": text("B", "The council said that the old bridge will be closed on March 3.")})
    answer = chat.ask(question)
    assert answer.status == "answered" and answer.citations[0].article.id == "b"
    chat.close()


def test_a_second_writer_is_told_who_writes(fill: Fill, embedder: Embedder, tmp_path: Path) -> None:
    settings, _ = fill({"a.md": text("A", "The first text is here.")})
    import os

    with (
        writer_lock(settings.library_path),
        pytest.raises(LibraryBusy, match=str(os.getpid())),
        writer_lock(settings.library_path, wait=0.1),
    ):
        pass


def test_other_settings_are_refused_not_mixed(fill: Fill, embedder: Embedder) -> None:
    settings, _ = fill({"a.md": text("A", "The first text is here.")})
    with pytest.raises(LibraryError, match="passage_tokens '200'"):
        ingest(settings.model_copy(update={"passage_tokens": 120}), embedder, [])
    with pytest.raises(LibraryError, match="other-model"):
        Library(settings, "other-model")


def test_reprints_share_a_story(corpus_library: Path, embedder: Embedder) -> None:
    library = Library(Settings(library=corpus_library), embedder.fingerprint)
    snapshot = library.snapshot()
    stories = dict(zip(snapshot.article_ids, snapshot.stories, strict=True))
    assert stories["2020-10-10-moscow-truce"] == stories["2020-10-10-moscow-truce-ledger"]
    assert len(set(stories.values())) == len(stories) - 1
    library.close()


def test_a_damaged_file_is_named(tmp_path: Path, embedder: Embedder) -> None:
    settings = Settings(library=tmp_path / "library")
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "library.sqlite3").write_bytes(b"this is no database" * 100)
    with pytest.raises(LibraryError, match=r"library\.sqlite3"):
        ingest(settings, embedder, read_sources([]))


def test_the_language_of_an_article_is_recorded_and_counted(fill: Fill, embedder: Embedder) -> None:
    german = (
        "Der Stadtrat hat am Freitag nach langer Debatte beschlossen, die alte Brücke zu "
        "erneuern und den Verkehr für zwei Jahre umzuleiten."
    )
    settings, summary = fill({"de.md": text("Bruecke", german), "en.md": text("Bridge", LONG)})
    assert summary.languages == {"de": 1, "en": 1}
    with closing(opened(settings, embedder)) as library:
        assert library.store.counts()["languages"] == {"de": 1, "en": 1}
        found = library.store.article("bruecke")
    assert found is not None and found.language == "de"
