"""Files that came with a form are called by their names, wherever they lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.reading.skipped import Skipped
from rag.reading.uploaded import read_uploads
from rag.types import Article

STORY = "The harbour of Varna opened on Monday."
ROWS = '{"text": "The ferry sailed at noon."}\n{"id": "own", "text": "The ferry came back."}\n{}\n'
FEED = "<rss><channel><title>Wire</title><item><description>The ferry sank at the quay.</description></item></channel></rss>"


def put(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(path: Path) -> list[Article | Skipped]:
    return list(read_uploads([path]))


@pytest.mark.parametrize(("name", "text"), [("a.txt", STORY), ("a.jsonl", ROWS), ("a.rss", FEED)])
def test_the_same_file_elsewhere_is_the_same_articles(tmp_path: Path, name: str, text: str) -> None:
    one = read(put(tmp_path / "one", name, text))
    two = read(put(tmp_path / "two", name, text))
    assert one == two
    assert str(tmp_path) not in repr(one)
    assert all(str(item.source).startswith(name) for item in one)


def test_a_row_says_its_place_and_keeps_its_own_id(tmp_path: Path) -> None:
    first, second, third = read(put(tmp_path, "a.jsonl", ROWS))
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.source, second.source, third.source) == ("a.jsonl:1", "a.jsonl:2", "a.jsonl:3")
    assert second.id == "own"
    assert isinstance(third, Skipped)


def test_two_files_of_one_name_are_two_articles(tmp_path: Path) -> None:
    (one,) = read(put(tmp_path / "one", "article.txt", STORY))
    (two,) = read(put(tmp_path / "two", "article.txt", STORY.replace("Monday", "Friday")))
    assert isinstance(one, Article)
    assert isinstance(two, Article)
    assert one.id != two.id


def test_a_reason_gives_no_place_away(tmp_path: Path) -> None:
    for name in ("a.exe", "a.pdf", "a.docx", "a.csv", "a.jsonl.gz", "empty.txt"):
        items = read(put(tmp_path, name, "x"))
        assert items
        assert str(tmp_path) not in repr(items)
