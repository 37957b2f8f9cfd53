"""REST: /api/ask, /api/search, /api/check, /api/status."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from rag.service.bodies import AskBody, CheckBody, SearchBody
from rag.service.door import who_asks
from rag.service.service import Service
from rag.service.sse import frame, opened, payload, streamed


class Problem(BaseModel):
    """One line: what was wrong, and what to do."""

    error: str


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": text}
    for status, text in {
        400: "The question, a date or an outlet cannot be.",
        401: "A login is needed, or it is wrong.",
        413: "The body is too large.",
        422: "The body is not what is expected.",
        429: "Asked too often; see Retry-After.",
        503: "Too many are waiting, or the library or the model is unusable.",
    }.items()
}


def rest(service: Service) -> APIRouter:
    routes = APIRouter(prefix="/api", responses=_PROBLEMS)

    @routes.post("/ask", summary="Answer a question, each sentence cited and checked")
    async def ask(body: AskBody, request: Request) -> Response:
        asked = (who_asks(request), body.question, body.turns(), body.given())
        if body.stream or "text/event-stream" in request.headers.get("accept", ""):
            events = await opened(service.events(*asked))

            async def frames() -> AsyncIterator[str]:
                async for event in events:
                    yield frame(payload(event), event.kind)

            return streamed(frames(), request.url.path)
        return JSONResponse((await service.answer(*asked)).to_dict())

    @routes.post("/search", summary="The passages that a question would be answered from")
    async def search(body: SearchBody, request: Request) -> Response:
        found = await service.search(who_asks(request), body.query, body.k, body.given())
        hits = [hit.to_dict() for hit in found.hits]
        return JSONResponse({"query": found.query.to_dict(), "hits": hits})

    @routes.post("/check", summary="A verdict on every sentence of a text")
    async def check(body: CheckBody, request: Request) -> Response:
        report = await service.check(who_asks(request), body.text, body.contexts())
        return JSONResponse(report.to_dict())

    @routes.get("/status", summary="What the library holds and how busy the service is")
    async def status() -> Response:
        return JSONResponse(await service.status())

    return routes
