from __future__ import annotations

import pytest

from rag.grounding.rules.quantities import Quantity, quantities


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("25 cents", [(25, "cent", False)]),
        ("1,250 people", [(1250, "people", False)]),
        ("$1.5 billion", [(1.5e9, "$", False)]),
        ("€20m", [(2e7, "€", False)]),
        ("three hundred soldiers", [(300, "soldier", False)]),
        ("twenty-five cents", [(25, "cent", False)]),
        ("two thousand and fifty men", [(2050, "men", False)]),
        ("half a million homes", [(5e5, "home", False)]),
        ("a dozen eggs", [(12, "egg", False)]),
        ("3.5% of voters", [(3.5, "percent", False)]),
        ("3.5 per cent", [(3.5, "percent", False)]),
        ("12 km away", [(12, "kilometre", False)]),
        ("about 3,000 people", [(3000, "people", True)]),
        ("more than 40 wounded", [(40, "wounded", True)]),
        ("it rose from 5 to 7 points", [(5, "to", False), (7, "point", False)]),
        # Days and years are dates.
        ("on September 27, 2020", []),
        ("in 1998", []),
        ("on 2020-09-27", []),
        ("1998 people", [(1998, "people", False)]),
        ("no number at all", []),
    ],
)  # fmt: skip
def test_amounts_with_their_unit(text: str, found: list[tuple[float, str, bool]]) -> None:
    assert [(q.value, q.unit, q.about) for q in quantities(text)] == found


def amount(text: str) -> Quantity:
    (one,) = quantities(text)
    return one


@pytest.mark.parametrize(
    ("left", "right", "agree"),
    [
        ("25 cents", "twenty-five cents", True),
        ("25 cents", "26 cents", False),
        ("about 3,000 people", "3,180 people", True),  # within a tenth
        ("about 3,000 people", "3,400 people", False),
        ("8.5 percent", "8.47 percent", True),  # rounded to what the other says
        ("8.4 percent", "8.47 percent", False),
        ("9 percent", "8.6 percent", False),  # one digit is no rounding
        ("1.2 million", "1,200,000", True),
        ("0 goals", "3 goals", False),
    ],
)
def test_agreement_goes_as_far_as_the_vaguer(left: str, right: str, agree: bool) -> None:
    assert amount(left).agrees(amount(right)) is agree
    assert amount(right).agrees(amount(left)) is agree
