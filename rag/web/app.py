"""The server of the chat. Gradio is imported inside: it takes seconds."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import UsageError
from rag.settings import Settings

if TYPE_CHECKING:
    import gradio as gr

    from rag.pipeline import Pipeline

_ASSETS = Path(__file__).parent / "assets"
# In the order in which they are laid over each other.
_STYLES = ("style.css", "asking.css")
_SCRIPTS = ("citations.js", "asking.js", "drawer.js")
_LOOPBACK = "localhost,127.0.0.1,::1"


def serve(settings: Settings) -> None:
    """Serve the chat until Ctrl-C. Raises LibraryError before anything is shown, UsageError for a
    taken port."""
    from rag.pipeline import Pipeline

    port = _free_port(settings.host, settings.port)
    pipeline = Pipeline(settings.model_copy(update={"port": port}))
    # Opens the library and the models, so that the first question does not wait for them.
    pipeline.status()
    pipeline.checker()
    page = open_page(pipeline)
    print(f"Groundwire is at {str(page.local_url).rstrip('/')}", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        page.close(verbose=False)
        pipeline.close()


def open_page(pipeline: Pipeline) -> gr.Blocks:
    """Serve the page in a thread of its own; its `local_url` answers when this returns.
    Raises UsageError where the port is taken."""
    settings = pipeline.settings
    port = _free_port(settings.host, settings.port)
    page = build(pipeline)
    import gradio as gr

    from rag.web.headers import only_us

    try:
        page.launch(
            server_name=settings.host,
            server_port=port,
            prevent_thread_lock=True,
            quiet=True,
            show_error=False,
            share=False,
            ssr_mode=False,
            run_history=False,
            enable_monitoring=False,
            # Nothing on this page takes a file, so none is taken.
            max_file_size=1,
            allowed_paths=[],
            footer_links=[],
            app_kwargs={"middleware": only_us()},
            favicon_path=_ASSETS / "favicon.svg",
            theme=gr.themes.Base(
                font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]
            ),
            css_paths=[_ASSETS / name for name in _STYLES],
            js=_script(),
        )
    except OSError:
        raise _taken(settings.host, port) from None
    return page


def build(pipeline: Pipeline) -> gr.Blocks:
    """The page, not yet served."""
    _quiet_gradio()
    from rag.web.page import page

    return page(pipeline)


def _script() -> str:
    """The scripts as the one function that Gradio calls; each is a block of its own."""
    bodies = [(_ASSETS / name).read_text(encoding="utf-8") for name in _SCRIPTS]
    return "() => {\n" + "\n".join(bodies) + "\n}"


def _quiet_gradio() -> None:
    """Read by Gradio when it is imported: no analytics, no version check, no proxy to ourselves."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    for name in ("NO_PROXY", "no_proxy"):
        given = os.environ.get(name)
        os.environ[name] = f"{given},{_LOOPBACK}" if given else _LOOPBACK


def _free_port(host: str, port: int) -> int:
    """The port itself, or any free one for 0."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # Else a port that was just given up counts as taken for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise _taken(host, port) from None
        return int(probe.getsockname()[1])


def _taken(host: str, port: int) -> UsageError:
    return UsageError(f"Port {port} on {host} cannot be used; choose another with --port.")
