"""The pipeline as the service's doors use it: one seat a question, never on the event loop."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from rag.service.desk import Desk
from rag.types import Answer, Event, Report

if TYPE_CHECKING:
    from rag.pipeline import Pipeline
    from rag.retrieval.search import Found


class Service:
    """`who` is the user's name, or the address where there is no login."""

    def __init__(self, pipeline: Pipeline, desk: Desk) -> None:
        self._pipeline = pipeline
        self._desk = desk

    @property
    def holds_back(self) -> bool:
        """Whether a sentence that is out may still be taken back by the policy."""
        return self._pipeline.settings.on_failure == "refuse"

    async def events(
        self, who: str, question: str, history: Sequence[Any], options: dict[str, Any]
    ) -> AsyncGenerator[Event, None]:
        """Raises what `Pipeline.stream` raises, and Busy."""
        async with self._desk.seat_async(who):
            steps = self._pipeline.stream(question, history, **options)
            try:
                # A thread that was begun is waited for, so `steps` is never closed while it runs.
                while (event := await run_in_threadpool(next, steps, None)) is not None:
                    yield event
            finally:
                steps.close()  # type: ignore[attr-defined]

    async def answer(
        self, who: str, question: str, history: Sequence[Any], options: dict[str, Any]
    ) -> Answer:
        async with aclosing(self.events(who, question, history, options)) as events:
            async for event in events:
                if event.answer is not None:
                    return event.answer
        raise AssertionError("a stream ends with its answer")

    async def search(self, who: str, query: str, k: int, options: dict[str, Any]) -> Found:
        async with self._desk.seat_async(who):
            return await run_in_threadpool(self._pipeline.search, query, k=k, **options)

    async def check(self, who: str, text: str, sources: Sequence[Any]) -> Report:
        async with self._desk.seat_async(who):
            return await run_in_threadpool(self._pipeline.check, text, sources)

    async def status(self) -> dict[str, Any]:
        """Without the folder: where it lies is nobody's business."""
        known = await run_in_threadpool(self._pipeline.status)
        known.pop("library", None)
        load = {"running": self._desk.running, "waiting": self._desk.waiting}
        return {"version": version("groundwire"), **known, "questions": load}
