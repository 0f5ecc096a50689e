"""How is a hole cut that is wider than the tool? On helices, from the middle outwards, the last one at the wall."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rmos.cam_accel.plan import bounds
from rmos.cam_accel.plan.circles import Circle
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.moves import Moves
from rmos.contracts.toolpath import Toolpath

DEEPEST_MM, WIDEST_MM, MOST_BORES = 200.0, 500.0, 500
CLEARANCE_MM, LEAST_ROOM_MM, FIRST_RADII = 0.5, 0.05, 0.9
"""The first helix of a wide bore has 0.9 radii of the tool's flat end, so that nothing stands in its middle."""


@dataclass(frozen=True)
class BoreRequest:
    """Bores of one diameter at their middles. `stepover_ratio` of the tool's diameter matters only where the bore is wider
    than two tools: then wider and wider helices clear it, each down to the floor.
    """

    cut: Cut
    middles: Sequence[tuple[float, float]]
    diameter_mm: float
    depth_mm: float
    stepover_ratio: float = 0.4


def plan_bore(request: BoreRequest) -> Toolpath:
    """The pitch of a turn is the stepdown at most, the same for every turn; a full circle at the floor, then to the middle and
    up. Raises PlanError."""
    r = request
    radii = _radii(r)
    bounds.require_points("/design/middles", r.middles, 1)
    levels = bounds.levels_mm(r.cut, r.depth_mm)
    moves, clear = Moves(r.cut), min(CLEARANCE_MM, r.cut.safe_z_mm)
    for x, y in r.middles:
        circles = [Circle(x, y, radius, ccw=r.cut.climb) for radius in radii]
        circles[0].require_gentle(-levels[0])
        moves.travel(x, y, clear)
        for circle in circles:
            _bore(moves, r.cut, circle, levels, clear)
        moves.lift()
    return moves.toolpath()


def _radii(r: BoreRequest) -> list[float]:
    """Of the helices, rising evenly to the one at the wall."""
    bounds.require_shape(r.cut, "flat", "bull")
    bounds.require("/design/diameter_mm", r.diameter_mm, 0, WIDEST_MM, above=True)
    bounds.require("/design/depth_mm", r.depth_mm, 0, DEEPEST_MM, above=True)
    bounds.require("/cut/stepover_ratio", r.stepover_ratio, 0, 0.45, above=True)
    tool = r.cut.tool.diameter_mm
    if r.diameter_mm < tool + 2 * LEAST_ROOM_MM:
        reason = f"a tool of {tool:g} mm has no room for a helix in a bore of {r.diameter_mm:g} mm"
        raise PlanError("/tool_id", f"{reason}: use a smaller tool, or drill it")
    last = (r.diameter_mm - tool) / 2
    flat = bounds.flat_radius_mm(r.cut.tool)
    first = min(last, FIRST_RADII * flat)
    steps = math.ceil((last - first) / min(r.stepover_ratio * tool, 2 * FIRST_RADII * flat) - 1e-9)
    if steps > MOST_BORES:
        raise PlanError("/cut/stepover_ratio", f"{steps} helices are needed: widen the steps, or clear the bore as a pocket")
    return [first + (last - first) * n / steps for n in range(steps)] + [last]


def _bore(moves: Moves, cut: Cut, circle: Circle, levels: Sequence[float], clear: float) -> None:
    """From the middle, above the stock, and back to it at the floor, then up in what is cut."""
    x, y = circle.x_mm, circle.y_mm
    if moves.position[2] < clear:
        moves.rapid(x, y, clear)
    moves.line(x + circle.radius_mm, y, clear, cut.feed_mm_min)
    moves.line(x + circle.radius_mm, y, 0.0, cut.plunge_mm_min)
    above = 0.0
    for level in levels:
        circle.turn(moves, above, level, cut.feed_mm_min)
        above = level
    circle.turn(moves, above, above, cut.feed_mm_min)
    moves.line(x, y, above, cut.feed_mm_min)
