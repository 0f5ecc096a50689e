"""Where do the frets lie? Lines across a board, straight or fanned, and what they say of the fan."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from rmos.feasibility.feeds import fret_distance_mm

Line = tuple[tuple[float, float], tuple[float, float]]
"""From the treble edge to the bass edge of the board, (x along the strings, y across), mm."""


@dataclass(frozen=True)
class Fan:
    """`gap_mm` is the least distance of neighbouring lines along the edges, negative where they have crossed."""

    angle_deg: float
    gap_mm: float


def fret_lines(
    treble_mm: float, bass_mm: float, frets: int, nut_width_mm: float, heel_width_mm: float, perpendicular_fret: float
) -> tuple[Line, ...]:
    """Frets 1 to `frets` by equal temperament on each side; the sides are shifted so that one fret is square.

    The board widens evenly from the nut to the last fret. Raises ValueError on sizes that cannot be.
    """
    shift = _place(bass_mm, perpendicular_fret) - _place(treble_mm, perpendicular_fret)
    last = fret_distance_mm(treble_mm, frets)
    lines = []
    for fret in range(1, frets + 1):
        x = fret_distance_mm(treble_mm, fret)
        half = (nut_width_mm + (heel_width_mm - nut_width_mm) * x / last) / 2
        lines.append(((x, -half), (fret_distance_mm(bass_mm, fret) - shift, half)))
    return tuple(lines)


def _place(scale_mm: float, fret: float) -> float:
    return float(scale_mm - scale_mm / 2 ** (fret / 12))


def angle_deg(line: Line) -> float:
    """How far a line is turned from square to the strings."""
    (x0, y0), (x1, y1) = line
    return abs(math.degrees(math.atan2(x1 - x0, abs(y1 - y0) or 1e-12)))


def fan_of(lines: Sequence[Line]) -> Fan:
    """Of at least one line."""
    gaps = [min(b[0][0] - a[0][0], b[1][0] - a[1][0]) for a, b in itertools.pairwise(lines)]
    return Fan(max(map(angle_deg, lines)), min(gaps, default=lines[0][0][0]))


def misplaced_mm(lines: Sequence[Line], meant: Sequence[Line]) -> float:
    """How far an end of a line lies from where the scale puts it, along the strings. Of as many lines."""
    pairs = itertools.chain.from_iterable(zip(a, b, strict=True) for a, b in zip(lines, meant, strict=True))
    return max(abs(x - wanted) for (x, _), (wanted, _) in pairs)
