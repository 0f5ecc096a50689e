"""Is a number or a line of the design such that it can be planned, and if not, what should be done about it?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import shapely
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.tools import ToolShape

Point2 = tuple[float, float]
LARGEST_MM, MOST_POINTS, MOST_PASSES, SAME_MM, SAME_ROOM_MM = 9e4, 100_000, 500, 1e-6, 1e-3


def require(pointer: str, value: float, low: float, high: float, *, above: bool = False) -> None:
    """`above`: `low` itself is too little."""
    if not (math.isfinite(value) and low <= value <= high) or (above and value == low):
        raise PlanError(pointer, f"must be {'above' if above else 'from'} {low:g} up to {high:g}, not {value}")


def require_count(pointer: str, value: int, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise PlanError(pointer, f"must be a whole number from {low} to {high}, not {value!r}")


def require_shape(cut: Cut, *shapes: str) -> None:
    if cut.tool.shape not in shapes:
        raise PlanError("/tool_id", f"this needs a tool of the shape {' or '.join(shapes)}, not {cut.tool.shape}")


def flat_radius_mm(tool: ToolShape) -> float:
    """Of the tool's flat end: steps wider than it leave ridges on a floor. Raises PlanError for a tool that has none."""
    flat = tool.radius_mm - (tool.corner_radius_mm if tool.shape == "bull" else 0.0)
    if flat <= 0:
        raise PlanError("/tool_id", "a level floor needs a tool with a flat end: this one is round down to its middle")
    return flat


def no_room(tool: ToolShape, area: Any, allowance_mm: float) -> PlanError:
    """The refusal of a tool that fits nowhere into an area: which would, and where."""
    widest = shapely.maximum_inscribed_circle(area, tolerance=SAME_ROOM_MM)
    room_mm, (x, y) = 2 * (widest.length - allowance_mm), widest.coords[0]
    beside = f" beside its allowance of {allowance_mm:g} mm" if allowance_mm else ""
    most = f"the widest place, at ({x:.4g}, {y:.4g}), has room for {max(room_mm, 0.0):.4g} mm{beside}"
    return PlanError("/tool_id", f"a tool of {tool.diameter_mm:g} mm does not fit into the pocket: {most}")


def levels_mm(cut: Cut, depth_mm: float) -> list[float]:
    """Z of each pass, as `Cut.levels_mm`. Raises PlanError where there would be too many."""
    if depth_mm > cut.stepdown_mm * MOST_PASSES:
        raise PlanError(
            "/cut/stepdown", f"a depth of {depth_mm:g} mm takes more than {MOST_PASSES} passes of {cut.stepdown_mm:g} mm"
        )
    return cut.levels_mm(depth_mm)


def require_points(pointer: str, points: Sequence[Point2], least: int) -> list[Point2]:
    """The points as floats, repeated neighbours left out."""
    if not least <= len(points) <= MOST_POINTS:
        raise PlanError(pointer, f"must have {least} to {MOST_POINTS} points, not {len(points)}")
    kept: list[Point2] = []
    for n, (x, y) in enumerate(points):
        if not (abs(x) <= LARGEST_MM and abs(y) <= LARGEST_MM):
            raise PlanError(f"{pointer}/{n}", f"a coordinate is not finite or beyond {LARGEST_MM:g} mm")
        if not kept or math.dist(kept[-1], (x, y)) > SAME_MM:
            kept.append((float(x), float(y)))
    if len(kept) < min(least, 2):
        raise PlanError(pointer, "all points are the same place")
    return kept


def require_ring(pointer: str, points: Sequence[Point2]) -> list[Point2]:
    """A simple closed contour, counter-clockwise, without its first point again at the end."""
    ring = require_points(pointer, points, 3)
    if len(ring) > 1 and math.dist(ring[0], ring[-1]) <= SAME_MM:
        ring.pop()
    if len(ring) < 3:
        raise PlanError(pointer, "a closed contour has at least 3 different points")
    polygon = shapely.Polygon(ring)
    if not polygon.is_valid:
        raise PlanError(pointer, f"the contour crosses or touches itself: {shapely.is_valid_reason(polygon)}")
    if polygon.area < 1e-6:
        raise PlanError(pointer, "the contour has no area")
    return ring if polygon.exterior.is_ccw else ring[::-1]


def require_line(pointer: str, points: Sequence[Point2]) -> list[Point2]:
    """An open line that does not cross itself."""
    line = require_points(pointer, points, 2)
    if not shapely.LineString(line).is_simple:
        raise PlanError(pointer, "the line crosses or touches itself")
    return line
