"""One server for all, on a real library; and one that fails as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.fakes.browsing import served
from tests.fakes.staged import StagedPipeline


@pytest.fixture(scope="session")
def url(corpus_library: Path) -> Iterator[str]:
    pipeline = Pipeline(Settings(library=corpus_library, port=0))
    yield from served(pipeline)
    pipeline.close()


@pytest.fixture(scope="session")
def staged_url() -> Iterator[str]:
    yield from served(StagedPipeline())


@pytest.fixture
def http(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=60) as client:
        yield client


@pytest.fixture
def staged(staged_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=staged_url, timeout=60) as client:
        yield client
