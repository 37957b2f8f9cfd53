"""The door before page and API: how much a request may bring, and who it is from."""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
from collections.abc import Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.service.failures import Failure
from rag.service.users import Users

_log = logging.getLogger(__name__)

MOST_BYTES = 1_000_000
# Seconds that a body may take to arrive, and that a wrong login waits for its answer.
_PATIENCE = 30.0
_DELAY = 1.0
_KEY = "groundwire.user"
_DOORS = ("/api", "/v1", "/mcp")
# What a visitor must reach to see the form of the login and what it is drawn with.
_FORM = frozenset(
    "/ /login /login/ /theme.css /favicon.ico /manifest.json /robots.txt "
    "/gradio_api/theme.css /gradio_api/login_check /gradio_api/login_check/".split()
)
_FORM_FOLDERS = ("/assets/", "/static/", "/svelte/")

Session = Callable[[Mapping[str, str]], str | None]


class Login:
    """Checks names and passwords, two at a time: bcrypt is slow on purpose."""

    def __init__(self, users: Users) -> None:
        self._users = users
        self._slots = asyncio.Semaphore(2)

    async def admits(self, name: str, password: str, where: str = "the page") -> bool:
        if self._users.remembers(name, password):
            return True
        async with self._slots:
            right = await run_in_threadpool(self._users.know, name, password)
        if not right:
            _log.warning("A login as %r from %s failed.", name[:64], where)
            await asyncio.sleep(_DELAY)
        return right


class Door:
    """ASGI middleware. Without a login each client address is a user of its own."""

    def __init__(self, app: ASGIApp, login: Login | None, session: Session) -> None:
        """`session` gives the name that the page's cookies stand for, or None."""
        self._app = app
        self._login = login
        self._session = session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        refused: Failure | None = None
        who = await self._who(request)
        if who is None:
            refused = Failure(401, _how_to_log_in(request))
        else:
            scope[_KEY] = who
            body = await _body(request)
            if isinstance(body, Failure):
                refused = body
            else:
                receive = _replayed(body, receive)
        if refused is not None:
            await refused.response(request.url.path)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _who(self, request: Request) -> str | None:
        where = request.client.host if request.client else "nowhere"
        if self._login is None:
            return where
        path = request.url.path
        if not any(path == door or path.startswith(f"{door}/") for door in _DOORS):
            # The page knows its visitors by a cookie; the API takes none, as browsers send cookies
            # along with what other sites make them ask.
            name = self._session(request.cookies)
            form = path in _FORM or path.startswith(_FORM_FOLDERS)
            return name or (where if form else None)
        given = _credentials(request.headers.get("authorization", ""))
        if given is None or not await self._login.admits(*given, where):
            return None
        return given[0]


def who_asks(request: Any) -> str:
    """The user of a Starlette request that came through the door."""
    return str(request.scope[_KEY])


def _credentials(header: str) -> tuple[str, str] | None:
    """Name and password from `Basic base64(name:password)` or `Bearer name:password`."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "basic":
        try:
            value = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None
    elif scheme.lower() != "bearer":
        return None
    name, colon, password = value.strip().partition(":")
    return (name, password) if colon else None


def _how_to_log_in(request: Request) -> str:
    if "authorization" in request.headers:
        return "This name with this password is not known here."
    return "A login is needed: HTTP Basic, or a bearer token NAME:PASSWORD."


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
