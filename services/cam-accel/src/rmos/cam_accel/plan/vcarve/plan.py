"""In which order does the V-bit carve, and how deep at each place?"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from rmos.cam_accel import polygons
from rmos.cam_accel.plan import bounds
from rmos.cam_accel.plan.contours import SPARE_MM
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.moves import Moves
from rmos.cam_accel.plan.track import Track, descend, flat, follow
from rmos.cam_accel.plan.vcarve.medial import Chain, medial_axis
from rmos.cam_accel.plan.vcarve.shapes import shapes_of
from rmos.contracts.toolpath import Toolpath

Point2 = tuple[float, float]
MOST_PATHS, CLEARANCE_MM, SHORTEST_RING_MM, MOST_RINGS, ROUGH_SHARE = 2000, 0.5, 0.2, 2000, 0.9
SAME_PLACE_MM, SIMPLE_MM = 1e-9, 0.002


@dataclass(frozen=True)
class CarvePath:
    points: Sequence[Point2]
    closed: bool


@dataclass(frozen=True)
class VCarveRequest:
    """Closed paths enclose shapes, one inside another a hole; open ones are lines of `line_width_mm`. Where a shape is wider
    than `max_depth_mm` allows, its floor is flat there, with ridges of `cusp_mm` at most; None: as deep as the tool cuts.
    A shape that would be deeper than the tool's cone is high is refused.
    """

    cut: Cut
    paths: Sequence[CarvePath]
    line_width_mm: float | None = None
    max_depth_mm: float | None = None
    cusp_mm: float = 0.1
    ramp_deg: float = 10.0


def plan_vcarve(request: VCarveRequest) -> Toolpath:
    """Shapes first, level by level, then lines. A disc of radius r is cut to (r - tip/2)/tan(angle/2). Raises PlanError."""
    r = request
    rings, lines = _check(r)
    bit = _Bit(r)
    for shape in shapes_of(rings):
        bit.shape(shape, rings[0][0])
    for pointer, line in lines:
        bit.line(line, pointer)
    if not len(bit.moves):
        raise PlanError("/tool_id", "every shape is narrower than the tip of the tool: use a finer one")
    bit.moves.lift()
    return bit.moves.toolpath()


Named = list[tuple[str, list[Point2]]]


def _check(r: VCarveRequest) -> tuple[Named, Named]:
    bounds.require_shape(r.cut, "cone")
    bounds.require("/tool_id", r.cut.tool.tip_angle_deg, 10, 120)
    bounds.require("/tool_id", r.cut.tool.tip_diameter_mm, 0, 2)
    bounds.require("/design/cusp_mm", r.cusp_mm, 0.005, 2)
    bounds.require("/design/ramp_deg", r.ramp_deg, 0.5, 45)
    if r.max_depth_mm is not None:
        bounds.require("/design/max_depth_mm", r.max_depth_mm, 0, 50, above=True)
    if not 1 <= len(r.paths) <= MOST_PATHS:
        raise PlanError("/design/paths", f"there must be 1 to {MOST_PATHS} paths, not {len(r.paths)}")
    named = [(f"/design/paths/{n}", path) for n, path in enumerate(r.paths)]
    rings = [(pointer, bounds.require_ring(f"{pointer}/points", path.points)) for pointer, path in named if path.closed]
    lines = [
        (pointer, bounds.require_points(f"{pointer}/points", path.points, 2)) for pointer, path in named if not path.closed
    ]
    if lines and r.line_width_mm is None:
        raise PlanError("/design/line_width_mm", "open paths need a line width")
    if r.line_width_mm is not None:
        bounds.require("/design/line_width_mm", r.line_width_mm, 0.1, 20)
    return rings, lines


class _Bit:
    """`slope` is mm of radius per mm of depth."""

    def __init__(self, r: VCarveRequest) -> None:
        self.r, self.moves = r, Moves(r.cut)
        tool = r.cut.tool
        self.slope, self.tip_mm = math.tan(math.radians(tool.tip_angle_deg) / 2), tool.tip_diameter_mm / 2
        self.reach_mm = tool.height_mm(tool.radius_mm)
        self.most_mm = min(self.reach_mm, r.max_depth_mm or self.reach_mm)
        self.ramp = math.tan(math.radians(r.ramp_deg))
        self.clear = min(CLEARANCE_MM, r.cut.safe_z_mm)

    def shape(self, shape: shapely.Polygon, pointer: str) -> None:
        chains = [self._depths(chain) for chain in medial_axis(shape, pointer)]
        widest = max((float(chain[:, 2].max()) for chain in chains), default=0.0)
        if widest <= 0:
            return
        wanted = min(widest, self.r.max_depth_mm or math.inf)
        if wanted > self.reach_mm + 1e-9:
            reason = f"the widest place would be {wanted:.3f} mm deep, the cone of the tool is {self.reach_mm:.3f} mm high"
            raise PlanError("/design/max_depth_mm", f"{reason}: state no greater depth than that, or use a wider tool")
        above = 0.0
        for level in bounds.levels_mm(self.r.cut, min(widest, self.most_mm)):
            if widest > self.most_mm + 1e-9:
                self._clear(shape, above, -level)
            self._carve(chains, above, -level)
            above = -level

    def _depths(self, chain: Chain) -> Chain:
        """The distance to the edge becomes the depth; where the tip alone is wider, it is negative."""
        return np.column_stack((chain[:, :2], (chain[:, 2] - self.tip_mm) / self.slope))

    def _carve(self, chains: Sequence[Chain], above: float, below: float) -> None:
        """All stretches deeper than the level above, no deeper than the one below, each from its shallow end unless the tool
        is at the other; the next one is the nearest."""
        parts = [part for chain in chains for part in _deeper(chain, above, below)]
        ends = np.array([(part[0, :2], part[-1, :2]) for part in parts])
        for _ in parts:
            x, y, z = self.moves.position
            gaps = np.sqrt(((ends - (x, y)) ** 2).sum(axis=2))
            n, end = divmod(int(np.argmin(gaps)), 2)
            joined = bool(gaps[n, end] < SAME_PLACE_MM and z <= 0)
            part = parts[n]
            turned = end == 1 if joined else part[-1, 2] < part[0, 2] - SAME_PLACE_MM
            self._run(part[::-1] if turned else part, joined=joined)
            ends[n] = math.inf

    def _run(self, part: Chain, *, joined: bool) -> None:
        x, y, depth = part[0].tolist()
        if not joined:
            self.moves.travel(x, y, self.clear)
        if abs(self.moves.position[2] + depth) > 1e-9:
            self.moves.line(x, y, -depth, self.r.cut.plunge_mm_min)
        for x, y, depth in part[1:].tolist():
            falling = -depth < self.moves.position[2] - 1e-9
            self.moves.line(x, y, -depth, self.r.cut.plunge_mm_min if falling else self.r.cut.feed_mm_min)

    def _clear(self, shape: shapely.Polygon, above: float, below: float) -> None:
        """Rings at the level, from the wall inwards; the last level's leave ridges no higher than asked."""
        last = math.isclose(below, self.most_mm)
        ridge = self.r.cusp_mm if last else max(self.r.cusp_mm, ROUGH_SHARE * (below - above))
        step = 2 * (self.tip_mm + ridge * self.slope) * 0.98
        simple = shapely.simplify(shape, SIMPLE_MM)
        region = [list(ring.coords)[:-1] for ring in (simple.exterior, *simple.interiors)]
        area = polygons.region(region[0], region[1:])
        distance = self.tip_mm + below * self.slope + SPARE_MM + SIMPLE_MM
        found: list[Sequence[Point2]] = []
        for _ in range(MOST_RINGS):
            rings = polygons.offset(area, -distance)
            if not rings:
                break
            found += [
                shapely.get_coordinates(shapely.simplify(shapely.linearrings(ring), SIMPLE_MM))[:-1].tolist() for ring in rings
            ]
            distance += step
        else:
            raise PlanError("/design/cusp_mm", f"more than {MOST_RINGS} rings: allow higher ridges, or clear it as a pocket")
        for ring in reversed(found):
            self._ring(ring, above, below)

    def _ring(self, ring: Sequence[Point2], above: float, below: float) -> None:
        """Down on a ramp, and once round; a wall lies right of the feed where the cut climbs."""
        track = Track(ring if self.r.cut.climb else ring[::-1], closed=True)
        if track.length_mm < SHORTEST_RING_MM:
            return
        start_z = self.clear if above == 0 else -above
        self.moves.travel(*track.at(0.0), self.clear)
        if start_z < self.clear:
            self.moves.line(*track.at(0.0), start_z, self.r.cut.plunge_mm_min)
        descend(self.moves, track, 0.0, track.length_mm, flat(start_z), flat(-below), self.ramp, self.r.cut.plunge_mm_min)
        follow(self.moves, track, 0.0, track.length_mm, flat(-below), self.r.cut.feed_mm_min)

    def line(self, points: Sequence[Point2], pointer: str) -> None:
        """There and back at one depth a pass."""
        width = self.r.line_width_mm or 0.0
        depth = (width / 2 - self.tip_mm) / self.slope
        if depth <= 0:
            raise PlanError("/design/line_width_mm", f"a line of {width:g} mm is no wider than the tip: use a finer tool")
        if depth > self.most_mm + 1e-9:
            reason = f"a line of {width:g} mm is {depth:.2f} mm deep, {self.most_mm:.2f} mm are possible"
            raise PlanError("/design/line_width_mm", f"{reason}: use a wider angle, or carve the line's outline")
        track, above, at_end = Track(points, closed=False), self.clear, False
        self.moves.travel(*track.at(0.0), self.clear)
        for level in bounds.levels_mm(self.r.cut, depth):
            first, last = (track.length_mm, 0.0) if at_end else (0.0, track.length_mm)
            descend(self.moves, track, first, last - first, flat(above), flat(level), self.ramp, self.r.cut.plunge_mm_min)
            follow(self.moves, track, first, last, flat(level), self.r.cut.feed_mm_min)
            above, at_end = level, not at_end


def _deeper(chain: Chain, above: float, below: float) -> Iterator[Chain]:
    """Stretches of a branch that are deeper than one level, cut off at another; where it crosses them it gets points."""
    if len(chain) == 1:
        if chain[0, 2] > above:
            yield np.minimum(chain, (math.inf, math.inf, below))
        return
    rows = [chain[0]]
    for a, b in itertools.pairwise(chain):
        shares = sorted((z - a[2]) / (b[2] - a[2]) for z in (above, below) if min(a[2], b[2]) < z < max(a[2], b[2]))
        rows += [a + share * (b - a) for share in shares] + [b]
    points = np.minimum(np.array(rows), (math.inf, math.inf, below))
    deep = points[:, 2] > above + 1e-9
    wanted = deep[:-1] | deep[1:]
    edges = np.flatnonzero(np.diff(np.concatenate(([False], wanted, [False])).astype(int)))
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        part = points[first : last + 1].copy()
        part[:, 2] = np.maximum(part[:, 2], above)
        yield part
