"""The list of articles with its search box, its filters and its pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rag.library.catalogue import PER_PAGE, Listed, Listing
from rag.web.corpus.timeline import period_text, timeline_html
from rag.web.corpus.where import PAGE, Where, period_of
from rag.web.markup import counted, day, esc, joined


def shelf_html(listing: Listing, outlets: Mapping[str, int], where: Where, notice: str = "") -> str:
    """`notice` is a line on what was just done; plain text."""
    told = f'<p class="gw-note gw-notice">{esc(notice)}</p>' if notice else ""
    return (
        f'<section class="gw-shelf" data-here="{esc(where.href(page=listing.page))}" '
        f'aria-label="Articles">{told}{_form(listing, outlets, where)}'
        f"{timeline_html(listing.months, where)}{_count(listing, where)}"
        f"{_list(listing, where)}{_pages(listing, where)}</section>"
    )


def _form(listing: Listing, outlets: Mapping[str, int], where: Where) -> str:
    months = [period_of(month) for month in reversed(listing.months) if month]
    years = dict.fromkeys(month[:4] for month in months)
    periods = [(one, period_text(one)) for one in (*years, *months)]
    if 0 in listing.months:
        periods.append(("undated", "Undated"))
    named = [(name, f"{name} ({count:,})") for name, count in outlets.items()]
    return (
        f'<form class="gw-find" role="search" action="{PAGE}" method="get">'
        '<label class="gw-find-words"><span>Words</span>'
        f'<input type="search" id="gw-words" name="q" value="{esc(where.words)}" maxlength="300" '
        'placeholder="In headline or text…" autocomplete="off"></label>'
        f"{_select('outlet', 'Outlet', 'Every outlet', named, where.outlet) if named else ''}"
        f"{_select('when', 'Published', 'Any date', periods, where.period)}"
        '<button type="submit" class="gw-button">Search</button></form>'
    )


def _select(
    name: str, label: str, every: str, options: Iterable[tuple[str, str]], chosen: str
) -> str:
    known = list(options)
    if chosen and chosen not in dict(known):
        known.append((chosen, period_text(chosen) if name == "when" else chosen))
    listed = "".join(
        f'<option value="{esc(value)}"{" selected" if value == chosen else ""}>{esc(text)}</option>'
        for value, text in known
    )
    return (
        f'<label><span>{label}</span><select id="gw-{name}" name="{name}">'
        f'<option value="">{every}</option>{listed}</select></label>'
    )


def _count(listing: Listing, where: Where) -> str:
    begin = (listing.page - 1) * PER_PAGE + 1
    range_ = f"{begin:,} to {begin + len(listing.lines) - 1:,}" if listing.pages > 1 else ""
    said = joined((counted(listing.total, "article"), range_, "newest first"))
    if not listing.total:
        said = "No article matches." if where != Where() else "This library is empty."
    is_filtered = bool(where.words or where.outlet or where.period)
    every = f' <a class="gw-go" href="{PAGE}">Show all</a>' if is_filtered else ""
    return f'<p class="gw-count" role="status">{said}{every}</p>'


def _list(listing: Listing, where: Where) -> str:
    items = "".join(_line(line, where) for line in listing.lines)
    return f'<ol class="gw-lines">{items}</ol>' if items else ""


def _line(line: Listed, where: Where) -> str:
    article = line.article
    href = esc(where.href(article=article.id))
    credit = joined((esc(article.outlet or ""), day(article.published) or "undated"))
    return (
        f'<li><a class="gw-line gw-go" href="{href}">'
        f'<span class="gw-headline">{esc(article.title)}</span></a>'
        f'<p class="gw-credit">{credit} · {counted(line.passages, "passage")}</p></li>'
    )


def _pages(listing: Listing, where: Where) -> str:
    if listing.pages == 1:
        return ""
    newer = _turn("Newer", listing.page - 1, listing, where)
    older = _turn("Older", listing.page + 1, listing, where)
    return (
        f'<nav class="gw-pages" aria-label="Pages of the list">{newer}'
        f"<span>Page {listing.page:,} of {listing.pages:,}</span>{older}</nav>"
    )


def _turn(label: str, page: int, listing: Listing, where: Where) -> str:
    if not 1 <= page <= listing.pages:
        return f'<span class="gw-off">{label}</span>'
    return f'<a class="gw-go" href="{esc(where.href(page=page))}">{label}</a>'
