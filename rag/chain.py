"""The pipeline as a LangChain Runnable."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import run_in_executor

from rag.errors import UsageError
from rag.pipeline import Pipeline
from rag.scope import Scope
from rag.types import Answer, Event

Question = str | Mapping[str, Any]


class AskChain(Runnable[Question, Any]):
    """`invoke` takes a question, or a row with `question` and the options of `Pipeline.ask`, and
    gives an Answer; `stream` gives its Events."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def invoke(
        self, input: Question, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Answer:
        def ask(given: Question) -> Answer:
            return self._pipeline.ask(**_arguments(given))

        return self._call_with_config(ask, input, config)

    async def ainvoke(
        self, input: Question, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Answer:
        return await run_in_executor(config, self.invoke, input, config, **kwargs)

    def stream(
        self, input: Question, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Event]:
        yield from self._pipeline.stream(**_arguments(input))

    async def astream(
        self, input: Question, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[Event]:
        events = self.stream(input, config)
        while (event := await run_in_executor(config, next, events, None)) is not None:
            yield event


def _arguments(given: Question) -> dict[str, Any]:
    if isinstance(given, str):
        return {"question": given}
    known = {"question", "history", *Scope.__annotations__}
    unknown = set(given) - known
    if unknown or "question" not in given:
        raise UsageError(
            f"A question is a text or a row with {sorted(known)}, not {sorted(given)}."
        )
    return dict(given)
