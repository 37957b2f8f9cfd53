"""Whether what was said holds: check, eval."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.cli.app import BatchOption, JsonOption, LibraryOption, OutOption, app, open_pipeline
from rag.errors import UsageError
from rag.output import emit_json


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
    pipeline = open_pipeline()
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
