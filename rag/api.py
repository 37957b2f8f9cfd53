"""The functions of `import rag`: one shared pipeline with the settings of the environment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from rag.history import History
from rag.pipeline import Pipeline, Source
from rag.types import Answer, Event, Hit, Report


@lru_cache(maxsize=1)
def pipeline() -> Pipeline:
    return Pipeline()


def ask(question: str, history: History | None = None, **options: Any) -> Answer:
    """A checked answer. Options: since, until, as_of (dates or "YYYY-MM-DD"), outlets."""
    return pipeline().ask(question, history, **options)


async def aask(question: str, history: History | None = None, **options: Any) -> Answer:
    return await pipeline().aask(question, history, **options)


def stream(question: str, history: History | None = None, **options: Any) -> Iterator[Event]:
    """Events retrieved, token, sentence, done; the last carries the answer."""
    return pipeline().stream(question, history, **options)


def search(query: str, **options: Any) -> tuple[Hit, ...]:
    """Passages, best first. Options: k, since, until, outlets, as_of."""
    return pipeline().search(query, **options).hits


def check(answer: str, sources: Sequence[Source], *, explain: bool = False) -> Report:
    """A verdict on every sentence of any text, against the sources that it cites as [1], [2];
    with `explain` each sentence carries how its verdict came about."""
    return pipeline().check(answer, sources, explain=explain)
