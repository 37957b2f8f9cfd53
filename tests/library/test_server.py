"""The same promises with the vectors on a Chroma server."""

from __future__ import annotations

import gc
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rag.library.doctor import examine, repair
from rag.library.library import FILE, Library
from rag.library.store import Store
from rag.library.sync import ingest
from rag.settings import Settings
from tests.conftest import Soak
from tests.fakes.hashed import HashedEmbedder
from tests.library.killing import articles_of
from tests.library.promises import assert_reads, made_article


@pytest.fixture
def url(tmp_path: Path, soak: Soak) -> Iterator[str]:
    if not soak.is_long:
        pytest.skip("a server takes its time: `make soak` runs this")
    command = Path(sys.executable).with_name("chroma")
    if not command.exists():
        pytest.skip("the command `chroma` is not installed")
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    arguments = [command, "run", "--path", tmp_path / "server", "--port", str(port)]
    server = subprocess.Popen(
        arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tmp_path
    )
    try:
        for _ in range(600):
            with closing(socket.socket()) as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
def lenient() -> Iterator[None]:
    """Chroma's HTTP client leaves its sockets to the garbage collector."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


@pytest.mark.usefixtures("lenient")
def test_an_index_on_a_server(url: str, tmp_path: Path, soak: Soak) -> None:
    settings = Settings(library=tmp_path / "library", passage_tokens=40, chroma_url=url)
    embedder = HashedEmbedder()
    ingest(settings, embedder, articles_of({1: (0, 9), 2: (0, 9)}))
    ingest(settings, embedder, articles_of({2: (1, 3), 3: (0, 9)}))
    expected = {
        f"a{n}": made_article(n, *told) for n, told in {1: (0, 9), 2: (1, 3), 3: (0, 9)}.items()
    }
    assert examine(settings).differences == ()
    with closing(Store(settings.library_path / FILE)) as store:
        store.put_meta({"settled": ""})
    assert [one.kind for one in examine(settings).differences] == ["unsettled"]
    repair(settings, embedder)
    assert examine(settings).differences == ()
    with closing(Library(settings, embedder.fingerprint)) as library:
        assert library.status()["dense_search"] == "chroma"
        assert_reads(library, embedder, expected)
    soak.tell("all of it with a Chroma server", "1 run")
