"""Whether what was said holds: check. And how a checked run ends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.app import BatchOption, JsonOption, OutOption, app, open_pipeline
from rag.errors import UsageError
from rag.output import emit_json, writable

if TYPE_CHECKING:
    from evals.result import Run

REPORTS = "Reports"

JunitOption = Annotated[
    Path | None,
    typer.Option(
        help="Write JUnit XML, as GitHub and GitLab show it.",
        rich_help_panel=REPORTS,
        callback=writable,
    ),
]
MarkdownOption = Annotated[
    Path | None,
    typer.Option(
        help="Write a summary for the page of a CI job.", rich_help_panel=REPORTS, callback=writable
    ),
]
HtmlOption = Annotated[
    Path | None,
    typer.Option(
        help="Write one self-contained page with every case.",
        rich_help_panel=REPORTS,
        callback=writable,
    ),
]


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
    explain: Annotated[
        bool, typer.Option("--explain", help="Say how each verdict came about.")
    ] = False,
    gates: Annotated[
        Path | None, typer.Option(help="Gates for --batch: floors and ceilings as TOML.")
    ] = None,
    junit: JunitOption = None,
    markdown: MarkdownOption = None,
    html: HtmlOption = None,
    json: JsonOption = False,
) -> None:
    """Check every sentence of a text against its sources. Exit code 1 when one fails; with
    --batch, when a gate of --gates fails."""
    pipeline = open_pipeline()
    if batch is not None:
        from evals.batch import check_batch
        from evals.gates import Limits, load_limits

        if explain:
            raise UsageError("--explain goes with one text, not with --batch.")
        if out is None and not (json or junit or markdown or html):
            raise UsageError("--batch needs --out FILE for its rows.")
        limits = load_limits(gates) if gates else Limits()
        run = check_batch(pipeline, batch, out, limits)
        end(run, json, {"junit": junit, "markdown": markdown, "html": html})
        return
    if gates or junit or markdown or html:
        raise UsageError("--gates, --junit, --markdown and --html go with --batch FILE.")
    if answer is None or not source:
        raise UsageError("Give a text and its sources: rag check 'It ended. [1]' --source a.txt")
    from rag.batch import read_file

    text = read_file(Path(answer[1:])) if answer.startswith("@") else answer
    if not text.strip():
        raise UsageError(f"The text {answer!r} is empty: there is nothing to check.")
    report = pipeline.check(text, [read_file(path) for path in source], explain=explain)
    if json:
        emit_json(report.to_dict())
    else:
        from rag.terminal import show_report

        show_report(report)
    if not report.passed:
        raise typer.Exit(1)


def end(run: Run, json: bool, reports: dict[str, Path | None]) -> None:
    from evals.reports.terminal import show_run
    from evals.reports.write import write_reports

    write_reports(run, reports)
    if json:
        emit_json(run.to_dict())
    else:
        show_run(run)
    if not run.passed:
        raise typer.Exit(1)
