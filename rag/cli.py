"""The command `rag`. Exit codes: 0 fine, 1 a check or gate failed, 2 wrong usage or input,
3 the library or the endpoint is unusable."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.errors import RagError, UsageError
from rag.output import emit_json, note

if TYPE_CHECKING:
    from rag.pipeline import Pipeline

app = typer.Typer(
    name="rag",
    help="Groundwire: answers over news articles that prove what they say.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

LibraryOption = Annotated[
    Path | None, typer.Option("--library", help="Folder of the library (or RAG_LIBRARY).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
SinceOption = Annotated[str | None, typer.Option(help="Nothing published before YYYY-MM-DD.")]
UntilOption = Annotated[str | None, typer.Option(help="Nothing published after YYYY-MM-DD.")]
OutletOption = Annotated[list[str] | None, typer.Option("--outlet", help="Only this outlet.")]
AsOfOption = Annotated[str | None, typer.Option(help="Answer as on that day, YYYY-MM-DD.")]
BatchOption = Annotated[
    Path | None, typer.Option(help="Read rows from a .jsonl file instead; needs --out.")
]
OutOption = Annotated[Path | None, typer.Option(help="Where the rows of --batch are written.")]


def _pipeline(library: Path | None = None, **settings: Any) -> Pipeline:
    from rag.pipeline import Pipeline
    from rag.settings import Settings

    return Pipeline(Settings.load(library=library, **settings))


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="What you want to know.")] = None,
    library: LibraryOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    outlet: OutletOption = None,
    as_of: AsOfOption = None,
    llm: Annotated[str | None, typer.Option(help="none, openai:MODEL or PROVIDER:MODEL.")] = None,
    batch: BatchOption = None,
    out: OutOption = None,
    json: JsonOption = False,
) -> None:
    """Answer a question from the library, each sentence cited and checked."""
    pipeline = _pipeline(library, llm=llm)
    options = {"since": since, "until": until, "outlets": outlet, "as_of": as_of}
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
    as_of: AsOfOption = None,
    batch: BatchOption = None,
    out: OutOption = None,
    json: JsonOption = False,
) -> None:
    """Show the passages that a question would be answered from."""
    pipeline = _pipeline(library)
    options = {"since": since, "until": until, "outlets": outlet, "as_of": as_of}
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


@app.command()
def check(
    answer: Annotated[
        str | None, typer.Argument(help="The text to check, or @FILE; it may cite [1], [2].")
    ] = None,
    source: Annotated[
        list[Path] | None, typer.Option(help="A source file, in the order of the numbers.")
    ] = None,
    batch: BatchOption = None,
    out: OutOption = None,
    json: JsonOption = False,
) -> None:
    """Check every sentence of a text against its sources. Exit code 1 when one fails."""
    pipeline = _pipeline()
    if batch is not None:
        from rag.batch import check_rows, run_batch

        run_batch(batch, out, check_rows(pipeline))
        return
    if answer is None or not source:
        raise UsageError("Give a text and its sources: rag check 'It ended. [1]' --source a.txt")
    from rag.batch import read_file

    text = read_file(Path(answer[1:])) if answer.startswith("@") else answer
    report = pipeline.check(text, [read_file(path) for path in source])
    if json:
        emit_json(report.to_dict())
    else:
        from rag.terminal import show_report

        show_report(report)
    if not report.passed:
        raise typer.Exit(1)


@app.command()
def ingest(
    sources: Annotated[
        list[str] | None, typer.Argument(help="Files and folders; none: the sample corpus.")
    ] = None,
    library: LibraryOption = None,
    json: JsonOption = False,
) -> None:
    """Bring articles into the library. What is there already is not read again."""
    from rag.ingesting import ingest_sources
    from rag.settings import Settings

    summary = ingest_sources(Settings.load(library=library), sources or [], quiet=json)
    if json:
        emit_json(summary.to_dict())
    else:
        from rag.terminal import show_summary

        show_summary(summary)
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
    pipeline = _pipeline(library)
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
    found = _pipeline(library).status()
    if json:
        emit_json(found)
    else:
        from rag.terminal import show_table

        show_table(
            {**found, "outlets": ", ".join(f"{k} ({v})" for k, v in found["outlets"].items())}
        )


@app.command()
def config(json: JsonOption = False) -> None:
    """Print the effective settings, secrets masked."""
    from rag.settings import Settings

    shown = Settings.load().shown()
    if json:
        emit_json(shown)
    else:
        from rag.terminal import show_table

        show_table(shown)


@app.command()
def serve(
    library: LibraryOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve the web chat."""
    from rag.settings import Settings
    from rag.web.app import serve as run

    run(Settings.load(library=library, host=host, port=port))


@app.command("eval")
def evaluate(
    cases: Annotated[
        Path | None,
        typer.Argument(help="A .jsonl file or a folder of them; none: those that ship."),
    ] = None,
    library: LibraryOption = None,
    gates: Annotated[
        Path | None, typer.Option(help="Gates to hold; none: those that ship.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the rows as .jsonl.")] = None,
    json: JsonOption = False,
) -> None:
    """Run the faithfulness evals. Exit code 1 when a gate fails."""
    from evals.report import show_run
    from evals.run import run_evals
    from rag.settings import Settings

    run = run_evals(Settings.load(library=library), cases, gates, quiet=json)
    if out is not None:
        run.write(out)
    if json:
        emit_json(run.to_dict())
    else:
        show_run(run)
    if not run.passed:
        raise typer.Exit(1)


def main(run: Callable[[], Any] = app) -> None:
    """The command: our errors become one line, Ctrl-C ends quietly."""
    try:
        run()
    except RagError as error:
        note(f"rag: {error}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        note("rag: stopped.")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
