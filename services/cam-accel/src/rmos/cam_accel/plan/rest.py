"""What did a larger tool leave of a pocket, and how does a smaller one cut just that? From what is cleared, adaptively."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from rmos.cam_accel import polygons
from rmos.cam_accel.kernels import Kernels, choose
from rmos.cam_accel.plan.bounds import flat_radius_mm, no_room
from rmos.cam_accel.plan.cut import PlanError
from rmos.cam_accel.plan.moves import Moves
from rmos.cam_accel.plan.outline import checked
from rmos.cam_accel.plan.pocket import PocketRequest, check_request, feeds_of, levels_of
from rmos.cam_accel.plan.pocket_adaptive import cleared, legs_of, skin_mm, too_narrow
from rmos.cam_accel.plan.ways import Leg, Way, cut_way, helix_in, middle_of, point, ramp_along
from rmos.cam_accel.polygons import Ring, place
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath

LEAST_REST_MM2, WIDEST_SLIVER_MM, LEAST_WALL_MM, PROBE_MM = 1e-3, 0.01, 0.05, 1e-3


@dataclass(frozen=True)
class RestRequest:
    """`pocket`: the whole pocket, with the smaller tool; its strategy says nothing here. `previous`: the tool that cleared it
    before, leaving `previous_allowance_mm` on the walls. `overlap_mm`: how far the smaller tool goes into what is cleared."""

    pocket: PocketRequest
    previous: ToolShape
    previous_allowance_mm: float = 0.0
    overlap_mm: float = 0.5


def plan_rest(r: RestRequest, kernels: Kernels | None = None) -> Toolpath:
    """Each part that was left, entered where the floor is cleared, if the smaller tool has room there. Raises PlanError, also
    where nothing is left."""
    pocket = replace(r.pocket, strategy="adaptive")
    _check(r, pocket)
    target = checked(pocket.boundary, pocket.islands)
    before = _before(target, r)
    ways = [way for part in _parts(target, r) for way in _ways(kernels or choose(), part, before, r)]
    moves, feeds, above = Moves(pocket.cut), feeds_of(pocket), 0.0
    for level in levels_of(pocket):
        for way in ways:
            cut_way(moves, way, above, level, feeds)
        above = level
    return moves.toolpath()


def rest_of(
    target: Sequence[Ring], tool_radius_mm: float, previous_radius_mm: float, previous_wall_mm: float, wall_mm: float = 0.0,
    foot_mm: float | None = None,
) -> list[Ring]:  # fmt: skip
    """What the smaller tool reaches, `wall_mm` from the walls, and the previous one did not; `foot_mm`: as wide as its end is
    there. Slivers thinner than 0.01 mm, which are the difference of chords, are left out."""
    centres = polygons.shape_of(polygons.inset(target, tool_radius_mm + wall_mm))
    reach = shapely.buffer(centres, tool_radius_mm if foot_mm is None else foot_mm, quad_segs=64)
    left = shapely.difference(reach, _opened(target, previous_radius_mm, previous_wall_mm))
    thick = shapely.buffer(shapely.buffer(left, -WIDEST_SLIVER_MM / 2), WIDEST_SLIVER_MM)
    kept = [part for part in polygons.parts_of(shapely.intersection(left, thick)) if part.area > LEAST_REST_MM2]
    return polygons.rings_of(shapely.MultiPolygon(kept))


def _opened(target: Sequence[Ring], radius_mm: float, wall_mm: float) -> Any:
    """The area that a disc sweeps whose centre keeps `wall_mm` and its radius from the walls; never more than that. Rings of
    Clipper's may touch themselves."""
    centres = polygons.inset(target, radius_mm + wall_mm)
    return shapely.make_valid(polygons.shape_of(polygons.offset(centres, radius_mm - polygons.ARC_MM) if centres else []))


@dataclass(frozen=True)
class _Before:
    """What is cleared (`ahead`: so far as the flat end of the smaller tool sees it: its rim is ahead of that), where in it that
    tool has room for its axis, and how near to the walls that may come."""

    ahead: Any
    free: Any
    walls: Any


def _before(target: Sequence[Ring], r: RestRequest) -> _Before:
    pocket, radius = r.pocket, r.pocket.cut.tool.radius_mm
    done, foot = _opened(target, r.previous.radius_mm, r.previous_allowance_mm), flat_radius_mm(pocket.cut.tool)
    ahead = done if foot == radius else shapely.buffer(done, foot - radius)
    walls = polygons.inset(target, radius + pocket.finish_allowance_mm, pocket.tolerance_mm)
    return _Before(ahead, shapely.buffer(done, -radius), polygons.shape_of(walls))


