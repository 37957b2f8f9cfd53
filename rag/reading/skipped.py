"""What could not be read, and why."""

from __future__ import annotations

from dataclasses import dataclass

from rag.reading.names import printable


@dataclass(frozen=True, slots=True)
class Skipped:
    """Both lines are fit for a terminal, whatever the source was called."""

    source: str
    reason: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "source", printable(self.source))
        object.__setattr__(self, "reason", printable(self.reason))
