"""The corpus that ships, so that a first question finds something to read."""

from __future__ import annotations

import sys
from pathlib import Path

from rag.library.summary import Summary
from rag.library.sync import ingest
from rag.models.base import Embedder
from rag.reading.reader import read_sources
from rag.settings import Settings


def corpus_folder() -> Path:
    """Inside the package in an installed wheel, beside it in a checkout."""
    inside = Path(__file__).parent / "_data" / "corpus"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "corpus"


def fill_with_sample(settings: Settings, embedder: Embedder) -> Summary:
    """Make the default library from the sample corpus and say so on standard error."""
    folder = corpus_folder()
    print(
        f"First use: reading the sample corpus into {settings.library_path} (a few seconds).",
        file=sys.stderr,
    )
    return ingest(settings, embedder, read_sources([folder]))
