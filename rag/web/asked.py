"""What stands under an answer's question: how it was narrowed; and what can be done with it."""

from __future__ import annotations

from datetime import date

from rag.types import Period, Query
from rag.web.conversation import Exchange
from rag.web.filters import labels, removable
from rag.web.markup import day, esc


def narrowed_html(exchange: Exchange) -> str:
    """Chips: what the question's words set can be taken off, what the reader set is only told."""
    query = exchange.answer.query if exchange.answer else exchange.query
    chips = "".join(
        f'<span class="gw-filter">{esc(label)}</span>' for _, _, label in labels(exchange.filters)
    )
    if query is not None:
        chips += "".join(removable("without", what, "", label) for what, label in _read(query))
    return f'<p class="gw-filters gw-narrowed">{chips}</p>' if chips else ""


def _read(query: Query) -> list[tuple[str, str]]:
    """(reading, what a chip says)"""
    found = []
    if query.period is not None:
        found.append(("period", f"About: {period_text(query.period)}"))
    if query.outlets_may_yield and query.outlets:
        found.append(("outlets", f"Outlet: {', '.join(query.outlets)}"))
    if query.newest:
        found.append(("newest", "Newest first"))
    if query.overview:
        found.append(("overview", "Overview"))
    return found


def period_text(period: Period) -> str:
    """2020 · Oct 2020 · 9 Oct 2020 · 1 Oct 2020 to 9 Nov 2020"""
    start, end = period.start, period.end
    if start == end:
        return day(start)
    from_first = start.day == 1 and end.toordinal() + 1 == _after(end.year, end.month)
    if from_first and start.year == end.year:
        if start.month == end.month:
            return f"{start:%b %Y}"
        if (start.month, end.month) == (1, 12):
            return f"{start.year}"
    return f"{day(start)} to {day(end)}"


def _after(year: int, month: int) -> int:
    """The ordinal of the first day after the month."""
    return date(year + month // 12, month % 12 + 1, 1).toordinal()


def acts_html(exchange: Exchange) -> str:
    """Edit and ask again, for the newest question alone: the style sheet hides those of others."""
    if not exchange.done:
        return ""
    return (
        '<p class="gw-acts"><button type="button" class="gw-plain" data-act="edit">Edit</button>'
        '<button type="button" class="gw-plain" data-act="again">Ask again</button></p>'
    )
