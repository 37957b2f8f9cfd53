"""The functions of `import rag`: one shared pipeline with the settings of the environment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Unpack

from rag.history import History
from rag.pipeline import Pipeline, Source
from rag.scope import Scope
from rag.types import Answer, Event, Hit, Report


@lru_cache(maxsize=1)
def pipeline() -> Pipeline:
    return Pipeline()


def ask(question: str, history: History | None = None, **scope: Unpack[Scope]) -> Answer:
    """A checked answer. Dates are dates or "YYYY-MM-DD"."""
    return pipeline().ask(question, history, **scope)


async def aask(question: str, history: History | None = None, **scope: Unpack[Scope]) -> Answer:
    return await pipeline().aask(question, history, **scope)


def stream(
    question: str, history: History | None = None, **scope: Unpack[Scope]
) -> Iterator[Event]:
    """Events retrieved, token, sentence, done; the last carries the answer."""
    return pipeline().stream(question, history, **scope)


def search(query: str, *, k: int = 10, **scope: Unpack[Scope]) -> tuple[Hit, ...]:
    """Up to k passages, best first."""
    return pipeline().search(query, k=k, **scope).hits


def check(answer: str, sources: Sequence[Source], *, explain: bool = False) -> Report:
    """A verdict on every sentence of any text, against the sources that it cites as [1], [2];
    with `explain` each sentence carries how its verdict came about."""
    return pipeline().check(answer, sources, explain=explain)
