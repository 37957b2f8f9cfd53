"""A name that a stranger gave to 127.0.0.1 leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.fakes.browsing import served


@pytest.fixture(scope="module")
def proxied(corpus_library: Path) -> Iterator[str]:
    pipeline = Pipeline(Settings(library=corpus_library, port=0, allowed_hosts=("News.example",)))
    yield from served(pipeline)
    pipeline.close()


@pytest.mark.parametrize("path", ["/", "/api/status", "/config", "/mcp", "/gradio_api/info"])
@pytest.mark.parametrize("host", ["rebound.example:7860", "127.0.0.1.rebound.example", ""])
def test_a_foreign_name_is_refused_on_loopback(url: str, path: str, host: str) -> None:
    response = httpx.get(url + path, headers={"Host": host})
    assert response.status_code == 421 and "RAG_ALLOWED_HOSTS" in response.text


@pytest.mark.parametrize("host", ["localhost:7860", "127.0.0.1", "[::1]:7860"])
def test_its_own_names_are_answered(url: str, host: str) -> None:
    assert httpx.get(url + "/api/status", headers={"Host": host}).status_code == 200


def test_a_proxy_may_call_it_by_the_name_that_was_set(proxied: str) -> None:
    called = [
        httpx.get(proxied + "/api/status", headers={"Host": host}).status_code
        for host in ("news.example", "other.example", "localhost")
    ]
    assert called == [200, 421, 200]
