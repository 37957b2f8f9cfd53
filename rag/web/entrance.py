"""The form of the login, in front of the page, and whom Gradio's cookies stand for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fastapi import FastAPI
from gradio.routes import App
from starlette.routing import Mount

from rag.service.door import Entrance

_FORM = Path(__file__).parent / "assets" / "login.html"
_STYLES = "/* the page's own styles */"


def entrance(app: FastAPI, styles: str) -> Entrance:
    """`app` is what Gradio's page is mounted in."""
    page = next(route.app for route in app.routes if isinstance(route, Mount))
    assert isinstance(page, App)
    names = (f"access-token-{page.cookie_id}", f"access-token-unsecure-{page.cookie_id}")

    def session(cookies: Mapping[str, str]) -> str | None:
        tokens = (cookies.get(name) for name in names)
        return next((page.tokens[token] for token in tokens if token in page.tokens), None)

    form = _FORM.read_text(encoding="utf-8").replace(_STYLES, styles)
    return Entrance(form, "/login", "/favicon.ico", session)
