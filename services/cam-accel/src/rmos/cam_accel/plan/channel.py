"""How is a truss-rod channel cut? Straight, as wide and deep as the rod asks, its floor level, ramped or curved."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from rmos.cam_accel.plan import bounds
from rmos.cam_accel.plan.circles import STEEPEST_DEG
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.moves import Moves
from rmos.cam_accel.plan.slots import Slot, cut_slot, lanes_mm
from rmos.cam_accel.plan.track import Height
from rmos.contracts.toolpath import Toolpath

Point2 = tuple[float, float]
RODS_MM: dict[str, tuple[float, float]] = {"single": (6.4, 9.5), "dual": (9.5, 12.7)}
"""Width and depth of the channel of a single-acting and a double-acting rod."""
DEEPEST_MM, WIDEST_MM, LONGEST_MM, MOST_LANES, OVERRUN_MM = 50.0, 50.0, 2000.0, 50, 1.0


@dataclass(frozen=True)
class ChannelRequest:
    """`start` and `end` are where the channel ends, in the middle of its width. An open end runs out of the stock.

    `floor`: `level`; `ramped`, rising to the surface over `ramp_mm` at both ends; or `curved`, an arc from `end_depth_mm` at
    the ends to `depth_mm` in the middle.
    """

    cut: Cut
    start: Point2
    end: Point2
    width_mm: float
    depth_mm: float
    floor: Literal["level", "ramped", "curved"] = "level"
    ramp_mm: float = 0.0
    end_depth_mm: float | None = None
    open_start: bool = False
    open_end: bool = False
    ramp_deg: float = 3.0
    centre_cutting: bool = True


def plan_channel(request: ChannelRequest) -> Toolpath:
    """Passes of one stepdown that follow the floor where it is higher. Raises PlanError."""
    r = request
    _check(r)
    lanes = lanes_mm(r.width_mm, r.cut.tool.diameter_mm, MOST_LANES, "/design/width_mm")
    moves = Moves(r.cut)
    cut_slot(moves, r.cut, _slot(r), lanes, r.ramp_deg)
    return moves.toolpath()


def _check(r: ChannelRequest) -> None:
    bounds.require_shape(r.cut, "flat")
    bounds.require("/design/width_mm", r.width_mm, 0, WIDEST_MM, above=True)
    bounds.require("/design/depth_mm", r.depth_mm, 0, DEEPEST_MM, above=True)
    bounds.require("/design/ramp_deg", r.ramp_deg, 0.5, 45)
    bounds.require_points("/design/start", (r.start,), 1)
    bounds.require_points("/design/end", (r.end,), 1)
    length = math.dist(r.start, r.end)
    bounds.require("/design/end", length, r.cut.tool.diameter_mm + 1, LONGEST_MM)
    if r.floor == "ramped":
        bounds.require("/design/ramp_mm", r.ramp_mm, 0, length / 2, above=True)
    elif r.floor == "curved":
        if r.end_depth_mm is None:
            raise PlanError("/design/end_depth_mm", "a curved floor needs the depth at its ends")
        bounds.require("/design/end_depth_mm", r.end_depth_mm, 0, r.depth_mm, above=True)
        if r.depth_mm - r.end_depth_mm > length / 4:
            raise PlanError("/design/end_depth_mm", "the floor is curved too much for its length: raise the depth at the ends")
    elif r.floor != "level":
        raise PlanError("/design/floor", f"a floor is level, ramped or curved, not {r.floor!r}")
    _require_gentle(r, length)


def _require_gentle(r: ChannelRequest, length: float) -> None:
    if r.centre_cutting or r.floor == "level":
        return
    rise = r.depth_mm - (r.end_depth_mm or 0.0)
    slope = r.depth_mm / r.ramp_mm if r.floor == "ramped" else 4 * rise / length
    steepest = math.degrees(math.atan(slope)) + r.ramp_deg
    if steepest > STEEPEST_DEG:
        reason = f"the ramp and the floor fall by {steepest:.1f} degrees together, a tool that does not cut at its centre does"
        raise PlanError("/cut/ramp_deg", f"{reason} {STEEPEST_DEG:g}: make either less steep, or use another tool")


def _slot(r: ChannelRequest) -> Slot:
    (x0, y0), (x1, y1) = r.start, r.end
    length, radius = math.dist(r.start, r.end), r.cut.tool.radius_mm
    dx, dy = (x1 - x0) / length, (y1 - y0) / length
    before = radius + OVERRUN_MM if r.open_start else -radius
    after = radius + OVERRUN_MM if r.open_end else -radius
    depth = _depth_of(r, length)

    def floor(x: float, y: float) -> float:
        return -depth(min(length, max(0.0, (x - x0) * dx + (y - y0) * dy)))

    start, end = (x0 - before * dx, y0 - before * dy), (x1 + after * dx, y1 + after * dy)
    return Slot(start, end, lambda x, y: 0.0, floor, r.open_start, r.open_end)


def _depth_of(r: ChannelRequest, length: float) -> Height:
    """By the distance from the start."""
    if r.floor == "ramped":
        return lambda s: r.depth_mm * min(1.0, s / r.ramp_mm, (length - s) / r.ramp_mm)
    rise = r.depth_mm - (r.depth_mm if r.end_depth_mm is None else r.end_depth_mm)
    if r.floor == "level" or rise == 0:
        return lambda s: r.depth_mm
    radius = (length * length / 4 + rise * rise) / (2 * rise)
    return lambda s: r.depth_mm - radius + math.sqrt(radius * radius - (s - length / 2) ** 2)
