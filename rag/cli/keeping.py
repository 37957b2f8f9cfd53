"""The library: ingest, show, status."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from rag.cli.app import JsonOption, LibraryOption, app, open_pipeline
from rag.errors import UsageError
from rag.output import emit_json


@app.command()
def ingest(
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders, https://...; none: the sample corpus."),
    ] = None,
    urls: Annotated[
        Path | None, typer.Option(help="A file with one address a line, to be fetched.")
    ] = None,
    library: LibraryOption = None,
    json: JsonOption = False,
) -> None:
    """Bring articles into the library. What is there already is not read again."""
    from rag.ingesting import ingest_sources
    from rag.interrupt import stop_on_interrupt
    from rag.settings import Settings

    settings = Settings.load(library=library)
    with stop_on_interrupt() as stop:
        summary = ingest_sources(settings, sources or [], addresses=urls, quiet=json, stop=stop)
    if json:
        emit_json({**summary.to_dict(), "stopped": stop.is_set()})
    else:
        from rag.terminal import show_summary

        show_summary(summary)
    if stop.is_set():
        raise typer.Exit(130)
    if summary.skipped and not summary.added + summary.updated + summary.unchanged:
        raise typer.Exit(2)


@app.command()
def show(
    article_id: Annotated[str, typer.Argument(help="Id of an article, as citations give it.")],
    text: Annotated[
        bool, typer.Option("--text", help="Print the stored text, nothing else.")
    ] = False,
    library: LibraryOption = None,
    json: JsonOption = False,
) -> None:
    """Show an article as it is stored."""
    pipeline = open_pipeline(library)
    article = pipeline.article(article_id)
    if article is None:
        raise UsageError(f"There is no article {article_id!r}: `rag search` shows ids.")
    if text:
        # No line end of our own: offsets count in exactly these characters.
        sys.stdout.write(article.text)
    elif json:
        passages = pipeline.library().store.passages_of(article_id)
        emit_json(
            {
                **article.ref.to_dict(),
                "dek": article.dek,
                "topics": list(article.topics),
                "language": article.language,
                "source": article.source,
                "text": article.text,
                "passages": [{"id": p.id, "start": p.start, "end": p.end} for p in passages],
            }
        )
    else:
        from rag.terminal import show_article

        show_article(article)


@app.command()
def status(library: LibraryOption = None, json: JsonOption = False) -> None:
    """Say what the library holds and what made it."""
    found = open_pipeline(library).status()
    if json:
        emit_json(found)
    else:
        from rag.terminal import show_table

        show_table({**found, **{key: _counted(found[key]) for key in ("outlets", "languages")}})


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} ({n})" for name, n in counts.items())
