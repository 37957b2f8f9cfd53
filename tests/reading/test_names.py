"""File names are made by strangers too."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from rag.reading.names import printable
from rag.reading.reader import read_sources
from rag.reading.skipped import Skipped
from rag.types import Article

TEXT = "Headline here\n\nThe text of this one is here.\n"


def test_what_steers_a_terminal_is_escaped() -> None:
    assert printable("a\x1b[2J\u202e\x9b\ud800é\n") == "a\\x1b[2J\\u202e\\x9b\\ud800é\\n"


@pytest.mark.parametrize(
    "name", [b"a\x1b[2Jb", b"a\nb", b"a\xff\xfe", "a\u202eb".encode(), b"a" * 240]
)
def test_strange_names(name: bytes, tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    for suffix in (b".txt", b".xyz", b".jsonl"):
        content = json.dumps({"text": TEXT}) if suffix == b".jsonl" else TEXT
        Path(os.fsdecode(os.path.join(folder, name + suffix))).write_text(content)
    found = list(read_sources([tmp_path]))
    assert [type(one) for one in found] == [Article, Article, Skipped]
    for one in found:
        # It can be stored, and shown.
        assert (one.source or "").isprintable() and (one.source or "").encode()


def test_hostile_values_in_a_dump(tmp_path: Path) -> None:
    row = {"id": "a\x1b]0;b\ud800", "title": "T\ud83d", "text": TEXT, "topics": ["\ud800x", None]}
    (tmp_path / "d.jsonl").write_text(json.dumps(row))
    (article,) = read_sources([tmp_path])
    assert isinstance(article, Article)
    for value in (article.id, article.title, *article.topics):
        assert value.isprintable() and value.encode()


def test_links_out_pipes_and_closed_files(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "secret.txt").write_text(TEXT)
    (inside / "good.txt").write_text(TEXT)
    (inside / "out.txt").symlink_to(tmp_path / "secret.txt")
    (inside / "same.txt").symlink_to(inside / "good.txt")
    (inside / "nowhere.txt").symlink_to(inside / "gone.txt")
    os.mkfifo(inside / "pipe.txt")
    found = list(read_sources([inside]))
    reasons = {Path(one.source).name: one.reason for one in found if isinstance(one, Skipped)}
    assert sum(isinstance(one, Article) for one in found) == 2
    assert "leads out" in reasons["out.txt"]
    assert "regular" in reasons["pipe.txt"] and "regular" in reasons["nowhere.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "a.txt").chmod(0)
    (tmp_path / "b").mkdir(mode=0)
    try:
        reasons = [one.reason for one in read_sources([tmp_path]) if isinstance(one, Skipped)]
    finally:
        (tmp_path / "b").chmod(0o700)
    assert len(reasons) == 2 and all("Permission denied" in reason for reason in reasons)


@pytest.mark.parametrize("name", ["a" * 5000, "~nobody-of-that-name/x", "a\0b"])
def test_impossible_names(name: str) -> None:
    (found,) = read_sources([name])
    assert isinstance(found, Skipped) and found.source.isprintable()
