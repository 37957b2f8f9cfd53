"""Login, limits and who is who, over real HTTP."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client as GradioClient
from openai import AuthenticationError, OpenAI

from rag.pipeline import Pipeline
from rag.service.users import line_of, put
from rag.settings import Settings
from tests.fakes.browsing import served
from tests.fakes.staged import StagedPipeline

QUESTION = "Who won the World Cup final in 2022?"
NAME, PASSWORD = "anna", "correct horse"


@pytest.fixture(scope="module")
def closed(corpus_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = tmp_path_factory.mktemp("auth") / "users"
    put(file, line_of(NAME, PASSWORD))
    put(file, line_of("ben", "another password"))
    pipeline = Pipeline(Settings(library=corpus_library, port=0, auth_file=file, rate_limit=20))
    yield from served(pipeline)
    pipeline.close()


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def status_of(url: str, name: str, password: str) -> int:
    return httpx.get(f"{url}/api/status", headers=basic(name, password)).status_code


@pytest.mark.parametrize(
    "path",
    "/config /openapi.json /gradio_api/info /gradio_api/openapi.json /gradio_api/app_id /gradio_api/heartbeat/x "
    "/gradio_api/queue/data /gradio_api/file=/etc/passwd /monitoring /theme.css /assets/x /api/status /api/openapi.json "
    "/v1/models /mcp //api/status /%61pi/status".split(),
)  # fmt: skip
def test_nothing_but_the_form_is_shown_to_a_stranger(closed: str, path: str) -> None:
    response = httpx.get(closed + path)
    assert response.status_code == 401
    assert "error" in response.json()
    # A browser would put its own dialog over the page.
    assert ("www-authenticate" in response.headers) == path.startswith(
        ("/api", "/v1", "/mcp", "/%61pi")
    )


def test_the_front_page_is_the_form_and_holds_nothing_of_the_library(closed: str) -> None:
    page = httpx.get(closed)
    assert page.status_code == 200
    assert 'type="password"' in page.text
    for secret in ("gradio_api", "Meridian", "40 articles"):
        assert secret not in page.text


@pytest.mark.parametrize(
    "headers",
    [
        basic(NAME, PASSWORD),
        {"Authorization": f"Bearer {NAME}:{PASSWORD}"},
        {"Authorization": f"bearer {NAME}:{PASSWORD}"},
    ],
)
def test_basic_and_bearer_open_the_api(closed: str, headers: dict[str, str]) -> None:
    assert httpx.get(f"{closed}/api/status", headers=headers).json()["articles"] == 40


@pytest.mark.parametrize(
    "headers",
    [basic(NAME, "wrong"), basic("nobody", PASSWORD), {"Authorization": f"Bearer {PASSWORD}"}, {"Authorization": "Basic ÿ"}, {"Authorization": "Negotiate x"}],
)  # fmt: skip
def test_a_wrong_login_is_refused(closed: str, headers: dict[str, Any]) -> None:
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    assert httpx.get(f"{closed}/api/status", headers=raw).status_code == 401


def test_a_wrong_login_costs_time_and_a_line_in_the_log(
    closed: str, caplog: pytest.LogCaptureFixture
) -> None:
    begun = time.monotonic()
    httpx.get(f"{closed}/api/status", headers=basic("an\nna", "wrong"))
    assert time.monotonic() - begun > 1
    lines = [record.getMessage() for record in caplog.records if "login" in record.getMessage()]
    assert lines == ["A login as 'an\\nna' from 127.0.0.1 failed."]


def test_the_pages_cookie_opens_the_page_and_not_the_api(closed: str) -> None:
    with httpx.Client(base_url=closed) as visitor:
        assert (
            visitor.post("/login", data={"username": NAME, "password": "wrong"}).status_code == 400
        )
        assert (
            visitor.post("/login", data={"username": NAME, "password": PASSWORD}).status_code == 200
        )
        assert visitor.get("/config").status_code == 200
        # Another site could make the browser send it along.
        assert visitor.get("/api/status").status_code == 401
        visitor.get("/logout")
        assert visitor.get("/config").status_code == 401


def test_the_auth_file_is_read_again_when_it_changes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "users"
    put(file, line_of(NAME, PASSWORD))
    for url in served(StagedPipeline(auth_file=file)):
        visits = {"base_url": url, "timeout": 30}
        with httpx.Client(**visits) as visitor, httpx.Client(**visits) as other:  # type: ignore[arg-type]
            visitor.post("/login", data={"username": NAME, "password": PASSWORD})
            assert visitor.get("/config").status_code == 200
            put(file, line_of("carl", "a new password"))
            assert status_of(url, "carl", "a new password") == 200
            assert status_of(url, NAME, PASSWORD) == 200

            for broken in ("carl: half a line", ""):
                file.write_text(broken)
                assert status_of(url, "carl", "a new password") == 200
                assert visitor.get("/config").status_code == 200
            file.unlink()
            assert status_of(url, "carl", "a new password") == 200
            told = [one.getMessage() for one in caplog.records if "stay" in one.getMessage()]
            assert len(told) == 3
            assert told[0].startswith(f"Line 1 of {file} is not NAME:HASH")
            assert all("\n" not in line and "half" not in line for line in told)

            # Who is taken out is out, on the page as well; so is a login with a password of before.
            carl = {"username": "carl", "password": "a new password"}
            other.post("/login", data=carl)
            assert other.get("/config").status_code == 200
            put(file, line_of("carl", "another password"))
            assert other.get("/config").status_code == 401
            assert other.post("/login", data=carl).status_code == 400
            other.post("/login", data=carl | {"password": "another password"})
            assert other.get("/config").status_code == 200
            assert status_of(url, NAME, PASSWORD) == 401
            assert visitor.get("/config").status_code == 401
            assert status_of(url, "carl", "a new password") == 401
            assert status_of(url, "carl", "another password") == 200


def test_the_clients_of_others_log_in(closed: str) -> None:
    messages: Any = [{"role": "user", "content": QUESTION}]
    with OpenAI(base_url=f"{closed}/v1", api_key=f"{NAME}:{PASSWORD}") as client:
        made = client.chat.completions.create(model="groundwire", messages=messages)
        assert "Argentina" in (made.choices[0].message.content or "")
    with (
        OpenAI(base_url=f"{closed}/v1", api_key="sk-none") as client,
        pytest.raises(AuthenticationError, match="login is needed"),
    ):
        client.models.list()
    page = GradioClient(closed, auth=(NAME, PASSWORD), verbose=False, analytics_enabled=False)
    assert "Argentina" in page.predict(QUESTION, api_name="/ask")["answer"]


def test_each_user_has_a_rate_of_their_own_whichever_door_they_take(closed: str) -> None:
    ben = basic("ben", "another password")
    ask = {"json": {"query": "asteroid", "k": 1}, "timeout": 60}
    for _ in range(20):
        assert httpx.post(f"{closed}/api/search", headers=ben, **ask).status_code == 200  # type: ignore[arg-type]
    refused = httpx.post(f"{closed}/api/search", headers=ben, **ask)  # type: ignore[arg-type]
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    page = GradioClient(
        closed, auth=("ben", "another password"), verbose=False, analytics_enabled=False
    )
    with pytest.raises(Exception, match="20 times in a minute"):
        page.predict(QUESTION, api_name="/ask")
    assert (
        httpx.post(f"{closed}/api/search", headers=basic(NAME, PASSWORD), **ask).status_code == 200
    )  # type: ignore[arg-type]


def test_a_full_house_is_503_and_a_caller_who_hangs_up_frees_the_seat() -> None:
    slow = {"question": "slow verdicts", "stream": True}
    for url in served(StagedPipeline(concurrency=1, queue=1)):
        with httpx.Client(base_url=url, timeout=30) as client:
            with client.stream("POST", "/api/ask", json=slow) as first:
                next(first.iter_lines())
                second = threading.Thread(
                    target=lambda: client.post("/api/ask", json={"question": "verdicts"})
                )
                second.start()
                while client.get("/api/status").json()["questions"]["waiting"] == 0:
                    time.sleep(0.02)
                full = client.post("/api/ask", json=slow)
                assert (full.status_code, full.headers["retry-after"]) == (503, "5")
                assert "waiting" in full.json()["error"]
            # The first hung up in the middle of its answer; the second gets the seat at once.
            second.join(5)
            assert not second.is_alive()
            assert client.get("/api/status").json()["questions"] == {"running": 0, "waiting": 0}
