"""Which report goes into which file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from evals.reports.junit import junit
from evals.reports.markdown import markdown
from evals.reports.page import page
from evals.result import Run
from rag.errors import UsageError

_WRITERS: dict[str, Callable[[Run], str]] = {"junit": junit, "markdown": markdown, "html": page}


def write_reports(run: Run, wanted: Mapping[str, Path | None]) -> None:
    """`wanted` by kind: junit, markdown, html."""
    for kind, path in wanted.items():
        if path is None:
            continue
        try:
            path.write_text(_WRITERS[kind](run), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{path} cannot be written ({error.strerror}).") from None
