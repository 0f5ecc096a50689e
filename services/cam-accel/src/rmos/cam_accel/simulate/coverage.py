"""Is what the tool can reach of a region cut? Level floors by exact outlines, others at places of a grid of their own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyclipr
import shapely
from rmos.cam_accel import polygons
from rmos.cam_accel.simulate.faults import Fault
from rmos.cam_accel.simulate.grid import UNITS_PER_MM, window_of
from rmos.cam_accel.simulate.near import Near
from rmos.cam_accel.simulate.profile import profile_of, radius_at_mm
from rmos.cam_accel.simulate.report import Simulation
from rmos.cam_accel.simulate.samples import Sampled, spread
from rmos.cam_accel.simulate.sloping import STANDS_MM, Judged, spot_of
from rmos.cam_accel.simulate.target import WALL_MM, Region, Target
from rmos.cam_accel.simulate.walls import places_of, swept_at
from rmos.cam_accel.tools import ToolShape

LEAST_COVERAGE, REACHED_MM = 0.99, 0.001
MOST_EXACT = 3000
"""Places on a path up to which its swept area is united exactly: the cost of a union grows faster than they do."""
MOST_PARTS, FEW_CELLS, LEAST_PLACES, USUAL_PLACES = 1000, 100, 10, 400
"""Parts of an area that are looked at one by one. Of fewer cells a single one would be more than the share that may be left;
places that stand for them."""
NOTHING_MM2, SPOT_MM, SPOT_RATIO = 1e-6, 0.15, 1 / 300
"""An area that is none; the radius of a spot that may be left uncut, and that by a tool's diameter where it is larger."""
Point2 = tuple[float, float]
Places = tuple[Point2, ...]


@dataclass(frozen=True)
class Covered:
    """`tolerance_mm`: the most that was allowed to stand above the floor at any place. `spot`: where a spot of more than
    SPOT_MM round it is left."""

    name: str
    place: Point2
    reachable_mm2: float
    cut_mm2: float
    unreachable_mm2: float
    uncut: tuple[Point2, ...]
    unreachable: tuple[Point2, ...]
    tolerance_mm: float
    spot: Point2 | None = None

    def faults(self) -> list[Fault]:
        share = self.cut_mm2 / self.reachable_mm2 if self.reachable_mm2 > 0 else 1.0
        if share >= LEAST_COVERAGE:
            return [] if self.spot is None else [_left_at(self.name, self.spot)]
        x, y = self.uncut[0] if self.uncut else (None, None)
        missed = f"only {share:.1%} of the reachable area is cut, {LEAST_COVERAGE:.0%} are needed"
        return [Fault("coverage", f"{self.name}: {missed}; most is left", x_mm=x, y_mm=y)]


def _left_at(name: str, place: Point2) -> Fault:
    reason = f"{name}: a spot of the reachable area that is wider than {2 * SPOT_MM:g} mm is not cut"
    return Fault("coverage", reason, x_mm=place[0], y_mm=place[1])


def spot_mm(tool: ToolShape) -> float:
    return max(SPOT_MM, tool.diameter_mm * SPOT_RATIO)


def out_of_reach(found: Sequence[Covered], tool: ToolShape) -> list[Fault]:
    """Corners that no tool reaches are told; a whole part of the design that this tool reaches nowhere is a fault."""
    out = []
    for name in dict.fromkeys(one.name for one in found):
        same = [one for one in found if one.name == name]
        if not any(one.reachable_mm2 > NOTHING_MM2 for one in same):
            x, y = same[0].place
            reason = f"no part of {name} can be reached by this tool of {tool.diameter_mm:g} mm: use a smaller one"
            out.append(Fault("reach", reason, x_mm=x, y_mm=y))
    return out


