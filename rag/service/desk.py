"""Who may ask now: seats that the page and the API share, and questions a minute for each user."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager

from rag.errors import Busy, TooMany
from rag.settings import Settings

_MINUTE = 60.0
# Users whose last minute is remembered before the idle ones are swept out.
_REMEMBERED = 10_000


class Desk:
    """`seats` questions run at once, `queue` more wait in the order in which they came."""

    def __init__(
        self, seats: int, queue: int, rate: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        """`rate` is questions a minute for each user; 0 is no limit."""
        self._seats = seats
        self._queue = queue
        self._rate = rate
        self._now = now
        self._lock = threading.Lock()
        self._running = 0
        self._line: deque[Future[None]] = deque()
        self._asked: dict[str, deque[float]] = {}

    @classmethod
    def of(cls, settings: Settings) -> Desk:
        return cls(settings.concurrency, settings.queue, settings.rate_limit)

    @property
    def running(self) -> int:
        return self._running

    @property
    def waiting(self) -> int:
        return len(self._line)

    @contextmanager
    def seat(self, who: str) -> Iterator[None]:
        """Waits in this thread. Raises Busy where the line is full, TooMany for this user."""
        turn = self._come(who)
        try:
            turn.result()
            yield
        finally:
            self._leave(turn)

    @asynccontextmanager
    async def seat_async(self, who: str) -> AsyncIterator[None]:
        """The same without a thread; a caller who is cancelled gives up the place."""
        turn = self._come(who)
        try:
            await asyncio.wrap_future(turn)
            yield
        finally:
            self._leave(turn)

    def _come(self, who: str) -> Future[None]:
        with self._lock:
            if self._running >= self._seats and len(self._line) >= self._queue:
                raise Busy("Too many questions are waiting just now; ask again in a moment.", 5)
            self._count(who)
            turn: Future[None] = Future()
            if self._running < self._seats:
                self._running += 1
                turn.set_result(None)
            else:
                self._line.append(turn)
            return turn

    def _leave(self, turn: Future[None]) -> None:
        with self._lock:
            if turn in self._line:
                self._line.remove(turn)
            elif turn.done() and not turn.cancelled():
                self._pass_on()

    def _pass_on(self) -> None:
        while self._line:
            following = self._line.popleft()
            # False for one who went away while waiting.
            if following.set_running_or_notify_cancel():
                following.set_result(None)
                return
        self._running -= 1

    def _count(self, who: str) -> None:
        if not self._rate:
            return
        now = self._now()
        if len(self._asked) >= _REMEMBERED:
            self._asked = {n: t for n, t in self._asked.items() if t[-1] > now - _MINUTE}
        times = self._asked.setdefault(who, deque(maxlen=self._rate))
        if len(times) == self._rate and times[0] > now - _MINUTE:
            seconds = max(1, math.ceil(times[0] + _MINUTE - now))
            raise TooMany(
                f"You have asked {self._rate} times in a minute, which is the most; ask again in "
                f"{seconds} seconds.",
                seconds,
            )
        times.append(now)
