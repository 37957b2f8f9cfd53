"""Where output goes: results to standard output, everything said beside them to standard error."""

from __future__ import annotations

import json
import sys
from typing import Any


def emit_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def note(line: str) -> None:
    """One line, whatever stands in it."""
    print(" ".join(line.split()), file=sys.stderr)
