"""What the reader narrows the search to: dates, outlets, topics, "as of". The chips above the box."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rag.errors import ReadError, UsageError
from rag.reading.dates import parse_date
from rag.scope import known_name
from rag.web.markup import day, esc

_DAYS = {"since": "From", "until": "Until", "as_of": "As of"}
# The field of Filters, and what its chip and its input say.
_NAMES = {"outlets": "Outlet", "topics": "Topic"}
_MOST_NAMES = 20
# A browser's list of suggestions, those with the most articles; any other may be typed.
_MOST_SUGGESTED = 300


@dataclass(frozen=True, slots=True)
class Filters:
    """The options of Pipeline.stream that exclude articles. Empty: nothing is excluded."""

    since: date | None = None
    until: date | None = None
    outlets: tuple[str, ...] = ()
    as_of: date | None = None
    topics: tuple[str, ...] = ()

    def options(self) -> dict[str, Any]:
        """Only what is set, as arguments of Pipeline.stream."""
        given = {name: getattr(self, name) for name in (*_DAYS, *_NAMES)}
        return {name: value for name, value in given.items() if value}

    def with_form(
        self, form: Mapping[str, str], outlets: Iterable[str], topics: Iterable[str] = ()
    ) -> Filters:
        """The form's dates, and its outlet and topic beside those that are set; `outlets` and
        `topics` are those that there are. Raises UsageError."""
        since, until, as_of = (_day(form.get(name, ""), label) for name, label in _DAYS.items())
        made = replace(self, since=since, until=until, as_of=as_of)
        if made.since and made.until and made.since > made.until:
            raise UsageError(
                f"Nothing lies between {made.since} and {made.until}: swap From and Until."
            )
        if made.since and made.as_of and made.since > made.as_of:
            raise UsageError(f"As of {made.as_of}, nothing from {made.since} was written yet.")
        return replace(
            made,
            outlets=_with(self.outlets, form.get("outlet", ""), outlets, "outlet"),
            topics=_with(self.topics, form.get("topic", ""), topics, "topic"),
        )

    def without(self, what: str, value: str = "") -> Filters:
        left: dict[str, Any] = {}
        if what in _DAYS:
            left = {what: None}
        elif what in _NAMES:
            left = {what: tuple(name for name in getattr(self, what) if name != value)}
        return replace(self, **left)


NO_FILTERS = Filters()


def _day(text: str, label: str) -> date | None:
    try:
        return parse_date(text)
    except ReadError as error:
        raise UsageError(f"{label}: {error}.") from None


def _with(chosen: tuple[str, ...], typed: str, known: Iterable[str], noun: str) -> tuple[str, ...]:
    if not typed.strip():
        return chosen
    found = known_name(typed.strip(), list(known), noun)
    if len(chosen) >= _MOST_NAMES:
        raise UsageError(f"{_MOST_NAMES} {noun}s are the most: take one off first.")
    return tuple(dict.fromkeys((*chosen, found)))


def labels(filters: Filters) -> list[tuple[str, str, str]]:
    """(field, value, what a chip says) of what is set."""
    days = [(name, "", f"{label}: {day(getattr(filters, name))}") for name, label in _DAYS.items()]
    set_days = [one for one in days if getattr(filters, one[0])]
    names = [
        (field, name, f"{label}: {name}")
        for field, label in _NAMES.items()
        for name in getattr(filters, field)
    ]
    return set_days + names


def removable(act: str, what: str, value: str, label: str) -> str:
    """A chip with its button; asking.js sends what the data attributes hold."""
    return (
        f'<span class="gw-filter">{esc(label)}<button type="button" class="gw-x" data-act="{act}" '
        f'data-what="{esc(what)}" data-value="{esc(value)}" '
        f'aria-label="Remove {esc(label)}"><span aria-hidden="true">×</span></button></span>'
    )


def filters_html(
    filters: Filters,
    outlets: Iterable[str],
    topics: Iterable[str] = (),
    *,
    complaint: str = "",
    editing: bool = False,
) -> str:
    """The row above the box; the form is open where it has something to complain of."""
    chips = "".join(removable("unset", *one) for one in labels(filters))
    notice = (
        '<p class="gw-editing">Your last question is in the box; what you ask takes its place. '
        '<button type="button" class="gw-plain" data-act="keep">Keep it as it is</button></p>'
        if editing
        else ""
    )
    form = _form(filters, outlets, topics, complaint)
    return f'{notice}<div class="gw-filters">{chips}{form}</div>'


def _form(filters: Filters, outlets: Iterable[str], topics: Iterable[str], complaint: str) -> str:
    days = "".join(
        f'<label>{label}<input type="text" name="{name}" autocomplete="off" maxlength="40" '
        f'placeholder="YYYY-MM-DD" value="{getattr(filters, name) or ""}"></label>'
        for name, label in _DAYS.items()
    )
    # Many libraries bear no topics: there is nothing to choose then.
    topic = _names("topic", "Topic", listed) if (listed := list(topics)) else ""
    told = f'<p class="gw-complaint" role="alert">{esc(complaint)}</p>' if complaint else ""
    return (
        f'<details class="gw-narrow" id="gw-narrow"{" open" if complaint else ""}>'
        f"<summary>Narrow by date{', outlet or topic' if topic else ' or outlet'}</summary>"
        f'<div class="gw-form" role="group" aria-label="Narrow the search">{days}'
        f"{_names('outlet', 'Outlet', outlets)}{topic}"
        f'<button type="button" class="gw-apply" data-act="filter">Apply</button>{told}'
        "</div></details>"
    )


def _names(name: str, label: str, known: Iterable[str]) -> str:
    """An input with what there is to choose from."""
    most = sorted(list(dict.fromkeys(one for one in known if one))[:_MOST_SUGGESTED])
    options = "".join(f'<option value="{esc(one)}"></option>' for one in most)
    return (
        f'<label>{label}<input type="text" name="{name}" list="gw-{name}s" autocomplete="off" '
        f'maxlength="200"></label><datalist id="gw-{name}s">{options}</datalist>'
    )
