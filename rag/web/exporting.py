"""The row of buttons that gives a conversation away; the browser makes the file."""

from __future__ import annotations

from typing import Any

import gradio as gr

from rag.web.conversation import Conversation
from rag.web.export import FORMS, to_text
from rag.web.parts import AT_ONCE, QUIET, html


def export_row(state: gr.State) -> None:
    """Nothing is written on the server: the text goes to the page, and export.js saves or copies it."""
    with gr.Row(elem_id="gw-export"):
        carried = gr.JSON(visible=False)
        html("Save all as", "gw-export-label")
        for label, name, made in FORMS:
            button = gr.Button(label, elem_id=f"gw-export-{label.lower()}", scale=0)
            _wire(button, state, carried, lambda held, made=made: made(held), f"save:{name}")
        copy = gr.Button("Copy the last answer", elem_id="gw-copy", scale=0)
        _wire(copy, state, carried, _newest, "copy:")


def _newest(held: Conversation) -> str:
    live = held.live
    return to_text(live.answer) if live and live.answer else ""


def _wire(button: gr.Button, state: gr.State, carried: gr.JSON, made: Any, do: str) -> None:
    button.click(lambda held: {"do": do, "text": made(held)}, [state], [carried], **AT_ONCE).then(
        None, [carried], None, js="(given) => window.gwTake(given)", **QUIET
    )
