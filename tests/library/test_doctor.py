"""Every difference between library and index is named, and mended without a trace."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from rag.errors import LibraryError
from rag.library.doctor import Difference, examine, repair
from rag.library.library import FILE, Library
from rag.library.record import Described
from rag.library.settled import index_name
from rag.library.store import Store
from rag.library.vectors import VectorStore
from tests.conftest import Soak
from tests.fakes.hashed import HashedEmbedder
from tests.library.killing import articles_of, carry_out
from tests.library.promises import (
    assert_promises,
    assert_settled,
    digest_of,
    settings_of,
)

Damage = Callable[[Path, random.Random], set[Difference]]
# More than a thousand passages: Chroma writes part of its files only then.
STATE = dict.fromkeys(range(60), (0, 60))


def place_of(folder: Path) -> tuple[Path, list[str]]:
    """Where the index lies, and all vector ids."""
    with closing(Store(folder / FILE)) as store:
        return folder / index_name(store), store.vector_ids()


def lose_vectors(folder: Path, chance: random.Random) -> set[Difference]:
    place, ids = place_of(folder)
    lost = chance.sample(ids, chance.randrange(1, 9))
    with closing(VectorStore(place, None)) as index:
        index.delete(lost)
    return {Difference("missing", key) for key in lost}


def add_vectors(folder: Path, chance: random.Random) -> set[Difference]:
    place, _ = place_of(folder)
    added = [f"stranger-{chance.randrange(10**9)}" for _ in range(chance.randrange(1, 9))]
    with closing(VectorStore(place, None)) as index:
        index.add(added, HashedEmbedder().embed(added), [Described(0, "")] * len(added))
    return {Difference("extra", key) for key in added}


def swap_vectors(folder: Path, chance: random.Random) -> set[Difference]:
    place, ids = place_of(folder)
    swapped = chance.sample(ids, chance.randrange(2, 9))
    with closing(VectorStore(place, None)) as index:
        held = index.get(swapped)
        index.delete(swapped)
        turned = np.stack([held[key] for key in [*swapped[1:], swapped[0]]])
        index.add(swapped, turned, [Described(0, "")] * len(swapped))
    return {Difference("wrong", key) for key in swapped}


def delete_folder(folder: Path, chance: random.Random) -> set[Difference]:
    place, ids = place_of(folder)
    shutil.rmtree(place)
    return {Difference("missing", key) for key in ids}


def cut_file(folder: Path, chance: random.Random) -> set[Difference]:
    place, _ = place_of(folder)
    file = chance.choice([file for file in sorted(place.glob("*/*")) if file.stat().st_size])
    with file.open("r+b") as opened:
        opened.truncate(int(file.stat().st_size * chance.random()))
    return {Difference("changed", f"{place.name}/{file.relative_to(place).as_posix()}")}


def cut_database_of_the_index(folder: Path, chance: random.Random) -> set[Difference]:
    place, _ = place_of(folder)
    with (place / "chroma.sqlite3").open("r+b") as opened:
        opened.truncate(chance.randrange(20_000, 200_000))
    return set()


def lose_stored_vectors(folder: Path, chance: random.Random) -> set[Difference]:
    with closing(sqlite3.connect(folder / FILE)) as db:
        rows = db.execute("SELECT id, vector_id FROM passages ORDER BY id").fetchall()
        lost = chance.sample(rows, chance.randrange(1, 9))
        db.executemany("DELETE FROM vectors WHERE vector_id = ?", [(key,) for _, key in lost])
        db.commit()
    return {Difference("bare", passage_id) for passage_id, _ in lost}


DAMAGES: list[Damage] = [
    lose_vectors,
    add_vectors,
    swap_vectors,
    delete_folder,
    cut_file,
    cut_database_of_the_index,
    lose_stored_vectors,
]


def test_every_damage_is_named_and_mended(tmp_path: Path, soak: Soak) -> None:
    folder, embedder = tmp_path / "library", HashedEmbedder()
    carry_out(folder, STATE)
    whole, articles = digest_of(folder), {a.id: a for a in articles_of(STATE)}
    rounds = soak.rounds(len(DAMAGES), 50)
    for seed in range(rounds):
        damage = DAMAGES[seed % len(DAMAGES)]
        inflicted = damage(folder, random.Random(seed))
        found = examine(settings_of(folder))
        assert found.differences and inflicted <= set(found.differences), damage.__name__
        repair(settings_of(folder), embedder)
        assert_settled(folder, embedder)
        assert digest_of(folder) == whole
    assert_promises(folder, embedder, articles)
    soak.tell("the doctor names every damage and mends all", f"{rounds} damages of 7 kinds")


@pytest.mark.parametrize("damage", [delete_folder, cut_file, cut_database_of_the_index])
def test_a_damaged_index_fails_no_search(damage: Damage, tmp_path: Path) -> None:
    folder, embedder = tmp_path / "library", HashedEmbedder()
    state = dict.fromkeys(range(3), (0, 60))
    carry_out(folder, state)
    damage(folder, random.Random(1))
    assert_promises(folder, embedder, {a.id: a for a in articles_of(state)})


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_cut_library_file_is_refused_by_name(share: float, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    carry_out(folder, dict.fromkeys(range(20), (0, 20)))
    file = folder / FILE
    with file.open("r+b") as opened:
        opened.truncate(int(file.stat().st_size * share))
    for opening in (
        lambda: Library(settings_of(folder), "hashed/1"),
        lambda: carry_out(folder, {}),
        lambda: examine(settings_of(folder)),
    ):
        with pytest.raises(LibraryError, match=r"library\.sqlite3.*damaged|malformed") as refused:
            opening()
        assert refused.value.exit_code == 3 and "\n" not in str(refused.value)


def test_an_overwritten_page_is_refused_not_half_read(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    carry_out(folder, dict.fromkeys(range(20), (0, 20)))
    file = folder / FILE
    pages = file.stat().st_size // 4096
    refused = 0
    for page in range(1, pages):
        raw = bytearray(file.read_bytes())
        kept = bytes(raw)
        raw[page * 4096 : page * 4096 + 16] = b"\xff" * 16
        file.write_bytes(raw)
        try:
            Library(settings_of(folder), "hashed/1").close()
        except LibraryError as error:
            assert "library.sqlite3" in str(error)
            refused += 1
        file.write_bytes(kept)
    # What is left are pages of free space and of long texts, which bear no structure at their head.
    assert refused > pages / 2
