"""Which regions of a target is an area? And how are areas grown, for what tools cut round?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely
from rmos.cam_accel.simulate.target import FLOOR_MM, Floor, Reals, Region
from rmos.cam_accel.targets.floors import Point2

FINE, BESIDE_MM, CHORD_MM = 64, 5.0, 0.005
SLOPING_MM = FLOOR_MM + CHORD_MM
"""Segments of a quarter circle; how far a tool may go where no part is; how far a floor is from its chords; and so how far
from its floor may be what is cut by chords."""


def regions(area: Any, floor: Floor, **more: Any) -> list[Region]:
    """One for each part of an area of shapely's."""
    parts = [part for part in shapely.get_parts(area) if isinstance(part, shapely.Polygon) and part.area > 1e-6]
    return [Region(ring_of(p.exterior), floor, [ring_of(hole) for hole in p.interiors], **more) for p in parts]


def air(area: Any, floor: Floor, **more: Any) -> list[Region]:
    """No stock is here: a tool may go straight down."""
    return [Region(r.outline, floor, r.holes, must_be_cut=False, cut_before=r.rings, **more) for r in regions(area, floor)]


def ring_of(ring: Any) -> Reals:
    return np.asarray(shapely.get_coordinates(ring)[:-1], dtype=np.float64)


def grown(shape: Any, distance_mm: float, cap: str = "round") -> Any:
    return shapely.buffer(shape, distance_mm, quad_segs=FINE, cap_style=cap)


def disc(middle: Point2, radius_mm: float) -> Any:
    """Around the circle, not inside of it."""
    return grown(shapely.Point(middle), radius_mm / math.cos(math.pi / (4 * FINE)))
