"""With the defaults nothing leaves the machine: a process that cannot reach anything works whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_CODE = """
import socket, sys
tried = []
real = socket.socket.connect
def connect(self, address):
    if isinstance(address, tuple) and not str(address[0]).startswith(("127.", "::1")):
        tried.append(address)
        raise OSError("no network")
    return real(self, address)
def resolve(host, *rest, **more):
    if host not in ("localhost", "127.0.0.1", "::1", None):
        tried.append(host)
        raise OSError("no network")
    return real_resolve(host, *rest, **more)
real_resolve = socket.getaddrinfo
socket.socket.connect, socket.getaddrinfo = connect, resolve
from rag.pipeline import Pipeline
from rag.settings import Settings
pipeline = Pipeline(Settings.load())
assert pipeline.ask("When was the Ever Given freed?").status == "answered"
assert not pipeline.check("The fee rose by 50 cents. [1]", ["The fee rose by 25 cents."]).passed
pipeline.as_runnable()
from rag.web.app import open_page
page = open_page(Pipeline(Settings.load(port=0)))
page.close()
print("tried", tried)
"""


def test_no_connection_is_tried(corpus_library: Path) -> None:
    import os

    done = subprocess.run(
        [sys.executable, "-c", _CODE],
        capture_output=True,
        text=True,
        env=os.environ | {"RAG_LIBRARY": str(corpus_library), "OPENAI_API_KEY": "sk-test"},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "tried []" in done.stdout
