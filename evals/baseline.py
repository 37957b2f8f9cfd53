"""The committed baseline: what each case scored when it was last accepted, a line a case."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from evals.row import Row
from rag.batch import read_rows
from rag.errors import UsageError

FOLDER = Path(__file__).parent / "baseline"


def baseline_of(llm: str) -> Path:
    """One file a model: what answers differently is compared with itself."""
    name = "embedded" if llm == "none" else re.sub(r"[^\w.-]+", "-", llm)
    return FOLDER / f"{name}.jsonl"


def load_baseline(path: Path) -> list[Row]:
    if not path.is_file():
        raise UsageError(f"There is no baseline {path}; `rag eval --accept` writes it.")
    try:
        return [
            Row(row["id"], row["kind"], "", row["state"], row["scores"], attempt=row["attempt"])
            for _, row in read_rows(path)
        ]
    except (KeyError, TypeError) as error:
        raise UsageError(
            f"The baseline {path} is none ({error}); `rag eval --accept` writes it anew."
        ) from None


def accept(path: Path, rows: Sequence[Row]) -> None:
    """No timings and no texts: a difference in the file is a difference in scores."""
    lines = []
    for row in rows:
        whole = row.to_dict()
        kept = {key: whole[key] for key in ("id", "kind", "state", "attempt")}
        kept["scores"] = {k: v for k, v in whole["scores"].items() if v is not None}
        lines.append(json.dumps(kept, ensure_ascii=False))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}).") from None
