"""The REST doors over real HTTP, on the shipped corpus."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

QUESTION = "Who won the World Cup final in 2022?"
JSON = {"Content-Type": "application/json"}


def events(lines: list[str]) -> list[tuple[str, Any]]:
    names = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    data = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    return list(zip(names, data, strict=True))


def test_ask_gives_the_answer_with_its_citations(http: httpx.Client) -> None:
    answer = http.post("/api/ask", json={"question": QUESTION}).json()
    assert answer["status"] == "answered"
    assert answer["lead"]["text"] == "Argentina"
    assert answer["sentences"][0]["verdict"] == "supported"
    assert answer["citations"][0]["article"]["id"] == "2022-12-19-argentina-world-cup"


def test_filters_and_history_count(http: httpx.Client) -> None:
    early = {"question": QUESTION, "until": "2022-12-01"}
    found = http.post("/api/ask", json=early).json()
    assert all(c["article"]["published"] <= "2022-12-01" for c in found["citations"])
    outlet = {"query": "World Cup", "outlets": ["Northern Wire"]}
    hits = http.post("/api/search", json=outlet).json()["hits"]
    assert {hit["outlet"] for hit in hits} == {"Northern Wire"}
    topic = {"query": "World Cup", "topics": ["space"], "k": 50}
    hits = http.post("/api/search", json=topic).json()["hits"]
    assert len({hit["article_id"] for hit in hits}) == 3
    history = [{"question": "Who won the Berlin marathon in 2022?", "answer": "Eliud Kipchoge."}]
    after = http.post("/api/ask", json={"question": "And in what time?", "history": history}).json()
    assert "Berlin marathon" in after["query"]["text"]


@pytest.mark.parametrize("way", ["body", "header"])
def test_a_stream_has_every_step_and_ends_with_the_answer(http: httpx.Client, way: str) -> None:
    body = {"question": QUESTION, "stream": way == "body"}
    accept = {"Accept": "text/event-stream"} if way == "header" else {}
    with http.stream("POST", "/api/ask", json=body, headers=accept) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        steps = events(list(response.iter_lines()))
    assert [name for name, _ in steps] == ["retrieved", "sentence", "done"]
    (_, retrieved), (_, sentence), (_, done) = steps
    assert retrieved["hits"][0]["article_id"] == done["retrieved"][0]["article_id"]
    assert sentence["sentence"] == done["sentences"][0]
    assert sentence["citations"] == done["citations"]


def test_tokens_are_streamed_too(staged: httpx.Client) -> None:
    with staged.stream(
        "POST", "/api/ask", json={"question": "verdicts", "stream": True}
    ) as response:
        steps = events(list(response.iter_lines()))
    words = "".join(data["text"] for name, data in steps if name == "token")
    assert words.startswith("Here is what the articles say: The bank")
    assert steps[-1][0] == "done"


def test_check_and_status(http: httpx.Client) -> None:
    body = {
        "text": "The fee rose by 50 cents. [1]",
        "sources": [{"text": "The fee rose by 25 cents."}],
    }
    report = http.post("/api/check", json=body).json()
    assert report["summary"]["contradicted"] == 1
    assert report["sentences"][0]["reasons"] == ["the passage says 25, not 50"]
    status = http.get("/api/status").json()
    assert status["articles"] == 40
    assert status["questions"] == {"running": 0, "waiting": 0}
    assert "library" not in status


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"question": ""}, 422, "question: String should have at least 1 character."),
        ({"question": "  "}, 400, "The question is empty: type what you want to know."),
        ({"question": "x " * 1001}, 400, "The question has 2002 characters; 2000 are the most (setting max_question)."),
        ({"question": "who", "since": "soon"}, 422, "since: "),
        ({"question": "who", "since": "2021-01-01", "until": "2020-01-01"}, 400, "Nothing lies between"),
        ({"question": "who", "languages": []}, 422, "languages: Extra inputs are not permitted."),
        ({"question": "who", "history": [{}] * 51}, 422, "history: List should have at most 50 items"),
        ([], 422, "The body must be a JSON object"),
    ],
)  # fmt: skip
def test_a_bad_request_is_one_line(http: httpx.Client, body: Any, status: int, said: str) -> None:
    response = http.post("/api/ask", json=body)
    assert response.status_code == status
    error = response.json()["error"]
    assert error.startswith(said)
    assert "\n" not in error


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({"text": "It rose.", "published": "soon"}, "sources.1.published: Input should be a valid date or datetime, input is too short."),
        ({"title": "Ferry"}, "sources.1.text: Field required."),
        (7, "sources.1: Input should be a valid string."),
    ],
)  # fmt: skip
def test_a_bad_source_is_named_by_its_place(http: httpx.Client, source: Any, said: str) -> None:
    response = http.post(
        "/api/check", json={"text": "It rose. [1]", "sources": ["It rose.", source]}
    )
    assert (response.status_code, response.json()["error"]) == (422, said)


def test_what_is_no_json_is_refused_whoever_sends_it(http: httpx.Client) -> None:
    assert http.post("/api/ask", content="{", headers=JSON).json() == {
        "error": "The body is not JSON."
    }
    # What another site can make a browser send without asking us first.
    plain = http.post(
        "/api/ask",
        content=json.dumps({"question": QUESTION}),
        headers={"Content-Type": "text/plain"},
    )
    assert plain.status_code == 422


def test_an_unknown_path_is_named(http: httpx.Client) -> None:
    response = http.get("/api/nothing")
    assert response.status_code == 404
    assert response.json()["error"].startswith("GET /api/nothing does not exist")


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_that_is_too_large_is_refused_on_the_way(
    http: httpx.Client, announced: bool
) -> None:
    text = b'{"question": "' + b"x" * 1_000_000 + b'"}'
    pieces = (text[at : at + 65536] for at in range(0, len(text), 65536))
    response = http.post("/api/ask", content=text if announced else pieces, headers=JSON)
    assert response.status_code == 413
    assert response.json() == {"error": "The body is too large: 1,000,000 bytes are the most."}


def test_a_failure_of_the_endpoint_is_503_and_an_unforeseen_one_500_without_detail(
    staged: httpx.Client,
) -> None:
    failed = staged.post("/api/ask", json={"question": "endpoint"})
    assert (failed.status_code, failed.json()["error"]) == (
        503,
        "The endpoint at http://127.0.0.1:9 did not answer.",
    )
    broken = staged.post("/api/ask", json={"question": "broken", "stream": True})
    assert broken.status_code == 500
    assert "secret" not in broken.text


def test_the_api_describes_itself_and_the_page_does_not(http: httpx.Client) -> None:
    paths = http.get("/api/openapi.json").json()["paths"]
    assert {"/api/ask", "/api/search", "/api/check", "/api/status", "/v1/chat/completions"} <= set(
        paths
    )
    assert http.get("/openapi.json").status_code == 404


def test_every_response_carries_the_policy(http: httpx.Client) -> None:
    for path in ("/", "/api/status", "/v1/models"):
        assert "default-src 'self'" in http.get(path).headers["content-security-policy"]
