"""Whether what is told is of the years that a question names."""

from __future__ import annotations

from rag.grounding.rules.dates import years
from rag.types import Hit


def could_know(hit: Hit, asked: frozenset[str]) -> bool:
    """What was printed before the year that is asked about, and does not speak of it, tells of
    another time, however alike it sounds."""
    day = hit.article.published
    if not asked or day is None or day.year >= int(min(asked)):
        return True
    return bool(asked & years(f"{hit.article.title} {hit.passage.text}"))


def names_others(text: str, asked: frozenset[str]) -> bool:
    """Whether it names years, and none that is asked about."""
    told = years(text) if asked else asked
    return bool(told) and not told & asked


def of_other_years(text: str, hit: Hit, asked: frozenset[str]) -> bool:
    """Whether it names others alone; "last year" may stand in what was printed in that year or the one
    after."""
    day = hit.article.published
    near = day is not None and bool({str(day.year), str(day.year - 1)} & asked)
    return not near and names_others(text, asked)
