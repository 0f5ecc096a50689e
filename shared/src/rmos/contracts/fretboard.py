"""Where do the frets lie? Equal temperament, lines across a board, straight or fanned, and what they say of the fan."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

Line = tuple[tuple[float, float], tuple[float, float]]
"""From the treble edge to the bass edge of the board, (x along the strings, y across), mm. The nut is x 0 at the treble."""

PLAIN_SETBACK_MM, WOUND_SETBACK_MM, NUT_COMPENSATION_MM = 1.5, 2.5, 0.5
"""Usual setbacks of the saddle behind the scale length, and how far the nut comes nearer to the first fret."""
WOUND_EXTRA_MM = 0.55
STEEL_KG_M3 = 7850.0


@dataclass(frozen=True)
class Fan:
    """`gap_mm` is the least distance of neighbouring lines along the edges, negative where they have crossed."""

    angle_deg: float
    gap_mm: float


def fret_distance_mm(scale_length_mm: float, fret: float) -> float:
    """From the nut to a fret of the equal-tempered scale: s - s/2^(n/12). Raises ValueError on a scale that is not positive."""
    if not (math.isfinite(scale_length_mm) and scale_length_mm > 0):
        raise ValueError(f"scale_length_mm must be positive, not {scale_length_mm}")
    if not fret >= 0:
        raise ValueError(f"fret must not be negative, not {fret}")
    return float(scale_length_mm - scale_length_mm / 2 ** (fret / 12))


def fan_shift_mm(treble_mm: float, bass_mm: float, perpendicular_fret: float) -> float:
    """How far the whole bass side, nut, frets and bridge, moves towards the nut so that this fret is square."""
    return fret_distance_mm(bass_mm, perpendicular_fret) - fret_distance_mm(treble_mm, perpendicular_fret)


def fret_lines(
    treble_mm: float, bass_mm: float, frets: int, nut_width_mm: float, heel_width_mm: float, perpendicular_fret: float
) -> tuple[Line, ...]:
    """Frets 1 to `frets` by equal temperament on each side; the sides are shifted so that one fret is square.

    The board widens evenly from the nut to the last fret. Raises ValueError on sizes that cannot be.
    """
    shift = fan_shift_mm(treble_mm, bass_mm, perpendicular_fret)
    last = fret_distance_mm(treble_mm, frets)
    lines = []
    for fret in range(1, frets + 1):
        x = fret_distance_mm(treble_mm, fret)
        half = (nut_width_mm + (heel_width_mm - nut_width_mm) * x / last) / 2
        lines.append(((x, -half), (fret_distance_mm(bass_mm, fret) - shift, half)))
    return tuple(lines)


def nut_line(treble_mm: float, bass_mm: float, nut_width_mm: float, perpendicular_fret: float) -> Line:
    return (0.0, -nut_width_mm / 2), (-fan_shift_mm(treble_mm, bass_mm, perpendicular_fret), nut_width_mm / 2)


def bridge_ends_mm(treble_mm: float, bass_mm: float, perpendicular_fret: float) -> tuple[float, float]:
    """Where the strings end without compensation: x at the treble and at the bass side."""
    return treble_mm, bass_mm - fan_shift_mm(treble_mm, bass_mm, perpendicular_fret)


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


def sagitta_mm(radius_mm: float, across_mm: float) -> float:
    """How far the surface of a board lies below its crown, `across_mm` from the middle: R - √(R² - y²)."""
    if not radius_mm > abs(across_mm):
        raise ValueError(f"a board of radius {radius_mm:g} mm does not reach {abs(across_mm):g} mm from its middle")
    return radius_mm - math.sqrt(radius_mm * radius_mm - across_mm * across_mm)


def saddle_compensation_mm(gauge_mm: float, action_mm: float, scale_length_mm: float, *, wound: bool) -> float:
    """An estimate from the string and its height: 0.45 + 0.55·gauge + 0.18·action^1.7 + 0.25·L/647.7, wound strings 0.55 more.

    The source also names a term of tension without its form; it is not part of this.
    """
    extra = WOUND_EXTRA_MM if wound else 0.0
    return float(0.45 + 0.55 * gauge_mm + 0.18 * action_mm**1.7 + 0.25 * scale_length_mm / 647.7 + extra)


def intonation_shift_mm(scale_length_mm: float, cents: float) -> float:
    """How much longer a string must be to sound this much flatter: L·(2^(cents/1200) - 1)."""
    return float(scale_length_mm * (2 ** (cents / 1200) - 1))


def tension_n(diameter_mm: float, frequency_hz: float, scale_length_mm: float, density_kg_m3: float = STEEL_KG_M3) -> float:
    """Of a plain string: (2·f·L)²·μ."""
    kg_per_m = density_kg_m3 * math.pi * (diameter_mm / 2000) ** 2
    return (2 * frequency_hz * scale_length_mm / 1000) ** 2 * kg_per_m
