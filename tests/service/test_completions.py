"""The OpenAI-compatible door, by OpenAI's own client."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import openai
import pytest
from openai import OpenAI

from rag.service.completions import Delta
from rag.types import Event, Sentence, Verdict
from tests.fakes.staged import RATE, every_verdict

QUESTION = "Who won the World Cup final in 2022?"


@pytest.fixture
def client(url: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as made:
        yield made


def test_the_one_model_is_listed(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["groundwire"]
    assert client.models.retrieve("groundwire").id == "groundwire"


def test_a_completion_has_markers_and_the_answer_beside_it(client: OpenAI) -> None:
    made = client.chat.completions.create(
        model="groundwire",
        temperature=0.3,
        messages=[
            {"role": "system", "content": "Answer in French."},
            {"role": "user", "content": [{"type": "text", "text": QUESTION}]},
        ],
    )
    text = made.choices[0].message.content or ""
    assert text.endswith("[1]")
    extra = (made.model_extra or {})["groundwire"]
    assert extra["answer"] == text
    assert extra["citations"][0]["n"] == 1
    assert extra["sentences"][0]["verdict"] == "supported"


def test_earlier_messages_are_the_history_and_filters_go_beside(client: OpenAI) -> None:
    made = client.chat.completions.create(
        model="groundwire",
        messages=[
            {"role": "user", "content": "Who won the Berlin marathon in 2022?"},
            {"role": "assistant", "content": "Eliud Kipchoge. [1]"},
            {"role": "user", "content": "And in what time?"},
        ],
        extra_body={"until": "2022-12-31"},
    )
    query = (made.model_extra or {})["groundwire"]["query"]
    assert "Berlin marathon" in query["text"]
    assert query["until"] == "2022-12-31"


def test_a_stream_adds_up_to_the_same_text(client: OpenAI) -> None:
    chunks = list(
        client.chat.completions.create(
            model="groundwire", messages=[{"role": "user", "content": QUESTION}], stream=True
        )
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert (chunks[-1].model_extra or {})["groundwire"]["answer"] == text
    assert text.endswith("[1]")


def test_errors_are_openais(client: OpenAI) -> None:
    with pytest.raises(
        openai.NotFoundError, match="'gpt-9' does not exist; this server has 'groundwire'"
    ):
        client.chat.completions.create(model="gpt-9", messages=[{"role": "user", "content": "x"}])
    with pytest.raises(openai.BadRequestError, match="last message"):
        client.chat.completions.create(
            model="groundwire", messages=[{"role": "assistant", "content": "x"}]
        )
    with pytest.raises(openai.UnprocessableEntityError) as caught:
        client.chat.completions.create(model="groundwire", messages=[])
    body = caught.value.body
    assert isinstance(body, dict)
    assert body["type"] == "invalid_request_error"
    assert body["message"].startswith("messages: ")


def test_an_error_of_a_stream_has_its_status(staged_url: str) -> None:
    with (
        OpenAI(base_url=f"{staged_url}/v1", api_key="none", max_retries=0) as client,
        pytest.raises(openai.InternalServerError, match="did not answer"),
    ):
        client.chat.completions.create(
            model="groundwire", messages=[{"role": "user", "content": "endpoint"}], stream=True
        )


def said(events: list[Event], holds_back: bool = False) -> str:
    deltas = Delta(holds_back)
    return "".join(deltas.of(event) for event in events)


def steps() -> list[Event]:
    answer = every_verdict()
    sentences = [
        Event("sentence", sentence=s, citations=answer.citations) for s in answer.sentences
    ]
    return [
        Event("retrieved"),
        Event("token", text="Unchecked [7]"),
        *sentences,
        Event("done", answer=answer),
    ]


def test_only_checked_sentences_are_said_and_removed_ones_are_not() -> None:
    assert said(steps()) == every_verdict().text
    assert "resigned" not in said(steps())


def test_an_answer_that_starts_anew_follows_in_a_paragraph_of_its_own() -> None:
    first = Event("sentence", sentence=Sentence("It began", (), Verdict.UNCITED))
    assert said([Event("retrieved"), first, *steps()]) == f"It began\n\n{every_verdict().text}"


def test_a_refusal_takes_nothing_back_that_was_said() -> None:
    refused = replace(every_verdict(), sentences=(Sentence("No.", (), Verdict.NOT_A_CLAIM),))
    events = [*steps()[:-1], Event("done", answer=refused)]
    assert said(events, holds_back=True) == "No."
    assert RATE.split()[0] in said(events)
    assert said(events).endswith("\n\nNo.")
