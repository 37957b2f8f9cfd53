"""OpenAI-compatible: /v1/chat/completions and /v1/models."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from rag.errors import UsageError
from rag.service.bodies import ChatBody, Message
from rag.service.door import who_asks
from rag.service.failures import OPENAI
from rag.service.service import Service
from rag.service.sse import frame, opened, streamed
from rag.types import Event

MODEL = "groundwire"


def completions(service: Service) -> APIRouter:
    routes = APIRouter(prefix=OPENAI)

    @routes.get("/models", summary="The one model that there is")
    async def models() -> Response:
        return JSONResponse({"object": "list", "data": [_model()]})

    @routes.get("/models/{name}", summary="The same, by its name")
    async def model(name: str) -> Response:
        _known(name)
        return JSONResponse(_model())

    @routes.post("/chat/completions", summary="A chat completion as OpenAI's clients ask for it")
    async def complete(body: ChatBody, request: Request) -> Response:
        _known(body.model)
        history, question = _turns(body.messages)
        asked = (who_asks(request), question, history, body.given())
        head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": MODEL}
        if body.stream:
            events = await opened(service.events(*asked))
            return streamed(_chunks(events, head, service.holds_back), request.url.path)
        answer = await service.answer(*asked)
        message = {"role": "assistant", "content": answer.text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return JSONResponse(
            head
            | {"object": "chat.completion", "choices": [choice], "groundwire": answer.to_dict()}
        )

    return routes


class Delta:
    """What to send of each event, so that the pieces together are the answer's text.

    Unchecked tokens are not sent: a client that shows them could not take them back.
    """

    def __init__(self, holds_back: bool) -> None:
        self._holds_back = holds_back
        self._sent = ""
        self._any = False

    def of(self, event: Event) -> str:
        if event.kind == "retrieved":
            # A second one starts the answer anew.
            self._sent = ""
            return ""
        if event.answer is not None:
            return self._up_to(event.answer.text)
        sentence = event.sentence
        if sentence is None or sentence.removed or self._holds_back:
            return ""
        return self._up_to(f"{self._sent} {sentence.marked}".strip())

    def _up_to(self, text: str) -> str:
        goes_on = bool(self._sent) and text.startswith(self._sent)
        delta = text[len(self._sent) :] if goes_on else ("\n\n" if self._any else "") + text
        self._sent, self._any = text, self._any or bool(text)
        return delta


async def _chunks(
    events: AsyncGenerator[Event, None], head: dict[str, Any], holds_back: bool
) -> AsyncIterator[str]:
    def chunk(delta: dict[str, Any], finish: str | None = None, **extra: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return frame(head | {"object": "chat.completion.chunk", "choices": [choice], **extra})

    deltas = Delta(holds_back)
    yield chunk({"role": "assistant", "content": ""})
    async for event in events:
        text = deltas.of(event)
        if text:
            yield chunk({"content": text})
        if event.answer is not None:
            yield chunk({}, "stop", groundwire=event.answer.to_dict())
    yield frame("[DONE]")


def _model() -> dict[str, Any]:
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}


def _known(name: str) -> None:
    if name != MODEL:
        raise HTTPException(404, f"The model {name!r} does not exist; this server has {MODEL!r}.")


def _turns(messages: list[Message]) -> tuple[list[dict[str, str]], str]:
    """What was said before, and the question. What a system message wants is not taken: the
    answer's rules are this server's."""
    said = [m for m in messages if m.role in ("user", "assistant")]
    if not said or said[-1].role != "user":
        raise UsageError("The last message must be the user's question.")
    history = [{"role": m.role, "content": m.text} for m in said[:-1]]
    return history, said[-1].text
