"""Ctrl-C in the commands that take long: they end at an article, with what they read stored."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.errors import LibraryError
from rag.library.library import FILE
from rag.library.store import Store

_TEXT = "The council decided on Monday to keep the old bridge {n} over the river open for a year."


def start(*arguments: str, library: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from rag.cli import main; main()", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"RAG_LIBRARY": str(library)},
    )


def articles(library: Path) -> int:
    try:
        store = Store(library / FILE)
    except LibraryError:  # Its maker has not come to its first commit.
        return 0
    try:
        return len(store.hashes())
    finally:
        store.close()


def wait_for(met: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 90
    while not met():
        if process.poll() is not None or time.monotonic() > end:
            process.kill()
            raise AssertionError(process.communicate())
        time.sleep(0.05)


def interrupt(process: subprocess.Popen[str]) -> tuple[str, str]:
    process.send_signal(signal.SIGINT)
    try:
        return process.communicate(timeout=90)
    finally:
        process.kill()


@pytest.mark.parametrize("json_out", [True, False])
def test_an_ingest_stops_at_an_article(json_out: bool, tmp_path: Path) -> None:
    rows = [json.dumps({"id": f"a{n}", "text": _TEXT.format(n=n)}) for n in range(3000)]
    (tmp_path / "dump.jsonl").write_text("\n".join(rows))
    library = tmp_path / "library"
    options = ["--json"] if json_out else []
    process = start("ingest", str(tmp_path / "dump.jsonl"), *options, library=library)
    wait_for(lambda: articles(library) > 0, process)
    out, err = interrupt(process)
    assert process.returncode == 130 and "Traceback" not in err and "Stopping" in err
    stored = articles(library)
    assert 0 < stored < 3000
    if json_out:
        found: dict[str, Any] = json.loads(out)
        assert found["stopped"] is True and found["added"] == stored
    else:
        assert "added" in out and str(stored) in out


def test_watch_adds_and_changes_until_it_is_stopped(tmp_path: Path) -> None:
    folder, library = tmp_path / "in", tmp_path / "library"
    folder.mkdir()
    (folder / "a.txt").write_text("Headline\n\n" + _TEXT.format(n=1))
    process = start("watch", str(folder), "--json", library=library)
    wait_for(lambda: articles(library) == 1, process)
    (folder / ".hidden.txt").write_text("Hidden\n\n" + _TEXT.format(n=3))
    (folder / "b.txt").write_text("Headline\n\n" + _TEXT.format(n=2))
    wait_for(lambda: articles(library) == 2, process)
    out, err = interrupt(process)
    assert process.returncode == 0 and "Traceback" not in err
    assert articles(library) == 2 and out.count('"added": 1') == 2


def test_watching_nothing_is_one_line(tmp_path: Path) -> None:
    process = start("watch", str(tmp_path / "none"), library=tmp_path / "library")
    _, err = process.communicate(timeout=90)
    assert process.returncode == 2 and "no folder" in err and len(err.strip().splitlines()) == 1