def covered(s: Simulation, target: Target, region: Region, near: Near, sloping: Judged | None) -> Covered:
    """`sloping`: how a floor that is not level was found."""
    inside = region.polygon.representative_point()
    place = (inside.x, inside.y)
    if sloping is not None:
        whole = region.polygon.area * sloping.reachable_share
        lost = region.polygon.area - whole
        cut_mm2, others = whole * sloping.cut_share, (sloping.uncut, sloping.unreachable)
        return Covered(region.name, place, whole, cut_mm2, lost, *others, sloping.tolerance_mm, sloping.spot)
    tolerance = region.floor_tolerance_mm
    reachable = _reachable(s.tool, near, region)
    if region.cut_before:
        reachable = polygons.combine(pyclipr.Difference, reachable, region.cut_before)
    missed = polygons.combine(pyclipr.Difference, region.rings, [*reachable, *region.cut_before])
    whole, lost = polygons.area_mm2(reachable), polygons.area_mm2(missed)
    foot = radius_at_mm(s.tool, tolerance) + polygons.ARC_MM  # chords lie that far inside of their circles
    swept = swept_at(s.path, foot, -region.floor.deepest_mm + REACHED_MM, near.moves([region], foot))
    if swept.points <= MOST_EXACT or s.grid.cell_mm > foot / 2:
        cut = swept.area()
        left = polygons.combine(pyclipr.Difference, reachable, cut) if cut else reachable
        if region.cut_before:
            left = polygons.offset(polygons.offset(left, -WALL_MM / 2), WALL_MM / 2)
        share, uncut = (whole - polygons.area_mm2(left)) / whole if whole > 0 else 0.0, places_of(left)
        spots = places_of(polygons.offset(left, -spot_mm(s.tool)), 1)
    else:
        share, uncut, spots = _covered_cells(s, target, region, reachable)
    return Covered(region.name, place, whole, share * whole, lost, uncut, places_of(missed), tolerance, next(iter(spots), None))


def _reachable(tool: ToolShape, near: Near, region: Region) -> list[Any]:
    """What a tool of this shape can bring to the floor, to its tolerance, without cutting a wall: the target's parts at least
    as deep, opened by the tool, as far from walls as they may be proud; slots of its own width are: walls have a tolerance."""
    deep = region.floor.deepest_mm
    wide, foot = radius_at_mm(tool, deep), radius_at_mm(tool, region.floor_tolerance_mm)
    others = near.around(region, 2 * wide + region.proud_mm + WALL_MM)
    rings = [ring for other in others if other.floor.deepest_mm >= deep - 1e-9 for ring in other.rings]
    whole = polygons.combine(pyclipr.Union, rings)
    slack = WALL_MM / 2
    opened = polygons.offset(polygons.offset(whole, slack - wide - region.proud_mm), foot - slack)
    return polygons.combine(pyclipr.Intersection, opened, region.rings)


def _covered_cells(s: Simulation, target: Target, region: Region, reachable: list[Any]) -> tuple[float, Places, Places]:
    """Share of cell centres in the reachable area, a wall's tolerance inside of it, that are at the floor; others; a spot."""
    shrunk = (part.buffer(-WALL_MM) for part in polygons.pieces_of(reachable))
    inner = shapely.MultiPolygon([part for whole in shrunk for part in polygons.parts_of(whole)])
    if inner.is_empty:
        return *_covered_places(s, target, region, polygons.pieces_of(reachable)), ()
    window = window_of(inner.bounds, s.grid.x_mm, s.grid.y_mm)
    grid = s.grid.part(window)
    x, y = np.meshgrid(grid.x_mm, grid.y_mm)
    shapely.prepare(inner)
    inside = shapely.contains_xy(inner, x, y)
    if inside.sum() < FEW_CELLS:
        return *_covered_places(s, target, region, list(inner.geoms)), ()
    x, y, z = x[inside], y[inside], s.heightmap.heights[window][inside] / UNITS_PER_MM
    above = z - target.allowed_lowest_mm(x, y, 0.0) - region.floor_tolerance_mm
    left = above > 0.5 / UNITS_PER_MM
    order = np.argsort(-above, kind="stable")[: min(5, int(left.sum()))]
    cells = np.zeros((grid.rows, grid.columns), dtype=bool)
    cells[inside] = above > STANDS_MM
    spot = spot_of(cells, grid, spot_mm(s.tool))
    return 1 - float(left.sum()) / len(x), tuple((float(x[n]), float(y[n])) for n in order), () if spot is None else (spot,)


def _covered_places(s: Simulation, target: Target, region: Region, parts: list[Any]) -> tuple[float, Places]:
    """Of parts that are finer than the grid: share of places spread over them, by the area of each part."""
    parts = sorted(parts, key=lambda part: -part.area)[:MOST_PARTS]
    if not parts:
        return 1.0, ()
    whole, path, uncut, places = sum(part.area for part in parts), Sampled(s.path, profile_of(s.tool)), 0.0, []
    for part in parts:
        x, y = spread(part, max(LEAST_PLACES, math.ceil(USUAL_PLACES * part.area / whole))).T
        above = path.lowest_mm(x, y) - target.allowed_lowest_mm(x, y, 0.0) - region.floor_tolerance_mm
        left = above > 0.5 / UNITS_PER_MM
        uncut += float(left.mean()) * part.area
        places += [(float(above[n]), float(x[n]), float(y[n])) for n in np.flatnonzero(left).tolist()]
    places.sort(key=lambda place: -place[0])
    return 1 - uncut / whole, tuple((x, y) for _, x, y in places[:5])
