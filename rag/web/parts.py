"""What every page is put together from: our own HTML, and events that show no sign of Gradio's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

# No progress of Gradio's own over our parts, and no place among its public endpoints.
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
# Outside the queue as well: neither waits for a running answer nor takes its place.
AT_ONCE: dict[str, Any] = {"queue": False, **QUIET}


def html(value: str | Callable[[], str], name: str) -> gr.HTML:
    """Without Gradio's own type styles: ours are a design of their own."""
    return gr.HTML(value, elem_id=name, apply_default_css=False, js_on_load=None)