def _parts(target: Sequence[Ring], r: RestRequest) -> list[Any]:
    """Where the axis of the smaller tool has something to do, `skin_mm` from its walls."""
    pocket = r.pocket
    radius = pocket.cut.tool.radius_mm
    wall = radius + pocket.finish_allowance_mm
    if not polygons.inset(target, wall):
        raise no_room(pocket.cut.tool, polygons.shape_of(target), pocket.finish_allowance_mm)
    rest = _rest(target, r, radius)
    if not rest:
        tools = f"a tool of {r.previous.diameter_mm:g} mm", f"one of {2 * radius:g} mm"
        raise PlanError("/design", f"{tools[0]} leaves nothing that {tools[1]} could reach within the tolerance")
    if not _rest(target, r, flat_radius_mm(pocket.cut.tool)):
        reason = (
            f"of what a tool of {r.previous.diameter_mm:g} mm leaves, the round corner of this one brings nothing to the floor"
        )
        raise PlanError("/tool_id", f"{reason}: use a tool with a smaller corner")
    near = shapely.buffer(polygons.shape_of(rest), radius + r.overlap_mm)
    inner = polygons.inset(target, wall + skin_mm(radius, pocket.tolerance_mm), pocket.tolerance_mm)
    parts = list(polygons.parts_of(shapely.intersection(polygons.shape_of(inner), near)))
    if not parts:
        where = place(polygons.shape_of(rest).representative_point().coords[0])
        raise PlanError("/tool_id", f"what is left is hardly wider than the tool at {where}: use a smaller tool")
    return parts


def _rest(target: Sequence[Ring], r: RestRequest, foot_mm: float) -> list[Ring]:
    radius, wall = r.pocket.cut.tool.radius_mm, r.pocket.finish_allowance_mm + r.pocket.tolerance_mm
    return rest_of(target, radius, r.previous.radius_mm, r.previous_allowance_mm, wall, foot_mm)


def _ways(kernels: Kernels, part: Any, before: _Before, r: RestRequest) -> list[Way]:
    pocket = r.pocket
    radius = pocket.cut.tool.radius_mm
    free = list(polygons.parts_of(shapely.intersection(part, before.free)))
    room = max(free, key=lambda p: p.area) if free else None
    start = middle_of(part if room is None else room)
    foot = flat_radius_mm(pocket.cut.tool)
    helix = helix_in(part if room is None else room, start, foot)
    if helix is None and room is None:
        raise too_narrow(start)
    entry = helix or ramp_along(polygons.rings_of(room)[0])
    hole = 0.0 if helix is None or room is not None else helix.radius_mm + foot
    begin = entry.end if helix is None else start
    width = pocket.stepover_ratio * 2 * foot
    near = _rings_about(part, before.ahead, 4 * radius)
    found = cleared(kernels, part, near, begin, hole, foot, width, pocket.cut.climb)
    way = Way(entry, legs_of(found, pocket.tolerance_mm))
    return [way, *_walls(part, before.walls, way, r)]


def _rings_about(part: Any, shape: Any, within_mm: float) -> list[Ring]:
    """Of a shape that may be large, what lies about a part that may be small."""
    low_x, low_y, high_x, high_y = part.bounds
    window = low_x - within_mm, low_y - within_mm, high_x + within_mm, high_y + within_mm
    return polygons.rings_of(shapely.clip_by_rect(shape, *window))


def _walls(part: Any, area: Any, way: Way, r: RestRequest) -> list[Way]:
    """Along the walls beside the part, at the tool's radius and the allowance, where clearing left its skin: linked to the way
    where a straight link leads through what is cleared, else by a ramp to and fro along the wall."""
    pocket = r.pocket
    skin = skin_mm(pocket.cut.tool.radius_mm, pocket.tolerance_mm)
    near = shapely.buffer(part, 3 * skin)
    through = shapely.intersection(area, near)
    out: list[Way] = []
    for line in _lines(shapely.intersection(shapely.boundary(area), near)):
        wall = line if _is_free_left(area, line) == pocket.cut.climb else line[::-1]
        if shapely.covers(through, shapely.LineString([way.end, point(wall[0])])):
            way.legs += [Leg(wall[:1], is_link=True), Leg(wall[1:])]
        else:
            out.append(Way(ramp_along(np.vstack([wall, wall[-2:0:-1]]))))
    return out


def _lines(found: Any) -> list[Ring]:
    merged = shapely.line_merge(found)
    return [
        shapely.get_coordinates(p)
        for p in shapely.get_parts(merged)
        if p.geom_type == "LineString" and p.length > LEAST_WALL_MM
    ]


def _is_free_left(area: Any, line: Ring) -> bool:
    """Does the area lie left of the line's first edge?"""
    step = line[1] - line[0]
    left = np.array([-step[1], step[0]]) * (PROBE_MM / math.sqrt(float(step @ step)))
    return bool(shapely.covers(area, shapely.Point((line[0] + line[1]) / 2 + left)))


def _check(r: RestRequest, pocket: PocketRequest) -> None:
    check_request(pocket)
    small, large = pocket.cut.tool.diameter_mm, r.previous.diameter_mm
    if not small < large:
        raise PlanError("/tool_id", f"the tool ({small:g} mm) is not smaller than the one before ({large:g} mm)")
    for name, value in (("previous_allowance_mm", r.previous_allowance_mm), ("overlap_mm", r.overlap_mm)):
        if not 0 <= value <= large:
            raise PlanError("/cut", f"{name} must be in [0, {large:g}], not {value}")
