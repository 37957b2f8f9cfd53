"""The hidden parts that evidence.js presses, and the card for a selection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from rag.web.evidence import Evidences
from rag.web.parts import AT_ONCE, html

if TYPE_CHECKING:
    from rag.pipeline import Pipeline

# What the page's script left on the body goes along as the first input.
_FROM_PAGE = "(asked, held) => [document.body.dataset.gwSelected || '', held]"


def offer_evidence(pipeline: Pipeline, state: gr.State) -> None:
    """For the conversation that `state` holds."""
    card = html("", "gw-evidence")
    with gr.Row(elem_id="gw-bridge"):
        asked = gr.Textbox()
        select = gr.Button("Evidence", elem_id="gw-select")
    select.click(Evidences(pipeline).found, [asked, state], [card], js=_FROM_PAGE, **AT_ONCE)
