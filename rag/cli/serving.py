"""The web chat, the tools and the settings: serve, mcp, config."""

from __future__ import annotations

from typing import Annotated

import typer

from rag.cli.app import JsonOption, LibraryOption, app
from rag.output import emit_json


@app.command()
def serve(
    library: LibraryOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve the web chat and the API."""
    from rag.settings import Settings
    from rag.web.app import serve as run

    run(Settings.load(library=library, host=host, port=port))


@app.command()
def mcp(library: LibraryOption = None) -> None:
    """Offer ask, search and check as MCP tools over standard input and output."""
    from rag.service.tools import over_stdio
    from rag.settings import Settings

    over_stdio(Settings.load(library=library))


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
