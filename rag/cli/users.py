"""Who may log in: user add."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from rag.cli.app import app
from rag.errors import UsageError
from rag.output import note

user = typer.Typer(help="Make the lines of the auth file.", no_args_is_help=True)
app.add_typer(user, name="user")


@user.callback()
def _group() -> None:
    """Make the lines of the auth file."""


@user.command()
def add(
    name: Annotated[str, typer.Argument(help="The name to log in with.")],
    file: Annotated[
        Path | None,
        typer.Option(help="Write the line there (RAG_AUTH_FILE); without it, print the line."),
    ] = None,
) -> None:
    """Add a user, or give one another password. It is asked for twice, or read from a pipe."""
    from rag.service.users import line_of, put
    from rag.settings import Settings

    into = file or Settings.load().auth_file
    line = line_of(name, _password())
    if into is None:
        print(line)
        return
    put(into, line)
    note(f"{name} is in {into}; a running server knows it at once.")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    from getpass import getpass

    given = getpass("Password: ")
    if getpass("Once more: ") != given:
        raise UsageError("The two passwords differ.")
    return given
