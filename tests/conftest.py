"""Real parts: the embedded model, SQLite, Chroma; no network but loopback."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.library.summary import Summary
from rag.library.sync import ingest
from rag.models.base import Embedder
from rag.models.load import load_embedder
from rag.pipeline import Pipeline
from rag.reading.reader import read_sources
from rag.sample import corpus_folder
from rag.settings import Settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="Run the long forms and print a table.")


_ROWS: pytest.StashKey[list[tuple[str, str]]] = pytest.StashKey()


class Soak:
    """How often a promise is put to the test, and what came of it."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @property
    def is_long(self) -> bool:
        return bool(self._config.getoption("--soak"))

    def rounds(self, suite: int, soak: int) -> int:
        return soak if self.is_long else suite

    def tell(self, promise: str, outcome: str) -> None:
        """A row of the table, once the promise has held."""
        self._config.stash.setdefault(_ROWS, []).append((promise, outcome))


@pytest.fixture(scope="session")
def soak(pytestconfig: pytest.Config) -> Soak:
    return Soak(pytestconfig)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if config.getoption("--soak"):
        terminalreporter.section("soak")
        terminalreporter.write_line("| promise | held in |\n|---|---|")
        for promise, outcome in config.stash.get(_ROWS, []):
            terminalreporter.write_line(f"| {promise} | {outcome} |")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Settings of whoever runs the tests stay out; so do .env and groundwire.toml."""
    for name in list(os.environ):
        if name.startswith(("RAG_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return load_embedder(Settings())


@pytest.fixture(scope="session")
def corpus_library(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """The shipped corpus, ingested once for all tests; nobody writes to it."""
    folder = tmp_path_factory.mktemp("corpus") / "library"
    ingest(Settings(library=folder), embedder, read_sources([corpus_folder()]))
    return folder


@pytest.fixture(scope="session")
def pipeline(corpus_library: Path) -> Iterator[Pipeline]:
    made = Pipeline(Settings(library=corpus_library))
    yield made
    made.close()


@pytest.fixture
def fill(tmp_path: Path, embedder: Embedder) -> Callable[..., tuple[Settings, Summary]]:
    """fill({"a.md": "..."}) makes a library of those files."""

    def make(files: dict[str, str], **settings: Any) -> tuple[Settings, Summary]:
        source = tmp_path / "articles"
        source.mkdir(exist_ok=True)
        for name, text in files.items():
            (source / name).write_text(text, encoding="utf-8")
        own = Settings(library=tmp_path / "library", **settings)
        return own, ingest(own, embedder, read_sources([source]))

    return make
