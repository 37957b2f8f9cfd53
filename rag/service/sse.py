"""Server-sent events: how an answer's steps go over the wire."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

from starlette.responses import StreamingResponse

from rag.service.failures import Failure
from rag.types import Event

# Neither a browser nor a proxy may keep what is still being written.
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def frame(data: Any, event: str | None = None) -> str:
    """
    >>> frame({"a": 1}, "done")
    'event: done\\ndata: {"a": 1}\\n\\n'
    """
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return (f"event: {event}\n" if event else "") + f"data: {text}\n\n"


def payload(event: Event) -> dict[str, Any]:
    if event.kind == "retrieved":
        query = event.query.to_dict() if event.query else None
        return {"query": query, "hits": [hit.to_dict() for hit in event.hits]}
    if event.kind == "token":
        return {"text": event.text}
    if event.kind == "sentence" and event.sentence is not None:
        cited = [citation.to_dict() for citation in event.citations]
        return {"sentence": event.sentence.to_dict(), "citations": cited}
    assert event.answer is not None
    return event.answer.to_dict()


async def opened(events: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
    """The same events, the first of them already there: what fails before it still has a status."""
    first = await anext(events)

    async def rest() -> AsyncGenerator[Event, None]:
        async with aclosing(events):
            yield first
            async for event in events:
                yield event

    return rest()


def streamed(frames: AsyncIterator[str], path: str) -> StreamingResponse:
    """A failure on the way is the last frame; the status is long gone."""

    async def guarded() -> AsyncIterator[str]:
        try:
            async for text in frames:
                yield text
        except Exception as error:
            yield frame(Failure.of(error).body(path), "error")

    return StreamingResponse(guarded(), media_type="text/event-stream", headers=_HEADERS)
