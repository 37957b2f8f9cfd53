"""Where output goes: results to standard output, everything said beside them to standard error."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from rag.errors import UsageError


def emit_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def note(line: str) -> None:
    """One line, whatever stands in it."""
    print(" ".join(line.split()), file=sys.stderr)


def writable(file: Path | None) -> Path | None:
    """The file that is to be written, asked for before the work is done. Raises UsageError."""
    if file is not None and (not file.name or file.is_dir()):
        raise UsageError(f"{file} cannot be written (it is a folder): name a file.")
    if file is not None and not os.access(file.parent, os.W_OK):
        raise UsageError(f"{file} cannot be written (no folder {file.parent} that may be written).")
    return file
