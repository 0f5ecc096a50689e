"""How are holes drilled? In a short order, in pecks that clear the chips, with a drill of the hole's own size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.plan import bounds
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.moves import Moves
from rmos.contracts.toolpath import Toolpath

MOST_HOLES, DEEPEST_MM, WIDEST_MM, MOST_PECKS = 2000, 200.0, 50.0, 500
CLEARANCE_MM, ABOVE_LAST_PECK_MM, CHIP_BREAK_MM = 1.0, 0.5, 0.25
FIT_MM, SHARPEST_DEG = 0.05, 10.0
"""How far the drill's diameter may be from the hole's; the sharpest point that a drill has."""
_LEAST_GAIN_MM, _MOST_REVERSALS = 1e-9, 2_000_000
Float = NDArray[np.float64]


@dataclass(frozen=True)
class Hole:
    x_mm: float
    y_mm: float
    depth_mm: float | None = None


@dataclass(frozen=True)
class DrillRequest:
    """`depth_mm` is that of holes that state none: down to the tip, or with `full_diameter` to where the hole has its full
    width. `retract`: how a peck ends, out of the hole or by a short step back. `peck_mm` None: in one go.
    """

    cut: Cut
    holes: Sequence[Hole]
    diameter_mm: float
    depth_mm: float
    peck_mm: float | None = None
    retract: Literal["full", "chip_break"] = "full"
    dwell_s: float = 0.0
    full_diameter: bool = False


def plan_drill(request: DrillRequest) -> Toolpath:
    """Down at the plunge feed, up by rapids; the stepdown is not used. Raises PlanError."""
    r = request
    _check(r)
    moves, points = Moves(r.cut), np.array([(h.x_mm, h.y_mm) for h in r.holes])
    _require_apart(points, r.diameter_mm)
    tip = r.cut.tool.height_mm(r.cut.tool.radius_mm) if r.full_diameter else 0.0
    for n in short_order(points):
        hole = r.holes[n]
        _drill(moves, r, hole, (r.depth_mm if hole.depth_mm is None else hole.depth_mm) + tip)
    return moves.toolpath()


def _check(r: DrillRequest) -> None:
    bounds.require("/design/diameter_mm", r.diameter_mm, 0, WIDEST_MM, above=True)
    bounds.require("/design/depth_mm", r.depth_mm, 0, DEEPEST_MM, above=True)
    bounds.require("/design/dwell_s", r.dwell_s, 0, 60)
    if not 1 <= len(r.holes) <= MOST_HOLES:
        raise PlanError("/design/holes", f"there must be 1 to {MOST_HOLES} holes, not {len(r.holes)}")
    if r.retract not in ("full", "chip_break"):
        raise PlanError("/design/retract", f"a peck ends with full or chip_break, not {r.retract!r}")
    for n, hole in enumerate(r.holes):
        for name in ("x_mm", "y_mm"):
            bounds.require(f"/design/holes/{n}/{name}", getattr(hole, name), -bounds.LARGEST_MM, bounds.LARGEST_MM)
        if hole.depth_mm is not None:
            bounds.require(f"/design/holes/{n}/depth_mm", hole.depth_mm, 0, DEEPEST_MM, above=True)
    _check_tool(r)


def _check_tool(r: DrillRequest) -> None:
    tool = r.cut.tool.diameter_mm
    if abs(tool - r.diameter_mm) > FIT_MM:
        remedy = "use a drill of that size" if tool > r.diameter_mm else "bore it on a helix, or use a drill of that size"
        raise PlanError("/tool_id", f"a tool of {tool:g} mm does not drill a hole of {r.diameter_mm:g} mm: {remedy}")
    if r.cut.tool.shape == "cone":
        bounds.require("/tool_id", r.cut.tool.tip_angle_deg, SHARPEST_DEG, 180)
    shallowest = min(r.depth_mm if h.depth_mm is None else h.depth_mm for h in r.holes)
    if r.peck_mm is None:
        return
    bounds.require("/design/peck_mm", r.peck_mm, 0, DEEPEST_MM, above=True)
    if r.peck_mm >= shallowest:
        raise PlanError("/design/peck_mm", f"a peck of {r.peck_mm:g} mm is no less than a hole's depth: drill in one go")
    if max(h.depth_mm or r.depth_mm for h in r.holes) / r.peck_mm > MOST_PECKS:
        raise PlanError("/design/peck_mm", f"more than {MOST_PECKS} pecks a hole: take bigger ones")


def _require_apart(points: Float, diameter_mm: float) -> None:
    for n in range(len(points) - 1):
        gaps = _gaps(points[n + 1 :], points[n])
        near = int(np.argmin(gaps))
        if gaps[near] < diameter_mm:
            how = f"{gaps[near]:.3f} mm from hole {n}: they break into each other"
            raise PlanError(f"/design/holes/{n + 1 + near}", f"{how}, leave one out or move it")


def _gaps(points: Float, point: Any) -> Float:
    found: Float = np.sqrt(((points - point) ** 2).sum(axis=1))
    return found


def _drill(moves: Moves, r: DrillRequest, hole: Hole, depth: float) -> None:
    x, y = hole.x_mm, hole.y_mm
    clear, plunge = min(CLEARANCE_MM, r.cut.safe_z_mm), r.cut.plunge_mm_min
    moves.travel(x, y, clear)
    pecks = 1 if r.peck_mm is None else math.ceil(depth / r.peck_mm - 1e-9)
    done = 0.0
    for number in range(1, pecks + 1):
        if number > 1 and r.retract == "full":
            moves.rapid(x, y, clear)
            moves.rapid(x, y, -done + min(ABOVE_LAST_PECK_MM, done))
        elif number > 1:
            moves.rapid(x, y, -done + min(CHIP_BREAK_MM, done))
        done = min(depth, number * (r.peck_mm or depth)) if number < pecks else depth
        moves.line(x, y, -done, plunge)
    if r.dwell_s:
        moves.dwell(r.dwell_s)
    moves.lift()


def short_order(points: Float) -> list[int]:
    """A short way through all points from X0 Y0: each time to the nearest, then stretches turned round while that gains."""
    left, here, order = list(range(len(points))), np.zeros(2), []
    while left:
        nearest = left.pop(int(np.argmin(_gaps(points[left], here))))
        order.append(nearest)
        here = points[nearest]
    return _turned(points, order)


def _turned(points: Float, order: list[int]) -> list[int]:
    """2-opt on the open way; bounded, and the first gain found is taken."""
    p = np.vstack(([[0.0, 0.0]], points[order]))
    count, tried, gained = len(p), 0, True
    while gained and tried < _MOST_REVERSALS:
        gained = False
        for a in range(count - 2):
            ends = np.arange(a + 2, count)
            tried += len(ends)
            after = np.vstack((p[a + 3 :], p[-1:]))
            old = _gaps(p[a + 1 : a + 2], p[a]) + np.where(ends < count - 1, np.sqrt(((after - p[ends]) ** 2).sum(axis=1)), 0)
            new = _gaps(p[ends], p[a]) + np.where(ends < count - 1, np.sqrt(((after - p[a + 1]) ** 2).sum(axis=1)), 0)
            best = int(np.argmax(old - new))
            if (old - new)[best] > _LEAST_GAIN_MM:
                b = int(ends[best])
                p[a + 1 : b + 1] = p[a + 1 : b + 1][::-1].copy()
                order[a:b] = order[a:b][::-1]
                gained = True
    return order
