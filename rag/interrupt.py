"""Ctrl-C: the first asks to stop at the next article, the second stops at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from rag.output import note

Item = TypeVar("Item")


@contextmanager
def stop_on_interrupt() -> Iterator[threading.Event]:
    """The event is set by Ctrl-C. In the main thread only, where signals arrive."""
    asked = threading.Event()
    before = signal.getsignal(signal.SIGINT)

    def ask(*_: Any) -> None:
        asked.set()
        signal.signal(signal.SIGINT, before)
        note("Stopping after this article; Ctrl-C again stops at once.")

    signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


def until(asked: threading.Event, items: Iterable[Item]) -> Iterator[Item]:
    """The items, up to the one during which the stop was asked for."""
    if asked.is_set():
        return
    for item in items:
        yield item
        if asked.is_set():
            return
