"""What readers thought of answers: feedback."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.cli.app import JsonOption, LibraryOption, app
from rag.errors import UsageError
from rag.output import emit_json, note, writable


@app.command()
def feedback(
    to_cases: Annotated[
        Path | None,
        typer.Option(
            help="Write eval cases (.jsonl) of the answers that were judged.",
            callback=writable,
        ),
    ] = None,
    library: LibraryOption = None,
    json: JsonOption = False,
) -> None:
    """List what readers of the chat thought of its answers, newest first."""
    from dataclasses import asdict

    from rag.library.feedback import opinions
    from rag.settings import Settings

    found = opinions(Settings.load(library=library).library_path)
    if to_cases is not None:
        from evals.feedback import write_cases

        written = write_cases(to_cases, found)
        note(f"{len(written)} cases are in {to_cases}.")
        if open_ := sum(case.kind == "disliked" for case in written):
            note(
                f"{open_} of them hold an answer that was not helpful and fail until it changes; "
                "what is right is yours to find."
            )
        if left := len(found) - len(written):
            note(f"{left} answers became none: they failed, were broken off or cite no fact.")
    elif json:
        emit_json([asdict(one) for one in found])
    elif found:
        from rag.terminal import show_opinions

        show_opinions(found)
    else:
        raise UsageError("Nobody has judged an answer yet: the chat has buttons under each.")
