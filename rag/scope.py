"""What an answer may rest on: days, outlets, topics, and what the question's own words may set."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from rag.errors import ReadError, UsageError
from rag.reading.dates import parse_date
from rag.types import Reading

Day = date | str | None
# Those of Scope that rows of a batch and eval cases may set.
OPTIONS = ("since", "until", "outlets", "topics", "as_of")
# Names that an error shows.
_SOME = 5


class Scope(TypedDict, total=False):
    """Options of every question. Nothing published before `since`, after `until` or after `as_of`
    (the day on which the question is asked) is used; `outlets` are the only ones asked, and of
    `topics` an article bears one at least; `ignore` switches off what the question's own words
    would set."""

    since: Day
    until: Day
    outlets: Sequence[str] | None
    topics: Sequence[str] | None
    as_of: Day
    ignore: Sequence[Reading]


def as_names(value: object, known: Sequence[str], noun: str) -> tuple[str, ...]:
    """A name or a list of names (`noun`: outlet, topic), each as the library writes it. Raises
    UsageError for anything else: a name that no article has would read like "the library does not
    know"."""
    given = [value] if isinstance(value, str) and value else value or []
    if not isinstance(given, Sequence) or not all(isinstance(name, str) for name in given):
        raise UsageError(f"Option '{noun}s' cannot be {value!r}: give names of {noun}s.")
    return tuple(known_name(name, known, noun) for name in given)


def known_name(name: str, known: Sequence[str], noun: str) -> str:
    """The one of that name, however it is capitalised. Raises UsageError where there is none."""
    plain = {one.casefold(): one for one in known}
    if name.casefold() in plain:
        return plain[name.casefold()]
    near = difflib.get_close_matches(name.casefold(), list(plain), n=1)
    some = ", ".join(known[:_SOME])
    more = f" and {len(known) - _SOME} more" if len(known) > _SOME else ""
    choice = f"choose one of {some}{more}." if known else "they name none."
    hint = f"did you mean {plain[near[0]]!r}?" if near else choice
    raise UsageError(f"No article here is of the {noun} {name[:60]!r}: {hint}")


def as_day(value: Day, name: str) -> date | None:
    """Raises UsageError, naming the option, where the text is no date."""
    try:
        return parse_date(value)
    except ReadError as error:
        raise UsageError(f"Option {name!r}: {error}.") from None
