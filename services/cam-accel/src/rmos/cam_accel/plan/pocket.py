"""How is a pocket cut? In depth passes, each cleared by rings, a spiral, lanes or adaptively; then the walls are finished."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rmos.cam_accel import polygons
from rmos.cam_accel.kernels import Kernels, choose
from rmos.cam_accel.plan.bounds import flat_radius_mm, no_room
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.finish import finish
from rmos.cam_accel.plan.moves import MOST_MOVES, Moves
from rmos.cam_accel.plan.outline import Polygon, checked
from rmos.cam_accel.plan.pocket_adaptive import adaptive, skin_mm
from rmos.cam_accel.plan.pocket_lanes import lanes
from rmos.cam_accel.plan.pocket_rings import Rings, nodes
from rmos.cam_accel.plan.ways import Feeds, Way, cut_way
from rmos.cam_accel.polygons import Ring
from rmos.contracts.toolpath import Toolpath

WIDEST_STEP_RADII, WIDEST_ADAPTIVE_RATIO, NARROWEST_ADAPTIVE_RATIO = 0.9, 0.5, 0.02
STEEPEST_DEG, COARSEST_MM, MOST_PASSES, MOST_FINISH_PASSES = 10.0, 0.1, 500, 10
Strategy = Literal["rings", "spiral", "lanes", "adaptive"]
Entry = Literal["auto", "helix", "ramp"]
FinishPass = Literal["none", "levels", "depth"]


@dataclass(frozen=True)
class PocketRequest:
    """Lengths mm. `stepover_ratio` of the diameter: the distance of rings or lanes, or, adaptively, the widest bite.

    `tolerance_mm`: how far walls may stand proud of the design, never beyond it. `finish_allowance_mm` stays on the walls and
    `floor_allowance_mm` on the floor until the finish: `finish_pass` at every level, at full depth only, or none at all, when
    both allowances stay. `entry` auto: a helix where it fits, else a ramp along the first ring.
    """

    boundary: Polygon
    islands: Sequence[Polygon]
    depth_mm: float
    cut: Cut
    stepover_ratio: float
    strategy: Strategy = "rings"
    entry: Entry = "auto"
    ramp_deg: float = 3.0
    tolerance_mm: float = polygons.ARC_MM
    finish_allowance_mm: float = 0.0
    floor_allowance_mm: float = 0.0
    finish_pass: FinishPass = "none"
    finish_passes: int = 1


def plan_pocket(r: PocketRequest, kernels: Kernels | None = None) -> Toolpath:
    """The same request gives the same bytes, whichever kernels compute. No place of the path is nearer to a wall than the
    tool's radius. Raises PlanError."""
    check_request(r)
    target = checked(r.boundary, r.islands)
    levels = levels_of(r)
    ways = rough_ways(r, target, kernels or choose())
    if len(levels) * sum(len(leg.points) for way in ways for leg in way.legs) > MOST_MOVES:
        raise PlanError("/cut/stepdown", f"{len(levels)} passes come to more than {MOST_MOVES} moves")
    moves, feeds, above = Moves(r.cut), feeds_of(r), 0.0
    for level in levels:
        for way in ways:
            cut_way(moves, way, above, level, feeds)
        above = level
    if r.finish_pass != "none":
        finish(
            moves,
            target,
            _finish_distances(r),
            ways,
            levels if r.finish_pass == "levels" else levels[-1:],
            r.cut,
            feeds,
            r.tolerance_mm,
        )
    return moves.toolpath()


def feeds_of(r: PocketRequest) -> Feeds:
    return Feeds(r.cut.feed_mm_min, r.cut.plunge_mm_min, r.cut.safe_z_mm, r.ramp_deg, r.cut.climb)


