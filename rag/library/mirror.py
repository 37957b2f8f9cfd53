"""Which articles of a folder are gone from it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from rag.reading.skipped import Skipped
from rag.types import Article

_ROW = re.compile(r":\d+$")


class Mirror:
    """Told of all that a folder holds now, it names what came from there and is no more."""

    def __init__(self, folder: Path) -> None:
        self._folder = os.path.realpath(folder)
        self._kept: dict[str, str] = {}
        self._unread: set[str] = set()

    def keep(self, article: Article) -> None:
        self._kept[article.id] = article.source or ""

    def unread(self, skipped: Skipped) -> None:
        """A file that cannot be read today is not gone: what it told before stays."""
        self._unread.add(_file(skipped.source))

    def gone(self, sources: Mapping[str, str]) -> list[str]:
        """Ids among `sources` (article id to where it came from) to remove."""
        return [
            article_id
            for article_id, source in sources.items()
            if article_id not in self._kept and self._was_here(source)
        ]

    def moved(self, sources: Mapping[str, str]) -> dict[str, str]:
        """Articles that are here now and were stored from elsewhere, to their place here."""
        return {
            article_id: source
            for article_id, source in self._kept.items()
            if source and article_id in sources and sources[article_id] != source
        }

    def _was_here(self, source: str) -> bool:
        if "://" in source:
            return False
        file = _file(source)
        return file.startswith(self._folder + os.sep) and file not in self._unread


def _file(source: str) -> str:
    """The file of a source that may be a row of it: "dump.jsonl:12" is of dump.jsonl."""
    return os.path.realpath(_ROW.sub("", source))
