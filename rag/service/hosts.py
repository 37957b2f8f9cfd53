"""Who the server answers to, by the name that it was called: the defence against DNS rebinding."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag.settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_OWN = frozenset({"localhost", "127.0.0.1", "::1"})


class Hosts:
    """On loopback, only its own names and those of the setting `allowed_hosts` are answered."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._checked = settings.on_loopback or bool(settings.allowed_hosts)
        named = {name.casefold() for name in settings.allowed_hosts}
        self._known = named | _OWN | {settings.host.casefold()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and self._checked:
            called = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
            if _name(called) not in self._known:
                from starlette.responses import PlainTextResponse

                line = "This server does not go by that name; RAG_ALLOWED_HOSTS says which it has."
                await PlainTextResponse(line, 421)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _name(host: str) -> str | None:
    """
    >>> _name("LocalHost:7860"), _name("[::1]:80"), _name("")
    ('localhost', '::1', None)
    """
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
