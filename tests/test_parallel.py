from __future__ import annotations

import threading
import time

import pytest

from rag.parallel import side_by_side


def test_results_keep_their_order_whatever_runs_first() -> None:
    def run(n: int) -> int:
        time.sleep(0.002 * (5 - n))
        return n * n

    assert side_by_side(run, range(5)) == [0, 1, 4, 9, 16]
    assert side_by_side(run, range(5), length=lambda n: n) == [0, 1, 4, 9, 16]
    assert side_by_side(run, []) == []


def test_a_run_within_a_run_keeps_to_its_own_thread() -> None:
    def where(_: int) -> int:
        return threading.get_ident()

    inner = side_by_side(lambda n: set(side_by_side(where, range(4))) | {where(n)}, range(6))
    assert all(len(threads) == 1 for threads in inner)
    assert threading.get_ident() not in set.union(*inner)


def test_a_failure_ends_it_and_what_waits_never_starts() -> None:
    started = []

    def run(n: int) -> None:
        started.append(n)
        time.sleep(0.01)
        raise ValueError(n)

    with pytest.raises(ValueError, match="0"):
        side_by_side(run, range(500))
    assert len(started) < 100
