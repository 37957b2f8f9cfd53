"""Seats and the rate limit, without a server."""

from __future__ import annotations

import asyncio
import threading
from contextlib import ExitStack

import pytest

from rag.errors import Busy, TooMany
from rag.service.desk import Desk


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_user_may_ask_so_often_a_minute_and_is_told_when_again() -> None:
    clock = Clock()
    desk = Desk(4, 4, 2, clock)
    for _ in range(2):
        with desk.seat("anna"):
            clock.now += 10
    with (
        pytest.raises(TooMany, match=r"2 times in a minute.* 40 seconds") as caught,
        desk.seat("anna"),
    ):
        pass
    assert caught.value.seconds == 40
    with desk.seat("ben"):
        pass
    clock.now += 40.1
    with desk.seat("anna"):
        assert desk.running == 1


def test_a_full_line_is_busy_and_costs_no_turn_of_the_rate() -> None:
    desk = Desk(1, 1, 2)
    with ExitStack() as held:
        held.enter_context(desk.seat("a"))
        waiting = threading.Thread(target=lambda: held.enter_context(desk.seat("b")))
        waiting.start()
        while not desk.waiting:
            pass
        for _ in range(5):
            with pytest.raises(Busy, match="waiting"), desk.seat("c"):
                pass
        held.pop_all().close()
        waiting.join(5)
        assert not waiting.is_alive()
        held.pop_all().close()
    with desk.seat("c"):
        pass
    assert (desk.running, desk.waiting) == (0, 0)


def test_seats_are_given_in_the_order_of_coming_to_threads_and_tasks_alike() -> None:
    desk = Desk(1, 9, 0)
    order: list[str] = []

    async def task(name: str) -> None:
        async with desk.seat_async(name):
            order.append(name)

    def thread(name: str) -> None:
        with desk.seat(name):
            order.append(name)

    async def all_of_them() -> None:
        async with desk.seat_async("first"):
            one = asyncio.create_task(task("task"))
            await asyncio.sleep(0)
            other = asyncio.create_task(asyncio.to_thread(thread, "thread"))
            while desk.waiting < 2:
                await asyncio.sleep(0.01)
            assert order == []
        await asyncio.gather(one, other)

    asyncio.run(all_of_them())
    assert order == ["task", "thread"]
    assert (desk.running, desk.waiting) == (0, 0)


def test_who_goes_away_while_waiting_or_asking_leaves_no_seat_taken() -> None:
    desk = Desk(1, 9, 0)

    async def sit(seconds: float) -> None:
        async with desk.seat_async("x"):
            await asyncio.sleep(seconds)

    async def play() -> None:
        asking = asyncio.create_task(sit(60))
        await asyncio.sleep(0)
        waiting = [asyncio.create_task(sit(0)) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        await asyncio.sleep(0)
        assert desk.waiting == 2
        # The seat passes to one who is cancelled in the same moment.
        asking.cancel()
        waiting[1].cancel()
        await asyncio.gather(asking, *waiting, return_exceptions=True)

    asyncio.run(play())
    assert (desk.running, desk.waiting) == (0, 0)
