"""A disk that is full, a file that may not grow, a folder that is read-only: one line says so, the
old library answers as before, and a second run completes."""

from __future__ import annotations

import multiprocessing
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from rag.cli.app import main
from rag.errors import LibraryError
from rag.library.library import FILE
from rag.library.store import Store
from tests.conftest import Soak
from tests.fakes.hashed import HashedEmbedder
from tests.library.killing import Step, apply, articles_of, carry_out
from tests.library.promises import (
    assert_promises,
    assert_settled,
    clean_digest,
    digest_of,
)

OLD: Step = dict.fromkeys(range(20), (0, 30))
NEW: Step = dict.fromkeys(range(10, 60), (1, 40)) | {0: None}


@contextmanager
def mounted(target: Path, *arguments: str) -> Iterator[None]:
    """Skips the test where this user may not mount."""
    target.mkdir(exist_ok=True)
    command = ["mount", *arguments, str(target)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no `mount` here")
    if done.returncode:
        pytest.skip(f"mounting is not allowed here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(target)], check=True)


def _write(folder: Path, said: Path, limit: int | None) -> None:
    """As the command does it: errors of ours become one line and an exit code."""
    sys.stderr = said.open("w")
    if limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    main(lambda: carry_out(folder, NEW))


def write(folder: Path, said: Path, limit: int | None = None) -> int:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["chromadb", "tests.library.killing"])
    process = context.Process(target=_write, args=(folder, said, limit))
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def assert_failed_well(folder: Path, said: Path, code: int) -> None:
    """One line and exit code 3; each article is there whole, as it was or as it shall be."""
    lines = said.read_text().splitlines()
    assert code == 3 and len(lines) == 1 and lines[0].startswith("rag: "), (code, lines)
    old = {a.id: a for a in articles_of(OLD)}
    new = {a.id: a for a in articles_of(apply(OLD, NEW))}
    with closing(Store(folder / FILE)) as store:
        texts = {article.id: article.text for article in store.articles()}
    assert texts.keys() >= old.keys() - {"a0"}
    mixed = {
        key: new[key] if key in new and new[key].text == text else old[key]
        for key, text in texts.items()
    }
    assert_promises(folder, HashedEmbedder(), mixed)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The digest of what the library shall be in the end."""
    folder = tmp_path_factory.mktemp("clean") / "library"
    return clean_digest(folder, HashedEmbedder(), articles_of(apply(OLD, NEW)))


def finish(folder: Path, clean: str) -> None:
    carry_out(folder, NEW)
    assert_settled(folder, HashedEmbedder())
    assert digest_of(folder) == clean


def test_a_full_disk(tmp_path: Path, soak: Soak, clean: str) -> None:
    levels = soak.rounds(3, 20)
    failed = 0
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=8m", "tmpfs"):
        for level in range(levels):
            folder = tmp_path / "disk" / f"library{level}"
            carry_out(folder, OLD)
            # From not a byte to about what the new articles take.
            left = 1_200_000 * level // levels
            room = os.statvfs(folder)
            ballast = folder.with_name("ballast")
            ballast.write_bytes(b"0" * max(0, room.f_bavail * room.f_frsize - left))
            code = write(folder, tmp_path / "said")
            if code:
                failed += 1
                assert_failed_well(folder, tmp_path / "said", code)
            ballast.unlink()
            finish(folder, clean)
            subprocess.run(["rm", "-rf", str(folder)], check=True)
    assert failed >= levels / 3
    soak.tell(
        "a full disk: one line, the old library answers, a second run completes",
        f"{levels} levels on a tmpfs, {failed} of them too full",
    )


def test_a_file_that_may_not_grow(tmp_path: Path, soak: Soak, clean: str) -> None:
    levels, failed = soak.rounds(3, 20), 0
    for level in range(levels):
        folder = tmp_path / f"library{level}"
        carry_out(folder, OLD)
        code = write(folder, tmp_path / "said", 20_000 + 1_200_000 * level // levels)
        if code:
            failed += 1
            assert_failed_well(folder, tmp_path / "said", code)
        finish(folder, clean)
    assert failed >= levels / 3
    soak.tell(
        "writing fails with an I/O error: the same",
        f"{levels} limits to the size of a file, {failed} of them too small",
    )


def test_a_read_only_library_answers_and_says_why_it_takes_nothing(tmp_path: Path) -> None:
    folder, view = tmp_path / "library", tmp_path / "view"
    carry_out(folder, OLD)
    expected = {a.id: a for a in articles_of(OLD)}
    with read_only(folder, view) as place:
        assert_promises(place, HashedEmbedder(), expected)
        with pytest.raises(LibraryError, match=r"cannot be written.*can be asked"):
            carry_out(place, NEW)
        assert_promises(place, HashedEmbedder(), expected)


@contextmanager
def read_only(folder: Path, view: Path) -> Iterator[Path]:
    """Root may write to anything but a read-only mount; for others it is a matter of rights."""
    if os.geteuid() == 0:
        with mounted(view, "--bind", str(folder)):
            command = ["mount", "-o", "remount,bind,ro", str(view)]
            if subprocess.run(command, capture_output=True, check=False).returncode:
                pytest.skip("a read-only mount is not allowed here")
            yield view
        return
    everything = [folder, *folder.rglob("*")]
    for path in everything:
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        yield folder
    finally:
        for path in everything:
            path.chmod(path.stat().st_mode | 0o200)
