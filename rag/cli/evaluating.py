"""The evals: eval."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.app import JsonOption, LibraryOption, app
from rag.cli.checking import REPORTS, HtmlOption, JunitOption, MarkdownOption, end
from rag.errors import UsageError
from rag.output import note, writable

if TYPE_CHECKING:
    from evals.metered import Budget

_EVIDENCE = "Evidence and baseline"
_MODEL = "With a model"

CasesArgument = Annotated[
    Path | None, typer.Argument(help="A .jsonl file or a folder of them; none: those that ship.")
]
GatesOption = Annotated[Path | None, typer.Option(help="Gates to hold; none: those that ship.")]
RepeatOption = Annotated[
    int, typer.Option(min=1, help="Ask every case so often and show the spread.")
]
RowsOption = Annotated[
    Path | None,
    typer.Option(help="Write the rows as .jsonl.", rich_help_panel=REPORTS, callback=writable),
]
BaselineOption = Annotated[
    bool,
    typer.Option(
        "--baseline",
        help="Compare with the accepted baseline, by score and by case.",
        rich_help_panel=_EVIDENCE,
    ),
]
AcceptOption = Annotated[
    bool,
    typer.Option("--accept", help="Make this run the baseline.", rich_help_panel=_EVIDENCE),
]
BaselineFileOption = Annotated[
    Path | None,
    typer.Option(
        help="A baseline of your own; none: the one that ships, by model.",
        rich_help_panel=_EVIDENCE,
    ),
]
FreezeOption = Annotated[
    Path | None,
    typer.Option(
        help="Store what was retrieved for each case.",
        rich_help_panel=_EVIDENCE,
        callback=writable,
    ),
]
ContextsOption = Annotated[
    Path | None,
    typer.Option(help="Answer from what --freeze stored.", rich_help_panel=_EVIDENCE),
]
LlmOption = Annotated[
    str | None, typer.Option(help="none, openai:MODEL or PROVIDER:MODEL.", rich_help_panel=_MODEL)
]
JudgeOption = Annotated[
    str | None,
    typer.Option(help="A model that judges beside the checker.", rich_help_panel=_MODEL),
]
ConcurrencyOption = Annotated[
    int | None, typer.Option(min=1, help="Cases at once.", rich_help_panel=_MODEL)
]
MaxTokensOption = Annotated[
    int | None, typer.Option(min=1, help="Stop asking the model there.", rich_help_panel=_MODEL)
]
MaxCostOption = Annotated[
    float | None,
    typer.Option(min=0, help="The same in dollars; needs --price.", rich_help_panel=_MODEL),
]
PriceOption = Annotated[
    str | None,
    typer.Option(
        help="Dollars for a million tokens, sent and received: 0.15,0.60.",
        rich_help_panel=_MODEL,
    ),
]
ResumeOption = Annotated[
    bool,
    typer.Option("--resume", help="Keep the rows that --out holds.", rich_help_panel=_MODEL),
]


@app.command("eval")
def evaluate(
    cases: CasesArgument = None,
    library: LibraryOption = None,
    gates: GatesOption = None,
    repeat: RepeatOption = 1,
    out: RowsOption = None,
    junit: JunitOption = None,
    markdown: MarkdownOption = None,
    html: HtmlOption = None,
    json: JsonOption = False,
    baseline: BaselineOption = False,
    accept: AcceptOption = False,
    baseline_file: BaselineFileOption = None,
    freeze: FreezeOption = None,
    contexts: ContextsOption = None,
    llm: LlmOption = None,
    judge: JudgeOption = None,
    concurrency: ConcurrencyOption = None,
    max_tokens: MaxTokensOption = None,
    max_cost: MaxCostOption = None,
    price: PriceOption = None,
    resume: ResumeOption = False,
) -> None:
    """Run the faithfulness evals. Exit code 1 when a gate fails."""
    from evals.baseline import accept as accept_rows
    from evals.baseline import baseline_of
    from evals.run import Plan, run_evals
    from rag.settings import Settings

    settings = Settings.load(library=library, llm=llm)
    place = baseline_file or baseline_of(settings.llm)
    plan = Plan(
        cases=cases,
        gates=gates,
        library=library,
        repeat=repeat,
        freeze=freeze,
        contexts=contexts,
        baseline=place if baseline else None,
        out=out,
        resume=resume,
        judge=judge,
        concurrency=concurrency,
        budget=_budget(max_tokens, max_cost, price),
    )
    run = run_evals(settings, plan, quiet=json)
    if accept:
        accept_rows(place, run.rows)
        note(f"This run is now the baseline {place}.")
    end(run, json, {"junit": junit, "markdown": markdown, "html": html})


def _budget(max_tokens: int | None, max_cost: float | None, price: str | None) -> Budget:
    from evals.metered import Budget, Price

    if price is None:
        if max_cost is not None:
            raise UsageError("--max-cost needs --price SENT,RECEIVED in dollars a million tokens.")
        return Budget(max_tokens)
    try:
        sent, received = map(float, price.split(","))
    except ValueError:
        raise UsageError(f"--price cannot be {price!r}: say SENT,RECEIVED, as 0.15,0.60.") from None
    return Budget(max_tokens, max_cost, Price(sent, received))
