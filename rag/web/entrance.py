"""The form of the login, in front of the page, and whom Gradio's cookies stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from fastapi import FastAPI
from gradio.routes import App
from starlette.routing import Mount

from rag.service.door import Entrance, Login

_FORM = Path(__file__).parent / "assets" / "login.html"
_STYLES = "/* the page's own styles */"


class _Sessions(dict[str, str]):
    """Gradio's own table of tokens and names. A session ends when the line of its user in the auth
    file is gone or another."""

    def __init__(self, hash_of: Callable[[str], bytes | None]) -> None:
        super().__init__()
        self._hash_of = hash_of
        self._hashes: dict[str, bytes | None] = {}

    def __setitem__(self, token: str, name: str) -> None:
        self._hashes[token] = self._hash_of(name)
        super().__setitem__(token, name)

    def __delitem__(self, token: str) -> None:
        super().__delitem__(token)
        del self._hashes[token]

    def holder(self, token: str) -> str | None:
        name = self.get(token)
        if name is None or self._hashes[token] is None:
            return None
        return name if self._hashes[token] == self._hash_of(name) else None


def entrance(app: FastAPI, styles: str, login: Login | None) -> Entrance:
    """`app` is what Gradio's page is mounted in."""
    page = next(route.app for route in app.routes if isinstance(route, Mount))
    assert isinstance(page, App)
    names = (f"access-token-{page.cookie_id}", f"access-token-unsecure-{page.cookie_id}")

    sessions = _Sessions(login.hash_of if login else lambda name: None)
    page.tokens = sessions

    def session(cookies: Mapping[str, str]) -> str | None:
        held = (sessions.holder(cookies[name]) for name in names if name in cookies)
        return next((name for name in held if name is not None), None)

    form = _FORM.read_text(encoding="utf-8").replace(_STYLES, styles)
    return Entrance(form, "/login", "/favicon.ico", session)
