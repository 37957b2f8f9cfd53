"""A library as one file: export, import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.cli.app import JsonOption, LibraryOption, app
from rag.output import emit_json, writable


@app.command("export")
def export_file(
    file: Annotated[Path, typer.Argument(help="Where the archive is written.", callback=writable)],
    library: LibraryOption = None,
    json: JsonOption = False,
) -> None:
    """Write the library to one file: articles, passages, vectors."""
    from rag.library.archive import export_library
    from rag.settings import Settings

    _show(export_library(Settings.load(library=library), file), file, json)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="An archive that `rag export` wrote.")],
    library: LibraryOption = None,
    json: JsonOption = False,
) -> None:
    """Make a new library of an archive, every value of it checked."""
    from rag.library.archive import import_library
    from rag.settings import Settings

    _show(import_library(Settings.load(library=library), file), file, json)


def _show(articles: int, file: Path, json: bool) -> None:
    if json:
        emit_json({"articles": articles, "file": str(file)})
    else:
        print(f"{articles} articles, {file}")
