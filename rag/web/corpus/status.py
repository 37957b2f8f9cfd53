"""What the library holds and what reads it, as a small table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag.library.library import FILE
from rag.web.markup import day, esc, joined

_MOST_OUTLETS = 4


def status_html(status: Mapping[str, Any], folder: Path) -> str:
    """Of `Pipeline.status()`. Where the library lies on the disk is not told."""
    rows = (
        ("Articles", f"{status.get('articles') or 0:,}"),
        ("Passages", f"{status.get('passages') or 0:,}"),
        ("Outlets", _outlets(status.get("outlets") or {})),
        ("Published", _span(status)),
        ("Last change", _changed(folder)),
        ("On disk", f"{_size(folder) / 1e6:,.0f} MB"),
        ("Answers", status.get("llm") or "extractive"),
        ("Embedder", status.get("embedder")),
        ("Checker", status.get("checker")),
        ("Reader", "embedded"),
    )
    listed = "".join(
        f"<div><dt>{name}</dt><dd>{esc(value)}</dd></div>" for name, value in rows if value
    )
    return (
        '<section class="gw-holdings" aria-labelledby="gw-holdings-title">'
        f'<h2 id="gw-holdings-title">This library</h2><dl>{listed}</dl></section>'
    )


def _outlets(outlets: Mapping[str, int]) -> str:
    if len(outlets) > _MOST_OUTLETS:
        return f"{len(outlets):,}"
    return joined((f"{name} ({count:,})" for name, count in outlets.items()), ", ")


def _span(status: Mapping[str, Any]) -> str:
    days = [status.get("first_published"), status.get("last_published")]
    said = [day(datetime.fromisoformat(one).date()) for one in days if one]
    return joined(dict.fromkeys(said), " to ")


def _changed(folder: Path) -> str:
    try:
        when = datetime.fromtimestamp((folder / FILE).stat().st_mtime, UTC)
    except OSError:
        return ""
    return f"{day(when.date())}, {when:%H:%M} UTC"


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            # A writer took it away just now.
            continue
    return total
