"""How is a pocket cut? Rings at a constant distance, in depth passes, each entered by a ramp along itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyclipr
from rmos.cam_accel import polygons
from rmos.cam_accel.plan.cut import PlanError
from rmos.cam_accel.polygons import Ring
from rmos.contracts.toolpath import MoveKind, Toolpath, from_columns

Polygon = Sequence[tuple[float, float]]
LARGEST_MM, CLEARANCE_MM, RAMP_DEG = 1e5, 0.5, 3.0
WIDEST_STEP_RADII, SHORTEST_RING_MM = 0.9, 0.5
MOST_VERTICES = 5000
MOST_RINGS, MOST_PASSES, MOST_POINTS = 1000, 500, 500_000


@dataclass(frozen=True)
class PocketRequest:
    """Lengths mm, feeds mm/min. Top of the stock is Z 0."""

    boundary: Polygon
    islands: Sequence[Polygon]
    depth_mm: float
    tool_diameter_mm: float
    stepover_ratio: float
    stepdown_mm: float
    feed_mm_min: float
    plunge_mm_min: float
    spindle_rpm: float
    safe_z_mm: float


def plan_pocket(r: PocketRequest) -> Toolpath:
    """Contour-parallel rings, innermost first. The distance of rings is the stepover, at most 0.9 tool radii, so that
    no stock stays between them; walls are kept clear by the offset's own arc tolerance. Raises PlanError.
    """
    _check(r)
    rings = _rings(r)
    moves = _Moves(r)
    passes = math.ceil(r.depth_mm / r.stepdown_mm - 1e-9)
    if passes > MOST_PASSES or passes * sum(map(len, rings)) > MOST_POINTS:
        raise PlanError("/cut/stepdown", f"{passes} passes: more than {MOST_PASSES}, or over {MOST_POINTS} moves in all")
    above = 0.0
    for number in range(1, passes + 1):
        level = -r.depth_mm * number / passes
        for ring in rings:
            moves.cut_ring(ring, above, level)
        above = level
    return moves.toolpath()


def _check(r: PocketRequest) -> None:
    for name in ("depth_mm", "tool_diameter_mm", "stepdown_mm", "feed_mm_min", "plunge_mm_min", "spindle_rpm", "safe_z_mm"):
        if not (math.isfinite(getattr(r, name)) and getattr(r, name) > 0):
            raise PlanError("/cut", f"{name} must be positive, not {getattr(r, name)}")
    if not 0 < r.stepover_ratio <= 1:
        raise PlanError("/cut/stepover_ratio", f"stepover_ratio must be in (0, 1], not {r.stepover_ratio}")
    _check_ring("/design/boundary", r.boundary)
    outer = polygons.region(r.boundary, ())
    kept: list[Ring] = []
    for n, island in enumerate(r.islands):
        pointer = f"/design/islands/{n}"
        _check_ring(pointer, island)
        own = polygons.region(island, ())
        if polygons.area_mm2(polygons.combine(pyclipr.Difference, own, outer)) > 1e-6:
            raise PlanError(pointer, "the island is not inside the boundary")
        if kept and polygons.area_mm2(polygons.combine(pyclipr.Intersection, own, kept)) > 1e-6:
            raise PlanError(pointer, "the island overlaps another")
        kept += own


def _check_ring(pointer: str, ring: Polygon) -> None:
    if not 3 <= len(ring) <= MOST_VERTICES:
        raise PlanError(pointer, f"a polygon has 3 to {MOST_VERTICES} points, not {len(ring)}")
    p = np.asarray(ring, dtype=np.float64)
    if not np.isfinite(p).all() or np.abs(p).max() > LARGEST_MM:
        raise PlanError(pointer, f"a coordinate is not finite or beyond {LARGEST_MM:g} mm")
    if abs(polygons.signed_area_mm2(p)) < 1e-6:
        raise PlanError(pointer, "the polygon has no area")
    if polygons.crosses_itself(ring):
        raise PlanError(pointer, "the polygon crosses or touches itself")


def _rings(r: PocketRequest) -> list[Ring]:
    """Innermost first."""
    radius = r.tool_diameter_mm / 2
    step = min(r.stepover_ratio * r.tool_diameter_mm, WIDEST_STEP_RADII * radius)
    area, distance, out = polygons.region(r.boundary, r.islands), radius + polygons.ARC_MM, []
    while level := polygons.offset(area, -distance):
        out.append(level)
        distance += step
        if len(out) > MOST_RINGS:
            raise PlanError("/cut/stepover_ratio", f"more than {MOST_RINGS} rings: the steps are too small for this pocket")
    if any(_perimeter_mm(ring) < SHORTEST_RING_MM for ring in out[0] if polygons.signed_area_mm2(ring) > 0) if out else False:
        raise PlanError("/tool_id", "a part of the pocket is hardly wider than the tool: it cannot ramp down there")
    rings = [ring for level in reversed(out) for ring in level if _perimeter_mm(ring) >= SHORTEST_RING_MM]
    if not rings:
        raise PlanError("/tool_id", f"a tool of {r.tool_diameter_mm:g} mm does not fit into the pocket")
    return rings


def _perimeter_mm(ring: Ring) -> float:
    """A ring shorter than the least would need endless laps to ramp down; the ring around it clears its place."""
    return float(np.hypot(*(np.roll(ring, -1, axis=0) - ring).T).sum())


class _Moves:
    def __init__(self, r: PocketRequest) -> None:
        self._r = r
        self._rows: list[tuple[int, float, float, float, float]] = []
        self._ramp = math.tan(math.radians(RAMP_DEG))

    def cut_ring(self, ring: Ring, above: float, level: float) -> None:
        """Down in air to just above the last pass, along the ring on a ramp, one full lap at the level, up."""
        points = [(float(x), float(y)) for x, y in [*ring, ring[0]]]
        x, y = points[0]
        self._rapid(x, y, self._r.safe_z_mm)
        self._rapid(x, y, min(self._r.safe_z_mm, above + CLEARANCE_MM))
        z = min(self._r.safe_z_mm, above + CLEARANCE_MM)
        at = 0
        while z > level:
            at += 1
            here, there = points[(at - 1) % (len(points) - 1)], points[(at - 1) % (len(points) - 1) + 1]
            length = math.dist(here, there)
            drop = length * self._ramp
            if z - drop >= level:
                z -= drop
                self._cut(*there, z, self._r.plunge_mm_min)
                continue
            share = (z - level) / drop
            z = level
            end = (here[0] + share * (there[0] - here[0]), here[1] + share * (there[1] - here[1]))
            self._cut(*end, z, self._r.plunge_mm_min)
            at -= 1
            self._lap(points, at % (len(points) - 1), end)
        self._rapid(*self._rows[-1][1:3], self._r.safe_z_mm)

    def _lap(self, points: list[tuple[float, float]], segment: int, start: tuple[float, float]) -> None:
        count = len(points) - 1
        for n in range(count):
            self._cut(*points[(segment + n) % count + 1], self._rows[-1][3], self._r.feed_mm_min)
        self._cut(*start, self._rows[-1][3], self._r.feed_mm_min)

    def _rapid(self, x: float, y: float, z: float) -> None:
        self._rows.append((MoveKind.RAPID, x, y, z, 0.0))

    def _cut(self, x: float, y: float, z: float, feed: float) -> None:
        self._rows.append((MoveKind.LINEAR, x, y, z, feed))

    def toolpath(self) -> Toolpath:
        kind, x, y, z, feed = zip(*self._rows, strict=True)
        columns: dict[str, Any] = {"kind": kind, "x_mm": x, "y_mm": y, "z_mm": z, "feed_mm_min": feed}
        columns["spindle_rpm"] = [self._r.spindle_rpm] * len(kind)
        return from_columns(columns, (0.0, 0.0, self._r.safe_z_mm))
