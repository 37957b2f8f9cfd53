"""The articles of each month as bars that filter the list; by year where there are many months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rag.library.catalogue import UNDATED
from rag.web.corpus.where import Where, period_of
from rag.web.markup import counted, esc, joined

# More bars than these are too thin to be hit.
_MOST_MONTHS = 60
_MOST_YEARS = 120


@dataclass(frozen=True, slots=True)
class _Bar:
    """`period` is YYYYMM or YYYY."""

    period: int
    count: int


def timeline_html(months: Mapping[int, int], where: Where) -> str:
    """`months` is YYYYMM or UNDATED to articles. Empty where there is nothing to draw."""
    undated = months.get(UNDATED, 0)
    bars = _bars({month: n for month, n in months.items() if month != UNDATED}, where.period[:4])
    drawn = _figure(bars, where) if bars else ""
    return drawn + (_undated(undated, where) if undated else "")


def period_text(period: str) -> str:
    """
    >>> period_text("2020-10"), period_text("2020")
    ('October 2020', '2020')
    """
    if len(period) != 7:
        return period
    return f"{date(int(period[:4]), int(period[5:]), 1):%B %Y}"


def _bars(months: Mapping[int, int], year: str) -> list[_Bar]:
    if not months:
        return []
    first, last = min(months), max(months)
    span = (last // 100 - first // 100) * 12 + last % 100 - first % 100 + 1
    if span <= _MOST_MONTHS:
        return [_Bar(month, months.get(month, 0)) for month in _months(first, last)]
    if year.isdigit():
        begin = int(year) * 100
        return [_Bar(month, months.get(month, 0)) for month in _months(begin + 1, begin + 12)]
    years: Counter[int] = Counter()
    for month, count in months.items():
        years[month // 100] += count
    every = range(first // 100, last // 100 + 1)
    # A stray date of another century would leave the rest no room.
    shown = every if len(every) <= _MOST_YEARS else sorted(years)[-_MOST_YEARS:]
    return [_Bar(one, years[one]) for one in shown]


def _months(first: int, last: int) -> list[int]:
    found = []
    while first <= last:
        found.append(first)
        first += 1 if first % 100 < 12 else 89
    return found


def _figure(bars: list[_Bar], where: Where) -> str:
    most = max(1, *(bar.count for bar in bars))
    chosen = [bar for bar in bars if period_of(bar.period) == where.period]
    # One stop of the Tab key for all of them; the arrows lead on from it.
    filled = [bar for bar in bars if bar.count]
    stop = (chosen or filled or bars)[-1]
    items = "".join(_item(bar, most, where, bar is stop) for bar in bars)
    return (
        '<figure class="gw-time" aria-label="Articles over time">'
        f'<figcaption class="gw-time-said">{_caption(bars, where)}</figcaption>'
        f'<ol class="gw-bars">{items}</ol>'
        f'<p class="gw-axis" aria-hidden="true">{_axis(bars)}</p></figure>'
    )


def _caption(bars: list[_Bar], where: Where) -> str:
    kind = "month" if bars[0].period > 9999 else "year"
    top = max(bars, key=lambda bar: bar.count)
    said = joined(
        (f"Articles a {kind}", f"most in {period_text(period_of(top.period))}: {top.count:,}")
    )
    if not where.period:
        return said
    whole = f'<a class="gw-go" href="{esc(where.href(period="", page=1))}">Show all dates</a>'
    return f"{said} {whole}"


def _item(bar: _Bar, most: int, where: Where, is_stop: bool) -> str:
    if not bar.count:
        return "<li></li>"
    period = period_of(bar.period)
    is_chosen = period == where.period
    label = f"{period_text(period)}: {counted(bar.count, 'article')}"
    href = where.href(period="" if is_chosen else period, page=1)
    height = max(3, round(100 * bar.count / most))
    return (
        f'<li><a class="gw-bar gw-go" href="{esc(href)}" aria-label="{esc(label)}" '
        f'title="{esc(label)}" tabindex="{0 if is_stop else -1}"'
        f"{' aria-current=true' if is_chosen else ''}>"
        f'<span style="height:{height}%"></span></a></li>'
    )


def _axis(bars: list[_Bar]) -> str:
    ends = (bars[0], bars[-1]) if len(bars) > 1 else (bars[0],)
    return "".join(f"<span>{period_text(period_of(bar.period))}</span>" for bar in ends)


def _undated(count: int, where: Where) -> str:
    said, label = ("bears", "Show it") if count == 1 else ("bear", "Show them")
    is_chosen = where.period == "undated"
    href = where.href(period="" if is_chosen else "undated", page=1)
    return (
        f'<p class="gw-undated">{counted(count, "article")} {said} no date. '
        f'<a class="gw-go" href="{esc(href)}">{"Show all dates" if is_chosen else label}</a></p>'
    )
