"""The page and the API in one server. Gradio is imported inside: it takes seconds."""

from __future__ import annotations

import asyncio
import os
import threading
import warnings
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from rag.output import note
from rag.settings import Settings
from rag.web.server import Server, hold

if TYPE_CHECKING:
    import socket

    from starlette.types import ASGIApp

    from rag.pipeline import Pipeline

_ASSETS = Path(__file__).parent / "assets"
# In the order in which they are laid over each other; Gradio takes these.
_STYLES = ("style.css", "asking.css", "reading.css", "evidence.css", "corpus.css")
# What Gradio would break; its first lines say how.
_HEAD_STYLES = ("frame.css", "sheet.css")
_SCRIPTS = (
    "common.js",
    "citations.js",
    "sheet.js",
    "folds.js",
    "asking.js",
    "drawer.js",
    "export.js",
    "evidence.js",
    "corpus.js",
)
_LOOPBACK = "localhost,127.0.0.1,::1"


def serve(settings: Settings) -> None:
    """Serve page and API until Ctrl-C. Raises LibraryError before anything is shown, UsageError
    for a taken port."""
    from rag.pipeline import Pipeline

    with hold(settings.host, settings.port) as held:
        pipeline = Pipeline(settings)
        # Opens the library and the models, so that the first question does not wait for them.
        pipeline.status()
        pipeline.checker()
        server = open_page(pipeline, held)
        if settings.auth_file is None and not settings.on_loopback:
            note(
                f"rag: warning: {settings.host} is open to the network and no login is asked for; "
                "set RAG_AUTH_FILE (rag user add NAME --file FILE), or listen on 127.0.0.1."
            )
        print(f"Groundwire is at {server.local_url.rstrip('/')}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            pass
        finally:
            server.close()
            pipeline.close()


def open_page(pipeline: Pipeline, held: socket.socket | None = None) -> Server:
    """Serve page and API in a thread of its own; its `local_url` answers when this returns.
    Raises UsageError where the port is taken, SettingError for a bad auth file."""

    async def made() -> ASGIApp:
        return build(pipeline)

    # Where no event loop runs, Gradio makes one of its own and never closes it.
    with ThreadPoolExecutor(1) as thread:
        app = thread.submit(asyncio.run, made()).result()
    settings = pipeline.settings
    return Server(app, settings.host, held or hold(settings.host, settings.port))


def build(pipeline: Pipeline) -> ASGIApp:
    """The whole as one app: the door, the API, and the page behind them."""
    _quiet_gradio()
    import gradio as gr

    from rag.service.app import service_app
    from rag.service.desk import Desk
    from rag.service.door import Door, Login
    from rag.service.hosts import Hosts
    from rag.service.service import Service
    from rag.service.userfile import UserFile
    from rag.web.entrance import entrance
    from rag.web.headers import Headers
    from rag.web.page import page

    settings = pipeline.settings
    desk = Desk.of(settings)
    login = Login(UserFile(settings.auth_file)) if settings.auth_file else None
    app = service_app(Service(pipeline, desk), settings)
    # It is off already; with two pages Gradio says so again.
    warnings.filterwarnings("ignore", "SSR mode is not supported", UserWarning)
    blocks = page(pipeline, desk)
    # Mounted blocks do not count as launched, and unlaunched ones take any path of this disk that a
    # visitor names as their upload: without this line /etc/passwd could be read through the page.
    blocks.has_launched = True
    gr.mount_gradio_app(
        app,
        blocks,
        "/",
        server_name=settings.host,
        auth=login.admits if login else None,
        show_error=False,
        ssr_mode=False,
        run_history=False,
        enable_monitoring=False,
        max_file_size=_largest_upload(settings),
        allowed_paths=[],
        footer_links=[],
        # Gradio's own description of its routes would be open to all.
        app_kwargs={"openapi_url": None},
        favicon_path=str(_ASSETS / "favicon.svg"),
        # The ground is --paper of style.css: it is there before Gradio has mounted.
        theme=gr.themes.Base(
            font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]
        ).set(body_background_fill="#fbfaf6", body_background_fill_dark="#15171a"),
        css_paths=[_ASSETS / name for name in _STYLES],
        head=f"<style>{_joined(_HEAD_STYLES)}</style>",
        js=_script(),
    )
    way_in = entrance(app, _joined(_STYLES + _HEAD_STYLES), login)
    return Headers(Hosts(Door(app, login, way_in), settings))


def _joined(names: Iterable[str]) -> str:
    return "\n".join((_ASSETS / name).read_text(encoding="utf-8") for name in names)


def _largest_upload(settings: Settings) -> int:
    """Bytes of one file. Where no page takes a file, none is taken."""
    return int(settings.upload_max_mb * 1_000_000) if settings.corpus_mode == "write" else 1


def _script() -> str:
    """The scripts as the one function that Gradio calls; each but the first is a block of its own."""
    return "() => {\n" + _joined(_SCRIPTS) + "\n}"


def _quiet_gradio() -> None:
    """Read by Gradio when it is imported: no analytics, no version check, no proxy to ourselves."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    for name in ("NO_PROXY", "no_proxy"):
        given = os.environ.get(name)
        os.environ[name] = f"{given},{_LOOPBACK}" if given else _LOOPBACK
