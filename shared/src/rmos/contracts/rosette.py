"""What does a rosette need: how wide and deep a channel, how many tiles, how far do their kerfs drift?"""

from __future__ import annotations

import math
from collections.abc import Sequence

GLUE_MM, EXPOSURE_MM, FEWEST_TILES = 0.08, 0.15, 4
"""Glue at each wall of the channel; what is added to the depth for the exposed face."""


def channel_width_mm(ring_widths_mm: Sequence[float]) -> float:
    """Of the rings side by side, purflings and centre, and the glue at both walls."""
    return _all_positive("ring_widths_mm", ring_widths_mm) + 2 * GLUE_MM


def channel_depth_mm(thicknesses_mm: Sequence[float]) -> float:
    """The greatest thickness of a ring and 0.15 mm, which sanding takes."""
    _all_positive("thicknesses_mm", thicknesses_mm)
    return max(thicknesses_mm) + EXPOSURE_MM


def tiles_per_ring(radius_mm: float, tile_length_mm: float) -> int:
    """The even number nearest to circumference over length, at least four."""
    _all_positive("radius_mm and tile_length_mm", (radius_mm, tile_length_mm))
    return max(FEWEST_TILES, 2 * round(math.pi * radius_mm / tile_length_mm))


def tile_chord_mm(radius_mm: float, tiles: int) -> float:
    """Length of a straight tile between its corners on the circle: 2r·sin(π/n)."""
    _all_positive("radius_mm and tiles", (radius_mm, tiles))
    return 2 * radius_mm * math.sin(math.pi / tiles)


def kerf_drift_deg(tiles: int, kerf_mm: float, radius_mm: float) -> float:
    """What the kerfs of all tiles of a ring add up to: tiles · kerf/r, in degrees; of one tile with `tiles` 1."""
    _all_positive("tiles, kerf_mm and radius_mm", (tiles, kerf_mm, radius_mm))
    return tiles * math.degrees(kerf_mm / radius_mm)


def _all_positive(names: str, values: Sequence[float]) -> float:
    if not values or not all(math.isfinite(value) and value > 0 for value in values):
        raise ValueError(f"{names} must be positive, not {', '.join(map(str, values)) or 'none'}")
    return math.fsum(values)
