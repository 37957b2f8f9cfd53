"""A folder that is kept in view: watch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.cli.app import JsonOption, LibraryOption, app
from rag.output import emit_json, note


@app.command()
def watch(
    folder: Annotated[Path, typer.Argument(help="Folder whose articles are to be in the library.")],
    library: LibraryOption = None,
    json: JsonOption = False,
) -> None:
    """Bring in a folder's articles, and those that are added or changed, until Ctrl-C."""
    from rag.interrupt import stop_on_interrupt
    from rag.settings import Settings
    from rag.terminal import show_summary
    from rag.watching import watch_folder

    with stop_on_interrupt() as stop:
        for summary in watch_folder(Settings.load(library=library), folder, stop):
            if json:
                emit_json(summary.to_dict())
            else:
                show_summary(summary)
            if not stop.is_set():
                note(f"Watching {folder}; Ctrl-C stops.")
