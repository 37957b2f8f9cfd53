"""The Gradio page "Articles": its parts, and which function each of them runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.reading.reader import FORMATS
from rag.web.corpus.adding import REFUSED, is_refusal
from rag.web.corpus.desk import Desk
from rag.web.corpus.nav import nav_html
from rag.web.corpus.where import PAGE, Where
from rag.web.parts import AT_ONCE, QUIET, html

if TYPE_CHECKING:
    from gradio.data_classes import FileData, ListFiles

    from rag.pipeline import Pipeline

# corpus.js says where the visitor goes; what it says arrives as an event of ours.
_GO = "window.gwGo = (where) => trigger('go', { where }); window.gwRemove = (id) => trigger('remove', { id });"
# What was taken leaves the form, however soon the job ends: those files are gone. By the browser, as
# an update from here, be it one that changes nothing, makes Gradio put a file part of its own in the
# place of ours for this visitor.
_LEAVE = f"(files, lines, told) => told.includes('{REFUSED}') ? [files, lines] : [null, '']"


@dataclass(frozen=True, slots=True)
class _Adding:
    drop: gr.File
    lines: gr.Textbox
    add: gr.Button
    stop: gr.Button
    told: gr.HTML


def add_page(made: gr.Blocks, pipeline: Pipeline, masthead: Callable[[], str]) -> None:
    """Put the page below the chat's blocks, as far as the settings allow."""
    mode = pipeline.settings.corpus_mode
    if mode == "off":
        return
    desk = Desk(pipeline)
    with made.route("Articles", f"/{PAGE}", show_in_navbar=False):
        top = html(masthead, "gw-top")
        html(nav_html("articles"), "gw-nav")
        with gr.Row(elem_id="gw-corpus"):
            with gr.Column(scale=7, elem_id="gw-stacks"):
                shelf = gr.HTML(elem_id="gw-shelf", apply_default_css=False, js_on_load=_GO)
            with gr.Column(scale=3, elem_id="gw-desk"):
                adding = _adding(pipeline) if mode == "write" else None
                status = html(desk.status, "gw-holdings")
        made.load(_arrive(desk), None, [shelf], **AT_ONCE)
        shelf.go(_go(desk), None, [shelf], **AT_ONCE)
        if adding is not None:
            _wire_writing(made, desk, adding, shelf, [shelf, status, top], masthead)


def _adding(pipeline: Pipeline) -> _Adding:
    settings = pipeline.settings
    with gr.Column(elem_id="gw-adding"):
        html(
            '<h2>Add articles</h2><p class="gw-adding-said">'
            f"Up to {settings.upload_max_files} files of {settings.upload_max_mb:g} MB: "
            "Markdown, text, HTML, PDF, Word, mail, a feed, or a dump as JSON lines or CSV.</p>",
            "gw-adding-head",
        )
        drop = gr.File(
            label="Files",
            file_count="multiple",
            file_types=[one for one in FORMATS.split() if one.count(".") == 1] + [".gz"],
            height=132,
            elem_id="gw-drop",
        )
        # Gradio's own leaves an empty file in the folder each time.
        drop.preprocess = _paths  # type: ignore[method-assign]
        lines = gr.Textbox(
            label="Addresses of pages or feeds, one a line",
            placeholder="https://…",
            lines=2,
            max_lines=8,
            elem_id="gw-addresses",
        )
        with gr.Row(elem_id="gw-adding-row"):
            add = gr.Button("Add to the library", variant="primary", elem_id="gw-add", scale=0)
            stop = gr.Button("Stop", elem_id="gw-add-stop", scale=0, visible=False)
        told = html("", "gw-told")
    return _Adding(drop, lines, add, stop, told)


def _paths(payload: ListFiles | FileData | None) -> list[str]:
    """Of what was sent. Gradio has checked that it lies in its folder of uploads."""
    return [file.path for file in getattr(payload, "root", ())]


def _where(request: gr.Request) -> Where:
    return Where.read(dict(request.query_params))


def _arrive(desk: Desk) -> Callable[..., str]:
    def arrive(request: gr.Request) -> str:
        return desk.show(_where(request))

    return arrive


def _go(desk: Desk) -> Callable[..., str]:
    def go(event: gr.EventData) -> str:
        said = event._data.get("where")
        values = said if isinstance(said, dict) else {}
        return desk.show(Where.read({str(key): str(value) for key, value in values.items()}))

    return go


def _wire_writing(
    made: gr.Blocks,
    desk: Desk,
    adding: _Adding,
    shelf: gr.HTML,
    changed: list[Any],
    masthead: Callable[[], str],
) -> None:
    """`begin` answers at once, outside the queue; `follow` streams until the ingest has ended."""

    def buttons() -> list[Any]:
        return [gr.update(visible=not desk.running), gr.update(visible=desk.running)]

    def take_out(event: gr.EventData, request: gr.Request) -> list[str]:
        shown = desk.remove(str(event._data.get("id")), _where(request))
        return [shown, desk.status(), masthead()]

    def begin(uploads: list[str], lines: str) -> list[Any]:
        return [desk.begin(uploads, lines or ""), *buttons()]

    def follow(shown: str) -> Iterator[list[Any]]:
        yield from watch(desk.running or not is_refusal(shown))

    def join() -> Iterator[list[Any]]:
        yield from watch(desk.running)

    def watch(is_there: bool) -> Iterator[list[Any]]:
        if not is_there:
            # Where nothing is yielded, Gradio empties the parts.
            yield [gr.skip()] * len(told)
            return
        for shown in desk.follow():
            yield [shown, *buttons()]

    def after(request: gr.Request) -> list[str]:
        return [desk.show(_where(request)), desk.status(), masthead()]

    shelf.remove(take_out, None, changed, **AT_ONCE)
    told = [adding.told, adding.add, adding.stop]
    form = [adding.drop, adding.lines]
    begun = adding.add.click(begin, form, told, **AT_ONCE)
    begun.then(None, [*form, adding.told], form, js=_LEAVE, **AT_ONCE)
    streamed: dict[str, Any] = {"concurrency_limit": None, **QUIET}
    begun.then(follow, adding.told, told, **streamed).then(after, None, changed, **AT_ONCE)
    # Whoever comes while an ingest runs sees it as well.
    made.load(join, None, told, **streamed)
    adding.stop.click(desk.stop, None, None, **AT_ONCE)
