"""What an answerer gives: raw text as it streams, sentences once complete, and how it came out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.types import DraftSentence, Hit, Mode, PromptRef, Query, Turn


@dataclass(frozen=True, slots=True)
class Outcome:
    """Said once, last. `lead` is a span of the sentence with that index, word for word, and `likely`
    whether it is more likely right than wrong; the values of `differing` are such spans too, one of
    each article where articles give different ones."""

    answered: bool
    confidence: float | None = None
    lead: tuple[str, int] | None = None
    likely: bool = True
    differing: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()


Piece = str | DraftSentence | Outcome


class Answerer(Protocol):
    """Raises EndpointError where what it depends on fails, at any point of the iteration."""

    mode: Mode
    model: str | None
    prompt: PromptRef | None

    def pieces(
        self, query: Query, hits: Sequence[Hit], history: Sequence[Turn]
    ) -> Iterator[Piece]: ...
