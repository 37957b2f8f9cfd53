"""How often what is scored 0.7 is right: the table and the drawing of benchmarks/grounding.json.

`python -m benchmarks.reliability` draws docs/reliability-diagram.svg anew.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

FIGURES = Path(__file__).parent / "grounding.json"
DRAWING = Path(__file__).parents[1] / "docs" / "reliability-diagram.svg"
_BINS = 10
_BAR = 30
# Pixels of the square that the diagram fills, and around it.
_SIDE, _EDGE = 300, 50


@dataclass(frozen=True, slots=True)
class Bin:
    """Claims with a score in [low, high). `share` is their part of the weight of all; `score` and
    `supported` are means by the same weights, None where the bin is empty."""

    low: float
    high: float
    n: int
    share: float
    score: float | None
    supported: float | None


def bins(scores: ArrayLike, labels: ArrayLike, weights: ArrayLike) -> list[Bin]:
    """Ten of equal width (DeGroot and Fienberg, 1983); the last includes 1."""
    values, truth = np.asarray(scores, dtype=float), np.asarray(labels, dtype=float)
    share = np.asarray(weights, dtype=float) / np.sum(weights)
    place = np.minimum((values * _BINS).astype(int), _BINS - 1)
    found = []
    for number in range(_BINS):
        own = place == number
        part = float(share[own].sum())
        mean = float((share[own] * values[own]).sum() / part) if part else None
        right = float((share[own] * truth[own]).sum() / part) if part else None
        low, high = number / _BINS, (number + 1) / _BINS
        found.append(Bin(low, high, int(own.sum()), part, mean, right))
    return found


def calibration_error(found: Sequence[Bin]) -> float:
    """Expected calibration error (Naeini et al., 2015)."""
    return sum(
        b.share * abs(b.score - b.supported)
        for b in found
        if b.score is not None and b.supported is not None
    )


def table(found: Sequence[Bin]) -> str:
    lines = ["score      n    share  mean   supported"]
    for b in found:
        if b.score is None or b.supported is None:
            lines.append(f"{b.low:.1f}-{b.high:.1f} {b.n:5d}")
            continue
        bar = ("#" * round(b.supported * _BAR)).ljust(_BAR)
        at = min(_BAR - 1, round(b.score * _BAR))
        bar = f"{bar[:at]}|{bar[at + 1 :]}"
        lines.append(
            f"{b.low:.1f}-{b.high:.1f} {b.n:5d}   {b.share:.3f}  {b.score:.3f}  {b.supported:.3f}"
            f"  {bar}"
        )
    lines.append("# how many are supported, | how many the score promises")
    return "\n".join(lines)


def svg(found: Sequence[Bin], error: float) -> str:
    """Bars: the supported share of each bin; dots: its mean score; the diagonal is perfection."""
    size = _SIDE + 2 * _EDGE
    full = sum(b.n for b in found)

    def x(value: float) -> str:
        return f"{_EDGE + value * _SIDE:.1f}"

    def y(value: float) -> str:
        return f"{_EDGE + (1 - value) * _SIDE:.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" '
        'font-family="system-ui, sans-serif" font-size="11">',
        f"<title>Reliability of the checker's score: calibration error {error:.3f}</title>",
        f'<rect width="{size}" height="{size}" fill="#fff"/>',
    ]
    for tick in (0, 0.25, 0.5, 0.75, 1):
        parts += [
            f'<path d="M{x(0)} {y(tick)}H{x(1)}" stroke="#ddd"/>',
            f'<text x="{_EDGE - 8}" y="{y(tick)}" dy="4" text-anchor="end" fill="#444">{tick}</text>',
            f'<text x="{x(tick)}" y="{_EDGE + _SIDE + 16}" text-anchor="middle" fill="#444">{tick}'
            "</text>",
        ]
    for b in found:
        if b.score is None or b.supported is None:
            continue
        width, height = _SIDE / _BINS - 4, b.supported * _SIDE
        parts += [
            f'<rect x="{_EDGE + b.low * _SIDE + 2:.1f}" y="{y(b.supported)}" width="{width:.1f}" '
            f'height="{height:.1f}" fill="#2f6f8f" fill-opacity="0.75"/>',
            f'<circle cx="{x(b.score)}" cy="{y(b.score)}" r="3" fill="#b3412e"/>',
            f'<text x="{x((b.low + b.high) / 2)}" y="{y(0)}" dy="-6" '
            f'text-anchor="middle" fill="#fff" font-size="10">{b.n}</text>',
        ]
    parts += [
        f'<path d="M{x(0)} {y(0)}L{x(1)} {y(1)}" stroke="#888" stroke-dasharray="4 3"/>',
        f'<text x="{size / 2}" y="{size - 12}" text-anchor="middle" fill="#222">score '
        f"({full} claims; expected calibration error {error:.3f})</text>",
        f'<text transform="translate(14 {size / 2}) rotate(-90)" text-anchor="middle" '
        'fill="#222">share that is supported</text>',
        f'<text x="{_EDGE}" y="{_EDGE - 18}" fill="#222">bars: supported, with the number of claims; '
        "dots: mean score</text>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def to_json(found: Sequence[Bin]) -> list[dict[str, Any]]:
    return [asdict(b) for b in found]


def draw(figures: Path = FIGURES, drawing: Path = DRAWING) -> None:
    held = json.loads(figures.read_text(encoding="utf-8"))
    found = [Bin(**row) for row in held["reliability"]]
    drawing.write_text(svg(found, held["calibration_error"]), encoding="utf-8")


if __name__ == "__main__":
    draw()
