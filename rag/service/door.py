"""The door before page and API: how much a request may bring, and who it is from."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.service.failures import Failure
from rag.service.userfile import UserFile

_log = logging.getLogger(__name__)

MOST_BYTES = 1_000_000
# Seconds that a body may take to arrive, and that a wrong login waits for its answer.
_PATIENCE = 30.0
_DELAY = 1.0
_KEY = "groundwire.user"
_DOORS = ("/api", "/v1", "/mcp")
Session = Callable[[Mapping[str, str]], str | None]


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where a visitor of the page logs in: all that is shown to a stranger."""

    form: str
    # Takes the form and sets the cookies.
    action: str
    icon: str
    # The name that the cookies stand for, while that login lasts; or None.
    session: Session


class Login:
    """Checks names and passwords, two at a time: bcrypt is slow on purpose."""

    def __init__(self, file: UserFile) -> None:
        self._file = file
        self._slots = asyncio.Semaphore(2)

    async def admits(self, name: str, password: str, where: str = "the page") -> bool:
        users = self._file.users()
        if users.remembers(name, password):
            return True
        async with self._slots:
            right = await run_in_threadpool(users.know, name, password)
        if not right:
            _log.warning("A login as %r from %s failed.", name[:64], where)
            await asyncio.sleep(_DELAY)
        return right

    def hash_of(self, name: str) -> bytes | None:
        """The hash of who may come in now. A login lasts as long as it stays the same."""
        return self._file.users().hash_of(name)


class Door:
    """ASGI middleware. Without a login each client address is a user of its own."""

    def __init__(self, app: ASGIApp, login: Login | None, entrance: Entrance) -> None:
        self._app = app
        self._login = login
        self._entrance = entrance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            request = Request(scope, receive)
            admitted = await self._admit(request)
            if isinstance(admitted, Response):
                await admitted(scope, receive, send)
                return
            scope[_KEY] = admitted
            body = await _body(request)
            if isinstance(body, Failure):
                await body.response(request.url.path)(scope, receive, send)
            else:
                await self._app(scope, _replayed(body, receive), send)

    async def _admit(self, request: Request) -> str | Response:
        """Who it is, or what a stranger gets."""
        where = request.client.host if request.client else "nowhere"
        if self._login is None:
            return where
        path = request.url.path
        if not any(path == door or path.startswith(f"{door}/") for door in _DOORS):
            return self._visitor(request, where)
        given = _credentials(request.headers.get("authorization", ""))
        if given is not None and await self._login.admits(*given, where):
            return given[0]
        line = "A login is needed: HTTP Basic, or a bearer token NAME:PASSWORD."
        if given is not None:
            line = "This name with this password is not known here."
        refusal = Failure(401, line).response(path)
        refusal.headers["WWW-Authenticate"] = 'Basic realm="Groundwire", charset="UTF-8"'
        return refusal

    def _visitor(self, request: Request, where: str) -> str | Response:
        """The page knows its visitors by a cookie. The API takes none, as browsers send cookies
        along with what other sites make them ask."""
        name = self._entrance.session(request.cookies)
        if name is not None:
            return name
        path = request.url.path
        if path in (self._entrance.action, self._entrance.icon):
            return where
        if path == "/" and request.method in ("GET", "HEAD"):
            return HTMLResponse(self._entrance.form, headers={"Cache-Control": "no-store"})
        return Failure(401, "Log in first, at the front page.").response(path)


def who_asks(request: Any) -> str:
    """The user of a Starlette request that came through the door."""
    return str(request.scope[_KEY])


def _credentials(header: str) -> tuple[str, str] | None:
    """Name and password from `Basic base64(name:password)` or `Bearer name:password`."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "basic":
        try:
            value = base64.b64decode(value, validate=True).decode()
        except ValueError:
            return None
    elif scheme.lower() != "bearer":
        return None
    name, colon, password = value.strip().partition(":")
    return (name, password) if colon else None


async def _body(request: Request) -> bytes | Failure:
    """The whole body: no door takes one that is too long to hold."""
    too_large = Failure(413, f"The body is too large: {MOST_BYTES:,} bytes are the most.")
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > MOST_BYTES:
        return too_large
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(_PATIENCE):
            async for part in request.stream():
                size += len(part)
                if size > MOST_BYTES:
                    return too_large
                parts.append(part)
    except TimeoutError:
        return Failure(408, "The body did not arrive in time.")
    return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body in one piece, then whatever the client does next."""
    first = True

    async def replay() -> Message:
        nonlocal first
        if first:
            first = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return replay
