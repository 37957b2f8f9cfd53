"""The service as one ASGI app, before the page is mounted in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from rag.errors import RagError
from rag.service.completions import completions
from rag.service.failures import Failure
from rag.service.rest import rest
from rag.service.service import Service

if TYPE_CHECKING:
    from rag.settings import Settings


def service_app(service: Service, settings: Settings) -> FastAPI:
    """Every door of the API. Takes who asks from the Door that stands before it."""
    from mcp.server.transport_security import TransportSecuritySettings

    from rag.service.tools import tools

    server = tools(service)
    # Without a login, loopback is protected by the name that a browser asks for (DNS rebinding);
    # with one, whoever comes has shown who they are.
    open_to_all = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    over_http = server.streamable_http_app(
        stateless_http=True,
        json_response=True,
        host=settings.host,
        transport_security=open_to_all if settings.auth_file else None,
    )

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        async with server.session_manager.run():
            yield

    app = FastAPI(
        title="Groundwire",
        version=version("groundwire"),
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=running,
    )
    app.include_router(rest(service))
    app.include_router(completions(service))
    app.router.routes.extend(over_http.routes)
    for path in ("/api/{rest:path}", "/v1/{rest:path}"):
        app.add_api_route(path, _nothing_here, methods=_METHODS, include_in_schema=False)
    failures: tuple[Any, ...] = (RequestValidationError, HTTPException, RagError, Exception)
    for kind in failures:
        app.add_exception_handler(kind, _failed)
    return app


_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


async def _nothing_here(request: Request, rest: str) -> Response:
    line = f"{request.method} {request.url.path} does not exist; /api/openapi.json lists what does."
    return Failure(404, line).response(request.url.path)


async def _failed(request: Request, error: Exception) -> Response:
    return Failure.of(error).response(request.url.path)
