"""How is the channel of a rosette cut, and which tiles fill it? Rings from the middle of its width, entered on a helix."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rmos.cam_accel.plan import bounds
from rmos.cam_accel.plan.circles import Circle
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.moves import Moves
from rmos.cam_accel.plan.saw import MOST_SLICES, SliceBatch, require_scrap
from rmos.contracts.rosette import kerf_drift_deg, tile_chord_mm, tiles_per_ring
from rmos.contracts.toolpath import Toolpath

Point2 = tuple[float, float]
CLEARANCE_MM, SAME_WIDTH_MM, MOST_RINGS, WIDEST_STEP_RATIO = 0.5, 0.005, 200, 0.9


@dataclass(frozen=True)
class RosetteRequest:
    """`middle` is that of the soundhole. For a channel of given rings see `rmos.contracts.rosette.channel_width_mm` and
    `channel_depth_mm`."""

    cut: Cut
    outer_diameter_mm: float
    inner_diameter_mm: float
    depth_mm: float
    stepover_ratio: float = 0.4
    middle: Point2 = (0.0, 0.0)


def plan_rosette(request: RosetteRequest) -> Toolpath:
    """At each level the ring in the middle, then those outwards to one wall and inwards to the other, each wall right of the
    feed where the cut climbs. Raises PlanError."""
    r = request
    radii, start = _radii(r)
    moves, levels = Moves(r.cut), bounds.levels_mm(r.cut, r.depth_mm)
    x, y = r.middle
    circles = [Circle(x, y, radius, ccw=r.cut.climb == (n >= start)) for n, radius in enumerate(radii)]
    first = circles[start]
    first.require_gentle(-levels[0])
    moves.travel(x + first.radius_mm, y, min(CLEARANCE_MM, r.cut.safe_z_mm))
    moves.line(x + first.radius_mm, y, 0.0, r.cut.plunge_mm_min)
    above = 0.0
    for level in levels:
        first.turn(moves, above, level, r.cut.plunge_mm_min)
        for circle in (*circles[start:], *reversed(circles[:start])):
            _ring(moves, circle, level, r.cut.feed_mm_min)
        _across(moves, first, level, r.cut.feed_mm_min)
        above = level
    moves.lift()
    return moves.toolpath()


def _ring(moves: Moves, circle: Circle, level: float, feed_mm_min: float) -> None:
    _across(moves, circle, level, feed_mm_min)
    circle.turn(moves, level, level, feed_mm_min)


def _across(moves: Moves, circle: Circle, level: float, feed_mm_min: float) -> None:
    """To the start of a ring, along the channel's width."""
    x = circle.x_mm + circle.radius_mm
    if abs(moves.position[0] - x) > 1e-9:
        moves.line(x, circle.y_mm, level, feed_mm_min)


def _radii(r: RosetteRequest) -> tuple[list[float], int]:
    """Of the tool's middle, from the inner wall to the outer, and which of them comes first."""
    bounds.require_shape(r.cut, "flat", "bull")
    bounds.require("/design/outer_diameter_mm", r.outer_diameter_mm, 0, 1000, above=True)
    bounds.require("/design/inner_diameter_mm", r.inner_diameter_mm, 0, 1000, above=True)
    bounds.require("/design/depth_mm", r.depth_mm, 0, 20, above=True)
    bounds.require("/cut/stepover_ratio", r.stepover_ratio, 0, WIDEST_STEP_RATIO, above=True)
    bounds.require_points("/design/middle", (r.middle,), 1)
    width, tool = (r.outer_diameter_mm - r.inner_diameter_mm) / 2, r.cut.tool.diameter_mm
    if width <= 0:
        raise PlanError("/design/inner_diameter_mm", "the inner diameter is not below the outer: there is no ring")
    if width < tool - SAME_WIDTH_MM:
        raise PlanError("/tool_id", f"the channel of {width:g} mm is narrower than the tool of {tool:g} mm: use a thinner tool")
    inner, outer = (r.inner_diameter_mm + tool) / 2, (r.outer_diameter_mm - tool) / 2
    if outer - inner <= SAME_WIDTH_MM:
        return [(inner + outer) / 2], 0
    step = min(r.stepover_ratio * tool, 2 * WIDEST_STEP_RATIO * bounds.flat_radius_mm(r.cut.tool))
    steps = math.ceil((outer - inner) / step - 1e-9)
    if steps > MOST_RINGS:
        raise PlanError("/cut/stepover_ratio", f"{steps} rings are needed: widen the steps, or use a wider tool")
    return [inner + (outer - inner) * n / steps for n in range(steps + 1)], (steps + 1) // 2


@dataclass(frozen=True)
class TileRing:
    """`drift_deg` is what the kerf of one saw cut turns the ring by, `total_drift_deg` what all of them add up to."""

    tiles: int
    chord_mm: float
    drift_deg: float
    total_drift_deg: float


def tile_ring(radius_mm: float, tile_length_mm: float, kerf_mm: float) -> TileRing:
    """Of straight tiles sawn from a stick. Raises PlanError."""
    bounds.require("/design/radius_mm", radius_mm, 0, 500, above=True)
    bounds.require("/design/tile_length_mm", tile_length_mm, 0.05, 2 * math.pi * radius_mm)
    bounds.require("/design/kerf_mm", kerf_mm, 0, 10, above=True)
    tiles = tiles_per_ring(radius_mm, tile_length_mm)
    drift = kerf_drift_deg(1, kerf_mm, radius_mm)
    return TileRing(tiles, tile_chord_mm(radius_mm, tiles), drift, tiles * drift)


def tile_batch(tiles: int, thickness_mm: float, kerf_mm: float, stick_mm: float, *, trim_mm: float, spare: float) -> SliceBatch:
    """What the saw slices off a stick for a ring of tiles; `spare` is the share that may break. Raises PlanError."""
    bounds.require_count("/design/tiles", tiles, 1, MOST_SLICES)
    bounds.require("/design/thickness_mm", thickness_mm, 0.1, 100)
    bounds.require("/design/kerf_mm", kerf_mm, 0, 10, above=True)
    bounds.require("/design/stick_mm", stick_mm, 0, 10_000, above=True)
    bounds.require("/design/trim_mm", trim_mm, 0, 100)
    bounds.require("/design/spare", spare, 0, 1)
    return require_scrap(SliceBatch(math.ceil(tiles * (1 + spare) - 1e-9), thickness_mm, kerf_mm, trim_mm, stick_mm))
