"""The one endpoint of the page that Gradio's own client may call: /ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.events import api
from pydantic import ValidationError

from rag.errors import RagError
from rag.service.bodies import AskBody
from rag.service.desk import Desk
from rag.service.door import who_asks
from rag.service.failures import Failure

if TYPE_CHECKING:
    from rag.pipeline import Pipeline


def offer_ask(pipeline: Pipeline, desk: Desk) -> None:
    """Inside the page's Blocks. The answer is that of POST /api/ask."""

    def ask(
        question: str,
        request: gr.Request,
        history: list[dict[str, Any]] | None = None,
        since: str | None = None,
        until: str | None = None,
        outlets: list[str] | None = None,
        as_of: str | None = None,
        topics: list[str] | None = None,
    ) -> dict[str, Any]:
        """An answer whose every sentence is cited and checked, as a dictionary."""
        days = {"since": since, "until": until, "as_of": as_of}
        given = {"history": history or [], "outlets": outlets, "topics": topics, **days}
        try:
            body = AskBody.model_validate({"question": question, **given})
            with desk.seat(who_asks(request.request)):
                return pipeline.ask(body.question, body.turns(), **body.given()).to_dict()
        except (RagError, ValidationError) as error:
            raise gr.Error(Failure.of(error).line, print_exception=False) from None

    api(ask, api_name="ask", concurrency_limit=pipeline.settings.concurrency)
