"""Validators (ETag, Last-Modified) of what was fetched, in a file beside the library."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from rag.reading.fetch.fetcher import Fetched
from rag.types import Article

FILE = "fetched.json"

Held = Callable[[str], Article | None]


class Remembered:
    """A page is asked for conditionally only while the library holds just what it gave before.

    So a lost or stale file costs a download and never an article. `held` finds a stored article.
    """

    def __init__(self, folder: Path | None = None, held: Held = lambda article_id: None) -> None:
        self._path = folder / FILE if folder else None
        self._held = held
        self._known: dict[str, dict[str, str]] = {}
        if self._path and self._path.is_file():
            with contextlib.suppress(OSError, ValueError, AttributeError):
                self._known = dict(json.loads(self._path.read_text(encoding="utf-8")).items())

    def article(self, url: str) -> Article | None:
        """What the library still holds of the page, unchanged since it was fetched."""
        known = self._known.get(url)
        if not isinstance(known, dict):
            return None
        article = self._held(str(known.get("article")))
        return article if article and article.content_hash == known.get("hash") else None

    def validators(self, url: str) -> dict[str, str]:
        if self.article(url) is None:
            return {}
        known = self._known[url]
        return {
            header: known[name]
            for header, name in (("If-None-Match", "etag"), ("If-Modified-Since", "modified"))
            if known.get(name)
        }

    def note(self, url: str, fetched: Fetched, article: Article) -> None:
        if fetched.etag or fetched.modified:
            self._known[url] = {
                "etag": fetched.etag or "",
                "modified": fetched.modified or "",
                "article": article.id,
                "hash": article.content_hash,
            }

    def keep(self) -> None:
        """Whole or not at all; a folder that cannot be written only costs the next run time."""
        if self._path is None or not self._known:
            return
        with contextlib.suppress(OSError):
            fresh = self._path.with_suffix(".new")
            fresh.write_text(json.dumps(self._known), encoding="utf-8")
            os.replace(fresh, self._path)
