"""The command line itself: its options, how it opens a pipeline, how its errors end."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.errors import RagError, UsageError
from rag.output import note, writable

if TYPE_CHECKING:
    from rag.pipeline import Pipeline

app = typer.Typer(
    name="rag",
    help="Groundwire: answers over news articles that prove what they say.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _folder(name: str) -> Path:
    if not name:
        # To Path it would be the folder that one happens to be in.
        raise UsageError("Option '--library' is empty: name a folder.")
    return Path(name)


LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library",
        parser=_folder,
        metavar="<path>",
        help="Folder of the library (or RAG_LIBRARY).",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
SinceOption = Annotated[str | None, typer.Option(help="Nothing published before YYYY-MM-DD.")]
UntilOption = Annotated[str | None, typer.Option(help="Nothing published after YYYY-MM-DD.")]
OutletOption = Annotated[list[str] | None, typer.Option("--outlet", help="Only this outlet.")]
TopicOption = Annotated[
    list[str] | None, typer.Option("--topic", help="Only articles on this topic.")
]
AsOfOption = Annotated[str | None, typer.Option(help="Answer as on that day, YYYY-MM-DD.")]
BatchOption = Annotated[
    Path | None, typer.Option(help="Read rows from a .jsonl file instead; needs --out.")
]
OutOption = Annotated[
    Path | None, typer.Option(help="Where the rows of --batch are written.", callback=writable)
]


def open_pipeline(library: Path | None = None, **settings: Any) -> Pipeline:
    from rag.pipeline import Pipeline
    from rag.settings import Settings

    return Pipeline(Settings.load(library=library, **settings))


def main(run: Callable[[], Any] = app) -> None:
    """The command: our errors become one line, Ctrl-C ends quietly."""
    if isinstance(sys.stdout, TextIOWrapper):
        # A name or an answer may hold what this terminal cannot show: better escaped than no answer.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        run()
    except RagError as error:
        note(f"rag: {error}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        note("rag: stopped.")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
