"""Where the measuring data lie. They are not part of this project; without them benchmarks skip."""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ.get("RAG_BENCH_DATA", Path(__file__).parents[2] / "shared" / "data"))


def rows(name: str) -> Iterator[dict[str, Any]]:
    """Rows of a JSON lines file below the data folder; ends the program where it is absent."""
    path = FOLDER / name
    if not path.is_file():
        print(f"Skipped: {path} is not there; set RAG_BENCH_DATA to the folder that holds it.")
        sys.exit(0)
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    for line in text.split("\n"):
        if line:
            yield json.loads(line)
