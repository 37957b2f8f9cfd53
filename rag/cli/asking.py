"""Questions: ask, search."""

from __future__ import annotations

from typing import Annotated

import typer

from rag.cli.app import (
    AsOfOption,
    BatchOption,
    JsonOption,
    LibraryOption,
    OutletOption,
    OutOption,
    SinceOption,
    TopicOption,
    UntilOption,
    app,
    open_pipeline,
)
from rag.errors import UsageError
from rag.output import emit_json


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="What you want to know.")] = None,
    library: LibraryOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    outlet: OutletOption = None,
    topic: TopicOption = None,
    as_of: AsOfOption = None,
    llm: Annotated[str | None, typer.Option(help="none, openai:MODEL or PROVIDER:MODEL.")] = None,
    batch: BatchOption = None,
    out: OutOption = None,
    json: JsonOption = False,
) -> None:
    """Answer a question from the library, each sentence cited and checked."""
    pipeline = open_pipeline(library, llm=llm)
    days = {"since": since, "until": until, "as_of": as_of}
    options = {**days, "outlets": outlet, "topics": topic}
    if batch is not None:
        from rag.batch import ask_rows, run_batch

        run_batch(batch, out, ask_rows(pipeline, options))
        return
    if question is None:
        raise UsageError('There is no question: rag ask "When did it begin?"')
    answer = pipeline.ask(question, **options)  # type: ignore[arg-type]
    if json:
        emit_json(answer.to_dict())
    else:
        from rag.terminal import show_answer

        show_answer(answer)


@app.command()
def search(
    query: Annotated[str | None, typer.Argument(help="Words to look for.")] = None,
    k: Annotated[int, typer.Option("-k", "--k", help="How many passages.")] = 10,
    library: LibraryOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    outlet: OutletOption = None,
    topic: TopicOption = None,
    as_of: AsOfOption = None,
    batch: BatchOption = None,
    out: OutOption = None,
    json: JsonOption = False,
) -> None:
    """Show the passages that a question would be answered from."""
    pipeline = open_pipeline(library)
    days = {"since": since, "until": until, "as_of": as_of}
    options = {**days, "outlets": outlet, "topics": topic}
    if batch is not None:
        from rag.batch import run_batch, search_rows

        run_batch(batch, out, search_rows(pipeline, options, k))
        return
    if query is None:
        raise UsageError('There is nothing to look for: rag search "peacekeepers"')
    found = pipeline.search(query, k=k, **options)  # type: ignore[arg-type]
    if json:
        hits = [hit.to_dict() for hit in found.hits]
        emit_json({"query": found.query.to_dict(), "hits": hits})
    else:
        from rag.terminal import show_hits

        show_hits(found)
