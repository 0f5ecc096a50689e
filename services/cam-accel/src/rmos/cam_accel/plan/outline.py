"""Is the outline of a pocket one that can be cut? Faults are told with their place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from rmos.cam_accel import polygons
from rmos.cam_accel.plan.cut import PlanError
from rmos.cam_accel.polygons import Ring, place

Polygon = Sequence[tuple[float, float]]
LARGEST_MM, LEAST_AREA_MM2, MOST_POINTS = 9e4, 1e-6, 200_000


def checked(boundary: Polygon, islands: Sequence[Polygon]) -> list[Ring]:
    """The boundary counter-clockwise and the islands clockwise, whichever way they were given. Raises PlanError."""
    points = len(boundary)
    outer = polygons.turned(_ring("/design/boundary", boundary), True)
    holes = []
    for n, island in enumerate(islands):
        points += len(island)
        if points > MOST_POINTS:
            raise PlanError(f"/design/islands/{n}", f"the pocket has more than {MOST_POINTS} points: simplify it")
        holes.append(polygons.turned(_ring(f"/design/islands/{n}", island), False))
    _check_islands(outer, holes)
    return [outer, *holes]


def _ring(pointer: str, ring: Polygon) -> Ring:
    if not 3 <= len(ring) <= MOST_POINTS:
        raise PlanError(pointer, f"a polygon has 3 to {MOST_POINTS} points, not {len(ring)}")
    p = np.asarray(ring, dtype=np.float64)
    if p.ndim != 2 or p.shape[1] != 2:
        raise PlanError(pointer, "a point has two coordinates, X and Y")
    wrong = ~np.isfinite(p).all(axis=1) | (np.abs(p) > LARGEST_MM).any(axis=1)
    if wrong.any():
        at = int(np.argmax(wrong))
        raise PlanError(pointer, f"point {at}, {place(p[at])}, is not finite or beyond {LARGEST_MM:g} mm")
    fault = polygons.fault_of(p)
    if abs(polygons.signed_area_mm2(p)) < LEAST_AREA_MM2:
        raise PlanError(pointer, f"the polygon has no area{f': {fault}' if fault else ''}")
    if fault:
        raise PlanError(pointer, fault)
    return p


def _check_islands(outer: Ring, holes: list[Ring]) -> None:
    if not holes:
        return
    around, islands = shapely.Polygon(outer), shapely.polygons([shapely.linearrings(h) for h in holes])
    shapely.prepare(around)
    inside = shapely.contains_properly(around, islands)
    if not inside.all():
        n = int(np.argmin(inside))
        raise PlanError(f"/design/islands/{n}", _why_not_inside(around, islands[n]))
    first, second = shapely.STRtree(islands).query(islands, predicate="intersects")
    pairs = sorted((int(b), int(a)) for a, b in zip(first, second, strict=True) if a < b)
    if pairs:
        n, other = pairs[0]
        meeting = shapely.intersection(islands[n], islands[other])
        verb = "overlaps" if meeting.area > 0 else "touches"
        raise PlanError(f"/design/islands/{n}", f"the island {verb} island {other} at {_first(meeting)}")


def _why_not_inside(around: Any, island: Any) -> str:
    if not shapely.intersects(around, island):
        return f"the island is not inside the boundary: it is outside at {_first(island)}"
    meeting = shapely.intersection(shapely.boundary(around), island)
    verb = "touches" if shapely.covers(around, island) else "crosses"
    return f"the island is not inside the boundary: it {verb} it at {_first(meeting)}"


def _first(shape: Any) -> str:
    return place(shapely.get_coordinates(shape)[0])
