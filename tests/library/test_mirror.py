"""`rag sync` and `rag remove`: what is gone from the folder is gone from the library, no more."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from rag.cli import app
from rag.errors import UsageError
from rag.library.library import FILE
from rag.library.store import Store
from rag.library.summary import Summary
from rag.library.sync import ingest
from rag.reading.reader import read_sources
from tests.fakes.hashed import HashedEmbedder
from tests.library.promises import assert_settled, settings_of

Command = Callable[..., Any]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "articles").mkdir()
    return tmp_path / "articles"


@pytest.fixture
def rag(tmp_path: Path) -> Command:
    """rag("sync", folder) runs the command and gives its JSON."""

    def run(*arguments: object, code: int = 0) -> Any:
        words = [str(one) for one in arguments]
        done = CliRunner().invoke(app, [*words, "--json", "--library", str(tmp_path / "library")])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == code, done.output
        return json.loads(done.stdout)

    return run


def write(place: Path, **texts: str) -> None:
    for name, text in texts.items():
        (place / f"{name}.md").write_text(f"---\ntitle: {name}\nslug: {name}\n---\n{text}\n")


def sync(place: Path, library: Path, embedder: HashedEmbedder | None = None) -> Summary:
    items = read_sources([place])
    return ingest(settings_of(library), embedder or HashedEmbedder(), items, mirror=place)


def texts(library: Path) -> dict[str, str]:
    with closing(Store(library / FILE)) as store:
        return {article.id: article.text for article in store.articles()}


def test_a_folder_is_mirrored(place: Path, tmp_path: Path) -> None:
    library, embedder = tmp_path / "library", HashedEmbedder()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    write(elsewhere, other="This one lies in another folder.")
    ingest(settings_of(library), embedder, read_sources([elsewhere]))
    write(place, one="The first text is here.", two="The second text is here.")
    assert sync(place, library).added == 2
    (place / "one.md").unlink()
    write(place, two="The second text has changed.", three="The third text is new.")
    summary = sync(place, library, embedder)
    assert (summary.added, summary.updated, summary.removed) == (1, 1, 1)
    assert texts(library).keys() == {"other", "two", "three"}
    assert_settled(library, embedder)


def test_a_second_sync_embeds_and_writes_nothing(place: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    write(place, one="The first text is here.", two="The second text is here.")
    sync(place, library)
    before = {path: path.read_bytes() for path in library.rglob("*") if path.is_file()}
    embedder = HashedEmbedder()
    summary = sync(place, library, embedder)
    assert (summary.unchanged, summary.added + summary.updated + summary.removed) == (2, 0)
    assert embedder.embedded == 0
    after = {path: path.read_bytes() for path in library.rglob("*") if path.is_file()}
    assert after == before


def test_what_cannot_be_read_today_stays(place: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    write(place, one="The first text is here.")
    rows = [{"id": f"row{n}", "title": "T", "text": f"Row {n} says this."} for n in range(3)]
    (place / "dump.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert sync(place, library).added == 4
    (place / "one.md").write_text("---\ntitle: a: b\n---\nBroken front matter.")
    (place / "dump.jsonl").write_text(json.dumps(rows[0]) + "\nbroken")
    assert sync(place, library).removed == 0
    assert len(texts(library)) == 4
    (place / "dump.jsonl").write_text(json.dumps(rows[0]))
    assert sync(place, library).removed == 2
    assert texts(library).keys() == {"one", "row0"}


def test_a_text_that_moves_to_another_name_is_not_lost(place: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    dated = "---\ntitle: T\nslug: {}\n---\nThe same text under one name or another.\n"
    (place / "x.md").write_text(dated.format("old"))
    sync(place, library)
    (place / "x.md").write_text(dated.format("new"))
    summary = sync(place, library)
    assert (summary.added, summary.removed, summary.skipped) == (1, 1, [])
    assert texts(library).keys() == {"new"}


def test_an_article_that_was_read_by_a_relative_path_is_known_again(
    place: Path, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    write(place, one="The first text is here.", two="The second text is here.")
    # The tests run in tmp_path.
    ingest(settings_of(library), HashedEmbedder(), read_sources(["articles"]))
    (place / "one.md").unlink()
    assert sync(place, library).removed == 1
    with closing(Store(library / FILE)) as store:
        assert store.sources() == {"two": str(place / "two.md")}


def test_a_folder_that_is_empty_or_absent_removes_nothing(place: Path, rag: Command) -> None:
    write(place, one="The first text is here.")
    assert rag("sync", place)["added"] == 1
    (place / "one.md").unlink()
    for folder, said in ((place, "holds no files"), (place / "absent", "no folder")):
        with pytest.raises(UsageError, match=said):
            rag("sync", folder)
    assert rag("status")["articles"] == 1


def test_articles_are_removed_by_id_url_and_words(place: Path, rag: Command) -> None:
    rows = [
        {"id": "a", "title": "Bridge", "text": "The bridge is closed."},
        {"id": "b", "title": "Council", "text": "The council met.", "url": "https://x.org/b"},
        {"id": "c", "title": "River", "text": "The river rose over the bridge."},
        {"id": "d", "title": "Tram", "text": "The tram is late."},
    ]
    (place / "dump.jsonl").write_text("\n".join(map(json.dumps, rows)))
    rag("ingest", place)
    with pytest.raises(UsageError, match="'nobody', nothing was removed"):
        rag("remove", "a", "nobody")
    assert rag("remove", "a", "https://x.org/b") == {"removed": ["a", "b"]}
    assert rag("remove", "--query", "Bridge river") == {"matching": ["c"]}
    assert rag("status")["articles"] == 2
    assert rag("remove", "--query", "bridge river", "--yes") == {"removed": ["c"]}
    assert [hit["article_id"] for hit in rag("search", "bridge")["hits"]] == ["d"]
    for wrong in (["remove"], ["remove", "d", "--query", "tram"], ["remove", "--query", "?"]):
        with pytest.raises(UsageError):
            rag(*wrong)
    assert rag("doctor")["found"]["differences"] == []


def test_the_other_verbs(place: Path, rag: Command, tmp_path: Path) -> None:
    write(place, one="The first text is here.", two="The second text is here.")
    rag("ingest", place)
    with closing(Store(tmp_path / "library" / FILE)) as store:
        store.put_meta({"settled": ""})
    assert rag("status")["dense_search"] == "exact"
    assert rag("doctor", code=1)["left"]["differences"][0]["kind"] == "unsettled"
    mended = rag("doctor", "--repair")
    assert mended["found"]["differences"] and not mended["left"]["differences"]
    assert rag("rebuild")["updated"] == 2
    assert rag("export", tmp_path / "file.gw")["articles"] == 2
    (tmp_path / "library").rename(tmp_path / "away")
    assert rag("import", tmp_path / "file.gw")["articles"] == 2
    assert rag("doctor")["found"]["digest"] == mended["left"]["digest"]
