"""The hidden parts that evidence.js presses, and the card for a selection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.web.evidence import Evidences

if TYPE_CHECKING:
    from rag.pipeline import Pipeline

# What the page's script left on the body goes along as the first input.
_FROM_PAGE = "(asked, held) => [document.body.dataset.gwSelected || '', held]"


def offer_evidence(pipeline: Pipeline, state: gr.State) -> None:
    """Outside the queue: it neither waits for a running answer nor takes its place."""
    at_once: dict[str, Any] = {
        "queue": False,
        "show_progress": "hidden",
        "api_visibility": "private",
    }
    card = gr.HTML("", elem_id="gw-evidence", apply_default_css=False, js_on_load=None)
    with gr.Row(elem_id="gw-bridge"):
        asked = gr.Textbox()
        select = gr.Button("Evidence", elem_id="gw-select")
    select.click(Evidences(pipeline).found, [asked, state], [card], js=_FROM_PAGE, **at_once)
