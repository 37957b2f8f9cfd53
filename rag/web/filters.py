"""What the reader narrows the search to: dates, outlets, "as of". The chips above the box."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rag.errors import ReadError, UsageError
from rag.reading.dates import parse_date
from rag.scope import known_outlet
from rag.web.markup import day, esc

_DAYS = {"since": "From", "until": "Until", "as_of": "As of"}
_MOST_OUTLETS = 20
# A browser's list of suggestions; any outlet may be typed.
_MOST_SUGGESTED = 300


@dataclass(frozen=True, slots=True)
class Filters:
    """The options of Pipeline.stream that exclude articles. Empty: nothing is excluded."""

    since: date | None = None
    until: date | None = None
    outlets: tuple[str, ...] = ()
    as_of: date | None = None

    def options(self) -> dict[str, Any]:
        """Only what is set, as arguments of Pipeline.stream."""
        given = {name: getattr(self, name) for name in ("since", "until", "as_of", "outlets")}
        return {name: value for name, value in given.items() if value}

    def with_form(self, form: Mapping[str, str], known: Iterable[str]) -> Filters:
        """The form's dates, and its outlet beside those that are set. Raises UsageError."""
        since, until, as_of = (_day(form.get(name, ""), label) for name, label in _DAYS.items())
        made = Filters(since, until, self.outlets, as_of)
        if made.since and made.until and made.since > made.until:
            raise UsageError(
                f"Nothing lies between {made.since} and {made.until}: swap From and Until."
            )
        if made.since and made.as_of and made.since > made.as_of:
            raise UsageError(f"As of {made.as_of}, nothing from {made.since} was written yet.")
        name = form.get("outlet", "").strip()
        if not name:
            return made
        outlet = known_outlet(name, list(known))
        if len(made.outlets) >= _MOST_OUTLETS:
            raise UsageError(f"{_MOST_OUTLETS} outlets are the most: take one off first.")
        return replace(made, outlets=tuple(dict.fromkeys((*made.outlets, outlet))))

    def without(self, what: str, value: str = "") -> Filters:
        if what == "since":
            return replace(self, since=None)
        if what == "until":
            return replace(self, until=None)
        if what == "as_of":
            return replace(self, as_of=None)
        if what == "outlets":
            return replace(self, outlets=tuple(name for name in self.outlets if name != value))
        return self


NO_FILTERS = Filters()


def _day(text: str, label: str) -> date | None:
    try:
        return parse_date(text)
    except ReadError as error:
        raise UsageError(f"{label}: {error}.") from None


def labels(filters: Filters) -> list[tuple[str, str, str]]:
    """(field, value, what a chip says) of what is set."""
    days = [(name, "", f"{label}: {day(getattr(filters, name))}") for name, label in _DAYS.items()]
    set_days = [one for one in days if getattr(filters, one[0])]
    return set_days + [("outlets", name, f"Outlet: {name}") for name in filters.outlets]


def removable(act: str, what: str, value: str, label: str) -> str:
    """A chip with its button; asking.js sends what the data attributes hold."""
    return (
        f'<span class="gw-filter">{esc(label)}<button type="button" class="gw-x" data-act="{act}" '
        f'data-what="{esc(what)}" data-value="{esc(value)}" '
        f'aria-label="Remove {esc(label)}"><span aria-hidden="true">×</span></button></span>'
    )


def filters_html(
    filters: Filters, outlets: Iterable[str], *, complaint: str = "", editing: bool = False
) -> str:
    """The row above the box; the form is open where it has something to complain of."""
    chips = "".join(removable("unset", *one) for one in labels(filters))
    notice = (
        '<p class="gw-editing">Your last question is in the box; what you ask takes its place. '
        '<button type="button" class="gw-plain" data-act="keep">Keep it as it is</button></p>'
        if editing
        else ""
    )
    return f'{notice}<div class="gw-filters">{chips}{_form(filters, outlets, complaint)}</div>'


def _form(filters: Filters, outlets: Iterable[str], complaint: str) -> str:
    days = "".join(
        f'<label>{label}<input type="text" name="{name}" autocomplete="off" maxlength="40" '
        f'placeholder="YYYY-MM-DD" value="{getattr(filters, name) or ""}"></label>'
        for name, label in _DAYS.items()
    )
    listed = sorted({name for name in outlets if name})[:_MOST_SUGGESTED]
    options = "".join(f'<option value="{esc(name)}"></option>' for name in listed)
    told = f'<p class="gw-complaint" role="alert">{esc(complaint)}</p>' if complaint else ""
    return (
        f'<details class="gw-narrow" id="gw-narrow"{" open" if complaint else ""}>'
        "<summary>Narrow by date or outlet</summary>"
        f'<div class="gw-form" role="group" aria-label="Narrow the search">{days}'
        '<label>Outlet<input type="text" name="outlet" list="gw-outlets" autocomplete="off" '
        f'maxlength="200"></label><datalist id="gw-outlets">{options}</datalist>'
        f'<button type="button" class="gw-apply" data-act="filter">Apply</button>{told}'
        "</div></details>"
    )