def rough_ways(r: PocketRequest, target: Sequence[Ring], kernels: Kernels) -> list[Way]:
    radius, wall = r.cut.tool.radius_mm, r.cut.tool.radius_mm + r.finish_allowance_mm
    step = _step_mm(r)
    is_nested = r.strategy in ("rings", "spiral")
    roots = nodes(target, wall, step, r.tolerance_mm, most=None if is_nested else 1)
    if not roots:
        raise no_room(r.cut.tool, polygons.shape_of(target), r.finish_allowance_mm)
    area = polygons.shape_of([ring for node in roots for ring in polygons.rings_of(node.shape)])
    rings = Rings(area, roots, radius, step, r.entry, r.cut.climb, r.strategy == "spiral")
    if r.strategy == "lanes":
        return lanes(rings)
    if r.strategy == "adaptive":
        inner = polygons.inset(target, wall + skin_mm(radius, r.tolerance_mm), r.tolerance_mm)
        parts = list(polygons.parts_of(polygons.shape_of(inner))) if inner else []
        foot = flat_radius_mm(r.cut.tool)
        return adaptive(kernels, rings, parts, r.stepover_ratio, foot, r.tolerance_mm)
    return rings.ways()


def _step_mm(r: PocketRequest) -> float:
    """At most 0.9 radii, and so that nothing stays between: lanes lie beside each other, but in a corner or a middle that no
    further ring fits into only the outer of two rings reaches what is between them."""
    tool, flat_mm = r.cut.tool, flat_radius_mm(r.cut.tool)
    widest_mm = 2 * WIDEST_STEP_RADII * flat_mm if r.strategy == "lanes" else flat_mm
    return min(r.stepover_ratio * tool.diameter_mm, WIDEST_STEP_RADII * tool.radius_mm, widest_mm)


def levels_of(r: PocketRequest) -> list[float]:
    depth = r.depth_mm - r.floor_allowance_mm
    if depth / r.cut.stepdown_mm > MOST_PASSES:
        raise PlanError("/cut/stepdown", f"more than {MOST_PASSES} passes of {r.cut.stepdown_mm:g} mm")
    last = [-r.depth_mm] if r.floor_allowance_mm and r.finish_pass != "none" else []
    return [*r.cut.levels_mm(depth), *last]


def _finish_distances(r: PocketRequest) -> list[float]:
    """From the walls to the axis, the last pass at the tool's radius."""
    share = r.finish_allowance_mm / r.finish_passes
    return [r.cut.tool.radius_mm + share * (r.finish_passes - n) for n in range(1, r.finish_passes + 1)]


def check_request(r: PocketRequest) -> None:
    _require("depth_mm", r.depth_mm, math.isfinite(r.depth_mm) and r.depth_mm > 0, "be positive")
    _require("stepover_ratio", r.stepover_ratio, 0 < r.stepover_ratio <= 1, "be in (0, 1]")
    _require("ramp_deg", r.ramp_deg, 0 < r.ramp_deg <= STEEPEST_DEG, f"be in (0, {STEEPEST_DEG:g}]")
    _require("tolerance_mm", r.tolerance_mm, 0 < r.tolerance_mm <= COARSEST_MM, f"be in (0, {COARSEST_MM:g}]")
    _require(
        "finish_allowance_mm", r.finish_allowance_mm, 0 <= r.finish_allowance_mm <= r.cut.tool.radius_mm, "be in [0, radius]"
    )
    _require("floor_allowance_mm", r.floor_allowance_mm, 0 <= r.floor_allowance_mm < r.depth_mm, "be in [0, depth)")
    _require("finish_passes", r.finish_passes, 1 <= r.finish_passes <= MOST_FINISH_PASSES, f"be in [1, {MOST_FINISH_PASSES}]")
    least, most = NARROWEST_ADAPTIVE_RATIO, WIDEST_ADAPTIVE_RATIO
    if r.strategy == "adaptive" and not least <= r.stepover_ratio <= most:
        reason = f"adaptive clearing bites {least} to {most} of the diameter, not {r.stepover_ratio}"
        raise PlanError("/cut/stepover_ratio", reason)
    tool = r.cut.tool
    if tool.shape not in ("flat", "bull") or tool.corner_radius_mm >= tool.radius_mm:
        raise PlanError("/tool_id", f"a flat floor needs a tool with a flat end, not a {tool.shape}")


def _require(name: str, value: float, holds: bool, must: str) -> None:
    if not holds:
        raise PlanError(f"/cut/{name}" if name == "stepover_ratio" else "/cut", f"{name} must {must}, not {value}")
