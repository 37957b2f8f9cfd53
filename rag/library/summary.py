"""What an ingest did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rag.reading.skipped import Skipped


@dataclass(slots=True)
class Summary:
    """Counts of articles; `skipped` names each source and why, `languages` those of what was
    added or updated."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    passages: int = 0
    seconds: float = 0.0
    skipped: list[Skipped] = field(default_factory=list)
    languages: Counter[str] = field(default_factory=Counter)

    @property
    def seen(self) -> int:
        return self.added + self.updated + self.unchanged + len(self.skipped)

    def to_dict(self) -> dict[str, Any]:
        return {
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "removed": self.removed,
            "passages": self.passages,
            "seconds": round(self.seconds, 2),
            "languages": dict(self.languages.most_common()),
            "skipped": [{"source": s.source, "reason": s.reason} for s in self.skipped],
        }


Progress = Callable[[Summary], None]


def silent(_: Summary) -> None:
    """No progress is shown."""
