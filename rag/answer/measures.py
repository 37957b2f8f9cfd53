"""What an amount is measured in: "how far" is not answered with a speed, nor "how old" with a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_TIME = r"(?:second|minute|hour|day|night|week|month|year|decade|centur(?:y|ie)|season|term)s?"
_LENGTH = (
    r"(?:k(?:ilo)?m(?:et(?:er|re)s?)?|miles?|(?:centi|milli)?met(?:er|re)s?|m|cm|mm|feet|foot|ft"
    r"|inch(?:es)?|yards?|light-years?|blocks?|stor(?:e?y|ie?s|eys)|fathoms?)"
)
_WEIGHT = r"(?:(?:kilo|milli)?gram(?:me)?s?|kg|g|lbs?|pounds?|ounces?|tons?|tonnes?|stone)"
_EACH = r"(?:\s+(?:an?|per|each)\s+(?:hour|second|minute)|\s?/\s?[hs]\b)"
# "Two weeks later" is no age.
_BESIDE = r"(?! (?:ago|after|before|earlier|later)\b)"
# "How far did they go in the cup" is not asked in kilometres.
_IN_A_CUP = r"(?! (?:did|has|have|can|will) .{1,40} (?:go|get|gone|got|come|advance)\b)"
CLOCK = re.compile(r"\d:\d\d")


@dataclass(frozen=True, slots=True)
class Measure:
    """`unit` is what stands after the number; `clock` tells whether 2:02:42 will do, `timed` whether
    it is better than days and weeks, `bare` whether a number without a unit will do."""

    unit: re.Pattern[str]
    clock: bool = False
    timed: bool = False
    bare: bool = False

    def fits(self, number: str, after: str) -> bool:
        """Whether a number with the text after it is an amount of this measure.

        >>> measure_of("How far is it?").fits("40", " miles an hour on average")
        False
        """
        if CLOCK.search(number):
            return self.clock
        if self.unit.match(after):
            return True
        return self.bare and not re.match(r"[\s-]?(?:[a-z]{3,}|%|[ap]\.?m\b)", after)


def _after(unit: str) -> re.Pattern[str]:
    # One word may come between: "160 square miles", "three full days", "two and a half years".
    return re.compile(rf"[\s-]?(?:and[\s-]a[\s-]half[\s-]|[a-z]+[\s-])?{unit}", re.I)


_MEASURES = [
    (r"\bhow long\b|\b(?:length|duration)\b",
     Measure(_after(rf"(?:{_TIME}|{_LENGTH})\b(?!{_EACH}|[\s-]old)"), clock=True)),
    (rf"\bhow (?:far{_IN_A_CUP}|high|tall|deep|wide)\b|\b(?:distance|height|depth|width)\b",
     Measure(_after(rf"{_LENGTH}\b(?!{_EACH})"))),
    (r"\bhow old\b|\bat what age\b|\bwhat (?:is|was) the age\b",
     Measure(_after(rf"(?:years?|months?|weeks?|days?)(?:[\s-]olds?| of age)?\b{_BESIDE}"), bare=True)),
    (r"\bhow fast\b|\b(?:what|which)\b.{0,30}\bspeed\b",
     Measure(_after(rf"(?:{_LENGTH}{_EACH}|mph|km/h|kph|knots)"))),
    (r"\bhow heavy\b|\bhow much (?:does|did|do) .{1,40}\bweigh", Measure(_after(rf"{_WEIGHT}\b"))),
    (r"(?:['’]s?|\b(?:winning|finishing|record|race|best|official)) time\b",
     Measure(_after(rf"(?:{_TIME})\b(?!{_EACH}|[\s-]old)"), clock=True, timed=True)),
]  # fmt: skip
_COMPILED = [(re.compile(pattern, re.I), measure) for pattern, measure in _MEASURES]


# Asked for every sentence that could answer.
@lru_cache(maxsize=64)
def measure_of(question: str) -> Measure | None:
    """None where any amount may be meant ("how many", "how much")."""
    return next((measure for pattern, measure in _COMPILED if pattern.search(question)), None)
