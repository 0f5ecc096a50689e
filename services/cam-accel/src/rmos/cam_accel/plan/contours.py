"""Where does the middle of the tool go round a contour, so that no wall is ever nearer than it may be?"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from rmos.cam_accel import polygons
from rmos.cam_accel.plan.cut import PlanError
from rmos.cam_accel.plan.track import Track

Point2 = tuple[float, float]
SPARE_MM = polygons.ARC_MM + 2 / polygons.GRID_PER_MM
"""What an offset is made larger by, so that neither its chords nor its grid come nearer to the wall than asked."""
SMALLEST_TURN, MOST_TRIED = 1e-9, 200
KEPT_MM, FINE, TOUCHED_MM2 = 1.0, 64, 1e-3
"""How wide the edge beside an open line is that shows whether a tool was in it; segments of a quarter circle; an area that a
tool does no more than touch."""


def grown(ring: Sequence[Point2], distance_mm: float, pointer: str, remedy: str) -> list[Point2]:
    """A counter-clockwise ring at a distance outside (negative: inside) of one that is. Raises PlanError unless it is one."""
    if abs(distance_mm) < 1e-9:
        return list(ring)
    spare = math.copysign(SPARE_MM, distance_mm)
    found = polygons.offset([np.asarray(ring, dtype=np.float64)], distance_mm + spare)
    if not found:
        raise PlanError(pointer, f"nothing is left {abs(distance_mm):g} mm inside of the contour: {remedy}")
    if len(found) > 1:
        raise PlanError(pointer, f"a passage of the contour is narrower than {2 * abs(distance_mm):g} mm: {remedy}")
    return simplified([(float(x), float(y)) for x, y in found[0]])


def beside(line: Sequence[Point2], distance_mm: float, pointer: str) -> list[Point2]:
    """An open line at a distance to the left (negative: to the right). Raises PlanError where it falls apart."""
    if abs(distance_mm) < 1e-9:
        return list(line)
    steps = max(8, math.ceil(math.pi / 2 / math.acos(1 - min(polygons.ARC_MM / abs(distance_mm), 1))))
    found = shapely.offset_curve(
        shapely.LineString(line), math.copysign(abs(distance_mm) + SPARE_MM, distance_mm), quad_segs=steps
    )
    if found.is_empty or found.geom_type != "LineString":
        raise PlanError(pointer, f"the line turns too sharply for a tool {abs(distance_mm):g} mm beside it: use a smaller tool")
    return [(float(x), float(y)) for x, y in found.coords]


def kept_beside(line: shapely.LineString, sign: int) -> Any:
    """The edge of what stays beside an open line whose waste is left (1) or right (-1) of it. Where the line comes so near to
    itself that a place lies on both of its sides, it may be cut."""
    kept, waste = (shapely.buffer(line, side * KEPT_MM, quad_segs=FINE, single_sided=True) for side in (-sign, sign))
    return shapely.difference(kept, waste)


def require_kept(way: Sequence[Point2], radius_mm: float, line: Sequence[Point2], sign: int, pointer: str) -> None:
    """Raises PlanError where a tool that keeps off the line cuts round an end of it into what stays: it does where the line
    curls more tightly than the tool. `way`: of the tool's middle."""
    swept = shapely.buffer(shapely.LineString(way), radius_mm, quad_segs=FINE)
    cut = shapely.intersection(swept, kept_beside(shapely.LineString(line), sign))
    if cut.area > TOUCHED_MM2:
        at = polygons.place(shapely.get_coordinates(cut.representative_point())[0])
        reason = f"the line curls more tightly than a tool of {2 * radius_mm:g} mm: what stays beside it is cut at {at}"
        raise PlanError(pointer, f"{reason}; use a smaller tool, or straighten the end of the line")


def simplified(ring: Sequence[Point2]) -> list[Point2]:
    """Without points that stand on the straight between their neighbours."""
    kept = []
    for a, b, c in zip((ring[-1], *ring[:-1]), ring, (*ring[1:], ring[0]), strict=True):
        turn = (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
        if abs(turn) > SMALLEST_TURN or (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) < 0:
            kept.append(b)
    return kept


def straightest(track: Track, wanted: float, slack_mm: float, window_mm: float) -> float:
    """The place within the slack of the wanted one round which the track turns least, over a window; of equals the nearest."""
    low, high = wanted - slack_mm, wanted + slack_mm
    corners = [wanted, *track.stops(low, high)]
    middles = [(a + b) / 2 for a, b in itertools.pairwise(sorted([low, *corners, high]))]
    edges = [place + side * window_mm / 2 for place in corners for side in (-1, 1)]
    places = [p for p in (*corners, *middles, *edges) if low <= p <= high]
    if len(places) > MOST_TRIED:
        places = places[:: math.ceil(len(places) / MOST_TRIED)]
    return min(places, key=lambda p: (round(track.turned_rad(p - window_mm / 2, p + window_mm / 2), 3), abs(p - wanted), p))
