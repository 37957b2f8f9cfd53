"""What keeps a library true: sync, remove, doctor, rebuild."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.cli.app import JsonOption, LibraryOption, app
from rag.errors import UsageError
from rag.output import emit_json


@app.command()
def sync(
    folder: Annotated[Path, typer.Argument(help="The folder that the library follows.")],
    library: LibraryOption = None,
    json: JsonOption = False,
) -> None:
    """Mirror a folder: what is new goes in, what is gone from it goes out."""
    from rag.ingesting import sync_folder
    from rag.settings import Settings

    summary = sync_folder(Settings.load(library=library), folder, quiet=json)
    if json:
        emit_json(summary.to_dict())
    else:
        from rag.terminal import show_summary

        show_summary(summary)


@app.command()
def remove(
    names: Annotated[list[str] | None, typer.Argument(help="Ids or urls of articles.")] = None,
    query: Annotated[
        str | None, typer.Option(help="Instead: the articles that hold all of these words.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="With --query: remove them, not only list them.")
    ] = False,
    library: LibraryOption = None,
    json: JsonOption = False,
) -> None:
    """Take articles out, with their passages and vectors."""
    from rag.library.removal import matching
    from rag.library.removal import remove as take_out
    from rag.settings import Settings

    settings = Settings.load(library=library)
    if bool(names) == (query is not None):
        raise UsageError('Say what to remove: rag remove ID or URL, or --query "words".')
    chosen = names or matching(settings, query or "")
    listed_only = query is not None and not yes
    ids = chosen if listed_only or not chosen else take_out(settings, chosen)
    if json:
        emit_json({"matching" if listed_only else "removed": ids})
        return
    for article_id in ids:
        print(article_id)
    if listed_only:
        typer.echo(f"{len(ids)} articles hold these words; --yes removes them.", err=True)


@app.command()
def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend every difference that is found.")
    ] = False,
    library: LibraryOption = None,
    json: JsonOption = False,
) -> None:
    """Compare every passage with its vector. Exit code 1 when differences remain."""
    from rag.library.doctor import examine
    from rag.library.doctor import repair as mend
    from rag.settings import Settings

    settings = Settings.load(library=library)
    found = examine(settings)
    left = found
    if repair and found.differences:
        from rag.models.load import load_embedder

        mend(settings, load_embedder(settings))
        left = examine(settings)
    if json:
        emit_json({"found": found.to_dict(), "left": left.to_dict()})
    else:
        from rag.terminal import show_diagnosis

        show_diagnosis(found)
        if left is not found:
            print("After the repair:")
            show_diagnosis(left)
    if left.differences:
        raise typer.Exit(1)


@app.command()
def rebuild(library: LibraryOption = None, json: JsonOption = False) -> None:
    """Cut and embed the stored articles again, with the settings of now."""
    from rag.ingesting import rebuild_library
    from rag.settings import Settings

    summary = rebuild_library(Settings.load(library=library), quiet=json)
    if json:
        emit_json(summary.to_dict())
    else:
        from rag.terminal import show_summary

        show_summary(summary)
