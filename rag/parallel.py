"""Many runs side by side, a thread for each core."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
_HERE = threading.local()


def side_by_side(
    run: Callable[[Item], Result],
    items: Sequence[Item],
    length: Callable[[Item], int] = lambda item: 0,
) -> list[Result]:
    """run(item) of each, in order.

    The longest go first, so that no thread is left alone with a long one at the end. Within a run
    there is one core left, so what it would run side by side goes one by one.
    """
    if len(items) < 2 or getattr(_HERE, "inside", False):
        return [run(item) for item in items]
    order = sorted(range(len(items)), key=lambda i: -length(items[i]))
    with ThreadPoolExecutor(min(_cores(), len(items)), initializer=_enter) as pool:
        done = dict(zip(order, pool.map(lambda i: run(items[i]), order), strict=True))
    return [done[i] for i in range(len(items))]


def _enter() -> None:
    _HERE.inside = True


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1
