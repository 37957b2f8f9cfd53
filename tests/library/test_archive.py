"""A library as one file: the same bytes again, and nothing of a hostile one gets in."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.errors import ReadError, UsageError
from rag.library.archive import export_library, import_library
from rag.library.library import FILE
from tests.fakes.hashed import HashedEmbedder
from tests.library.killing import articles_of, carry_out
from tests.library.promises import assert_promises, assert_settled, digest_of, settings_of

STATE = dict.fromkeys(range(6), (0, 20))
Row = dict[str, Any]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "library"
    carry_out(folder, STATE)
    return folder


@pytest.fixture
def archive(library: Path, tmp_path: Path) -> Path:
    file = tmp_path / "library.gw"
    assert export_library(settings_of(library), file) == len(STATE)
    return file


def sealed(rows: list[Row]) -> bytes:
    lines = [json.dumps(row).encode() + b"\n" for row in rows]
    seal = json.dumps({"sha256": hashlib.sha256(b"".join(lines)).hexdigest()}).encode()
    return gzip.compress(b"".join(lines) + seal + b"\n")


def rows_of(archive: Path) -> list[Row]:
    return [json.loads(line) for line in gzip.decompress(archive.read_bytes()).splitlines()][:-1]


def test_an_archive_of_before_has_its_stories_told_anew(archive: Path, tmp_path: Path) -> None:
    head, *rows = rows_of(archive)
    old = [{**head, "format": 1}, *({**row, "story": rows[0]["id"]} for row in rows)]
    file = tmp_path / "old.gw"
    file.write_bytes(sealed(old))
    import_library(settings_of(tmp_path / "there"), file)
    again = tmp_path / "again.gw"
    export_library(settings_of(tmp_path / "there"), again)
    assert [r["story"] for r in rows_of(again)[1:]] == [r["story"] for r in rows]


def test_there_and_back_gives_the_same_bytes(archive: Path, library: Path, tmp_path: Path) -> None:
    there = settings_of(tmp_path / "there")
    assert import_library(there, archive) == len(STATE)
    assert digest_of(tmp_path / "there") == digest_of(library)
    assert_settled(tmp_path / "there", HashedEmbedder())
    again = tmp_path / "again.gw"
    export_library(there, again)
    assert again.read_bytes() == archive.read_bytes()
    # Where an article lay on the disk of the exporter is nobody's business.
    assert b"/made/" not in gzip.decompress(archive.read_bytes())


def test_a_library_that_holds_articles_takes_no_archive(archive: Path, library: Path) -> None:
    with pytest.raises(UsageError, match="choose a new folder"):
        import_library(settings_of(library), archive)
    assert_promises(library, HashedEmbedder(), {a.id: a for a in articles_of(STATE)})


def first(key: str, value: object) -> Callable[[list[Row]], None]:
    return lambda rows: rows[1].update({key: value})


def passage(at: int, value: object) -> Callable[[list[Row]], None]:
    return lambda rows: rows[1]["passages"][0].__setitem__(at, value)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda rows: rows[0].update(format=3), "format 2"),
        (lambda rows: rows[0].update(embedder=None), "which embedder"),
        (lambda rows: rows.append(rows[1]), "does not agree"),
        (lambda rows: rows.append({**rows[1], "id": "other"}), "does not agree"),
        (first("id", ""), "'id'"),
        (first("id", ["x"]), "'id'"),
        (first("title", "\ud800"), "half a character"),
        (first("text", "x" * 5_000_001), "'text'"),
        (first("published", "yesterday"), "'published'"),
        (first("topics", "a,b"), "'topics'"),
        (first("passages", []), "no passages"),
        (first("passages", [["p"]]), "passage 0"),
        (first("vectors", "AAAA"), "one for each passage"),
        (first("vectors", "not base64!"), "one for each passage"),
        (passage(1, -1), "outside"),
        (passage(2, 10**9), "outside"),
        (passage(3, [[0, 10**9]]), "outside"),
        (passage(0, "p" * 101), "passage id"),
    ],
)
def test_a_hostile_archive_is_refused_whole(
    spoil: Callable[[list[Row]], None], said: str, archive: Path, tmp_path: Path
) -> None:
    rows = rows_of(archive)
    spoil(rows)
    archive.write_bytes(sealed(rows))
    assert_refused(archive, tmp_path, said)


def test_a_cut_or_changed_archive_is_refused_whole(archive: Path, tmp_path: Path) -> None:
    whole = archive.read_bytes()
    lines = gzip.decompress(whole)
    for raw, said in [
        (b"", "damaged"),
        (b"no gzip at all", "cannot be read"),
        (whole[: len(whole) // 2], "damaged"),
        (whole[:-9], "damaged"),
        (gzip.compress(lines.replace(b"edition 0", b"edition 1", 1)), "damaged"),
        (gzip.compress(lines + b'{"more": 1}\n'), "damaged"),
        (gzip.compress(b"[" * 100_000), "damaged"),
        (gzip.compress(b"0" * 200_000_000), "no archive|damaged"),
    ]:
        archive.write_bytes(raw)
        assert_refused(archive, tmp_path, said)


def assert_refused(archive: Path, tmp_path: Path, said: str) -> None:
    with pytest.raises(ReadError, match=said) as refused:
        import_library(settings_of(tmp_path / "there"), archive)
    assert "\n" not in str(refused.value)
    if (tmp_path / "there" / FILE).exists():
        assert_promises(tmp_path / "there", HashedEmbedder(), {})
