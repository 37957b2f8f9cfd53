"""The Gradio page: its parts, and which function each button runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.errors import Busy
from rag.service.desk import Desk
from rag.service.door import who_asks
from rag.web.buttons import Buttons
from rag.web.chat import Chat, View
from rag.web.conversation import Conversation
from rag.web.corpus.nav import nav_html
from rag.web.corpus.page import add_page
from rag.web.exporting import export_row
from rag.web.named import offer_ask
from rag.web.parts import AT_ONCE, QUIET, html
from rag.web.selecting import offer_evidence
from rag.web.sources import sources_html

if TYPE_CHECKING:
    from rag.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a View draws, in its order; then what is only pressed or typed into."""

    live: gr.HTML
    past: gr.HTML
    sources: gr.HTML
    said: gr.HTML
    tools: gr.HTML
    ahead: gr.HTML
    record: gr.HTML
    ask: gr.Button
    stop: gr.Button
    box: gr.Textbox
    restart: gr.Button
    # How the buttons that are not Gradio's own reach us: a text that the page's script sends.
    wire: gr.Textbox
    do: gr.Button

    def outputs(self) -> list[Any]:
        drawn = [self.live, self.past, self.sources, self.said]
        return [*drawn, self.tools, self.ahead, self.record, self.box, self.ask, self.stop]


def page(pipeline: Pipeline, desk: Desk) -> gr.Blocks:
    """Each visitor's conversation lives in a gr.State of their own session."""
    chat = Chat(pipeline)
    buttons = Buttons(pipeline, chat)
    with gr.Blocks(
        title="Groundwire",
        fill_width=True,
        analytics_enabled=False,
        # What was sent and never read in goes after an hour.
        delete_cache=(3600, 3600),
    ) as made:
        state = gr.State(Conversation())
        html(chat.masthead, "gw-top")
        if pipeline.settings.corpus_mode != "off":
            html(nav_html("ask"), "gw-nav")
        with gr.Row(elem_id="gw-columns"):
            with gr.Column(scale=7, elem_id="gw-main"):
                past = html("", "gw-past")
                with gr.Column(elem_id="gw-now"):
                    live = html(chat.welcome, "gw-live")
                    ahead = html("", "gw-ahead")
                said = html('<p role="status" class="gw-spoken"></p>', "gw-said")
                tools, box, ask, stop, restart = _composer(lambda: chat.tools(Conversation()))
            with gr.Column(scale=5, elem_id="gw-side"):
                sources = html(sources_html(Conversation()), "gw-sources")
                export_row(state)
        record = html("", "gw-record")
        wire, do = gr.Textbox(elem_id="gw-wire"), gr.Button(elem_id="gw-do")
        parts = _Parts(
            live, past, sources, said, tools, ahead, record, ask, stop, box, restart, wire, do
        )
        _wire_answers(chat, buttons, state, parts, desk, pipeline.settings.concurrency)
        offer_ask(pipeline, desk)
        offer_evidence(pipeline, state)
    add_page(made, pipeline, chat.masthead)
    made.queue(max_size=pipeline.settings.queue, api_open=False)
    return made


def _composer(
    tools_html: Callable[[], str],
) -> tuple[gr.HTML, gr.Textbox, gr.Button, gr.Button, gr.Button]:
    with gr.Column(elem_id="gw-composer"):
        tools = html(tools_html, "gw-tools")
        with gr.Row(elem_id="gw-ask-row"):
            box = gr.Textbox(
                label="Your question",
                placeholder="Ask the articles…",
                lines=1,
                max_lines=6,
                autofocus=True,
                elem_id="gw-box",
            )
            ask = gr.Button("Ask", variant="primary", elem_id="gw-ask", scale=0, min_width=88)
            stop = gr.Button("Stop", elem_id="gw-stop", scale=0, min_width=88, visible=False)
        with gr.Row(elem_id="gw-hints"):
            html(
                "<p><kbd>/</kbd> to ask, <kbd>Enter</kbd> to send, <kbd>Esc</kbd> to stop</p>",
                "gw-keys",
            )
            restart = gr.Button("New conversation", elem_id="gw-restart", scale=0)
    return tools, box, ask, stop, restart


def _shown(view: View | None) -> list[Any]:
    """One value for each of the parts."""
    if view is None:
        return [gr.skip()] * 10
    given = [view.live, view.past, view.sources, view.spoken]
    given += [view.tools, view.ahead, view.record, view.box]
    drawn = [gr.skip() if part is None else part for part in given]
    return [*drawn, gr.update(visible=not view.busy), gr.update(visible=view.busy)]


def _wire_answers(
    chat: Chat,
    buttons: Buttons,
    state: gr.State,
    parts: _Parts,
    desk: Desk,
    concurrency: int,
) -> None:
    """What begins an answer shows the question at once, outside the queue; the answer waits its
    turn."""

    def begin(question: str, held: Conversation) -> list[Any]:
        return _shown(chat.begin(question, held))

    out = parts.outputs()
    begun = gr.on([parts.box.submit, parts.ask.click], begin, [parts.box, state], out, **AT_ONCE)
    acted = parts.do.click(
        lambda raw, held: _shown(buttons.press(raw, held)), [parts.wire, state], out, **AT_ONCE
    )
    runs = [_run(chat, desk, state, out, event, concurrency) for event in (begun, acted)]
    for run in runs:
        run.failure(lambda held: _shown(chat.refused(held)), [state], out, **AT_ONCE)
    stopping = AT_ONCE | {"cancels": runs}
    parts.stop.click(lambda held: _shown(chat.stop(held)), [state], out, **stopping)
    parts.restart.click(lambda held: _shown(chat.restart(held)), [state], out, **stopping)


def _run(
    chat: Chat, desk: Desk, state: gr.State, out: list[Any], after: Any, concurrency: int
) -> Any:
    """The answer, then what may be asked next: one at a time, as nobody waits for that."""

    def answer(held: Conversation, request: gr.Request) -> Iterator[list[Any]]:
        # Gradio empties every part where nothing at all is yielded.
        yield _shown(None)
        if not held.busy:
            return
        try:
            with desk.seat(who_asks(request.request)):
                for view in chat.answer(held):
                    yield _shown(view)
        except Busy as error:
            yield _shown(chat.refused(held, str(error)))

    run = after.then(
        answer,
        [state],
        out,
        concurrency_limit=concurrency,
        # The page guards itself; Gradio would drop a question that follows a Stop at once.
        trigger_mode="multiple",
        **QUIET,
    )
    run.success(
        lambda held: _shown(chat.ahead(held)),
        [state],
        out,
        concurrency_limit=1,
        trigger_mode="multiple",
        **QUIET,
    )
    return run
