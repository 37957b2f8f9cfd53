"""An ingest that runs in the background: what it has done so far, and how it is stopped."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from rag.errors import LibraryBusy, RagError
from rag.library.summary import Progress, Summary

_log = logging.getLogger(__name__)

BUSY = "Another writer is at work on this library: nothing was changed. Please try again later."
BROKEN = "Something went wrong here, and the server's log says what. What was read before is in."

Work = Callable[[Progress, threading.Event], Summary]


class Job:
    """One at a time. It goes on when the visitor who began it leaves."""

    def __init__(self, work: Work, total: int | None) -> None:
        """`total` articles are expected; None where nobody knows."""
        self.total = total
        self.error: str | None = None
        self.begun = time.monotonic()
        self._work = work
        self._so_far = Summary()
        self._stop = threading.Event()
        self._ended = threading.Event()
        threading.Thread(target=self._run, name="ingest", daemon=True).start()

    @property
    def running(self) -> bool:
        return not self._ended.is_set()

    @property
    def stopping(self) -> bool:
        """Asked to stop; what is being read now still goes in."""
        return self._stop.is_set()

    @property
    def summary(self) -> Summary:
        return self._so_far

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.begun

    def stop(self) -> None:
        self._stop.set()

    def wait(self, seconds: float) -> None:
        """Until it has ended, at most so long."""
        self._ended.wait(seconds)

    def _run(self) -> None:
        try:
            self._so_far = self._work(self._take, self._stop)
        except LibraryBusy:
            self.error = BUSY
        except RagError as error:
            self.error = str(error)
        except Exception:
            _log.exception("an ingest failed")
            self.error = BROKEN
        finally:
            self._ended.set()

    def _take(self, summary: Summary) -> None:
        # The ingest goes on counting in the one that it gave.
        self._so_far = replace(summary, skipped=list(summary.skipped))
