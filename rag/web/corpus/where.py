"""Where a visitor is on the page, as its address says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from rag.library.catalogue import UNDATED, Wanted

# Relative, so that the page may be served below a path.
PAGE = "articles"
_PERIOD = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?")
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Where:
    """`period` is "2020-10", "2020", "undated" or nothing; `article` is the id of the one that is read."""

    words: str = ""
    outlet: str = ""
    period: str = ""
    page: int = 1
    article: str = ""

    @classmethod
    def read(cls, values: Mapping[str, str]) -> Where:
        """What makes no sense counts as not said."""

        def said(name: str) -> str:
            return str(values.get(name) or "").strip()[:_LONGEST]

        period, page = said("when"), said("page")
        known = period == "undated" or _PERIOD.fullmatch(period)
        number = int(page) if re.fullmatch(r"[0-9]{1,7}", page) else 1
        return cls(said("q"), said("outlet"), period if known else "", max(1, number), said("id"))

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.words, self.outlet, _number(self.period), self.page)

    def href(self, **changes: Any) -> str:
        """
        >>> Where(words="harbour", page=3).href(page=1)
        'articles?q=harbour'
        """
        there = replace(self, **changes)
        named = {
            "q": there.words,
            "outlet": there.outlet,
            "when": there.period,
            "page": there.page if there.page > 1 else "",
            "id": there.article,
        }
        said = urlencode({name: value for name, value in named.items() if value})
        return f"{PAGE}?{said}" if said else PAGE


def _number(period: str) -> int | None:
    """
    >>> _number("2020-10")
    202010
    """
    if period == "undated":
        return UNDATED
    return int(period.replace("-", "")) if period else None


def period_of(month: int) -> str:
    """
    >>> period_of(202010), period_of(2020)
    ('2020-10', '2020')
    """
    return f"{month // 100:04}-{month % 100:02}" if month > 9999 else f"{month:04}"
