"""How far an ingest, a sync or a rebuild is, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rag.library.summary import Progress, Summary, silent


@contextmanager
def progress_bar(what: str, total: int | None, quiet: bool) -> Iterator[Progress]:
    """A bar that follows a summary, with the rate and, where the number is known, the time left."""
    if quiet:
        yield silent
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(file=sys.stderr)) as bar:
        task = bar.add_task(what, total=total)

        def show(summary: Summary) -> None:
            rate = summary.seen / max(bar.tasks[0].elapsed or 0.0, 0.1)
            said = f"{what}, {summary.passages} passages, {rate:.1f} articles/s"
            bar.update(task, completed=summary.seen, description=said)

        yield show
