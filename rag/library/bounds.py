"""What a dense search must keep to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """Dates as YYYYMMDD, both ends included; `dated` leaves out what bears no date."""

    since: int | None = None
    until: int | None = None
    dated: bool = False
    outlets: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
