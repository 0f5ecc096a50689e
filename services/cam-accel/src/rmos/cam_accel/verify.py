"""Is the part right? Swept area against the target, and every way down against what was cut before."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyclipr
from rmos.cam_accel import polygons
from rmos.cam_accel.geometry import Point3, extent, is_arc, length_mm, points, starts_and_ends
from rmos.contracts.toolpath import MoveKind, Toolpath

GOUGE_TOLERANCE_MM, LEAST_COVERAGE, CHORD_MM, LEVEL_MM, FLOOR_MM = 0.01, 0.95, 0.001, 1e-6, 0.001
STEEPEST_DEG = 10.0
Point2 = tuple[float, float]
Line = list[Point2]


@dataclass(frozen=True)
class Verification:
    """`gouged_area_mm2` is swept area below the surface that lies more than 0.01 mm outside the target."""

    coverage_ratio: float
    gouged_area_mm2: float
    unreachable_area_mm2: float
    reasons: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.reasons


def verify_pocket(
    path: Toolpath,
    tool_diameter_mm: float,
    boundary: Sequence[tuple[float, float]],
    islands: Sequence[Sequence[tuple[float, float]]],
    depth_mm: float,
) -> Verification:
    """Judges any toolpath, whoever made it. Reachable is what a tool of this size can cut without touching a wall."""
    radius, target = tool_diameter_mm / 2, polygons.region(boundary, islands)
    reachable = polygons.offset(polygons.offset(target, -radius), radius)
    below, floor = _swept(path, radius, 0.0), _swept(path, radius, -depth_mm + FLOOR_MM)
    coverage = _share(floor, reachable)
    outside = polygons.combine(pyclipr.Difference, below, polygons.offset(target, GOUGE_TOLERANCE_MM))
    gouged = polygons.area_mm2(outside)
    unreachable = polygons.area_mm2(target) - polygons.area_mm2(reachable)
    reasons = _reasons(path, coverage, gouged, depth_mm)
    return Verification(coverage, gouged, max(0.0, unreachable), reasons)


def _swept(path: Toolpath, radius: float, below_mm: float) -> list[Any]:
    """Area swept by moves, rapids included: at 0 by all that dip below it, else by those at or below it throughout."""
    lines: list[Line] = []
    for n, start, end in starts_and_ends(path):
        line = points(path, n, start, end, CHORD_MM)
        heights = [p[2] for p in line]
        inside = min(heights) < 0 if below_mm == 0.0 else max(heights) <= below_mm
        if inside and any(p[:2] != line[0][:2] for p in line):
            lines.append([(p[0], p[1]) for p in line])
    return polygons.combine(pyclipr.Union, polygons.swept(joined(lines), radius))


def joined(lines: Sequence[Line]) -> list[Line]:
    """The same lines, each once in either direction, and those that follow each other as one: passes repeat their rings,
    and a union's cost grows faster than its parts."""
    seen: set[tuple[Point2, ...]] = set()
    out: list[Line] = []
    for line in lines:
        key = min(tuple(line), tuple(reversed(line)))
        if key in seen:
            continue
        seen.add(key)
        if out and out[-1][-1] == line[0]:
            out[-1].extend(line[1:])
        else:
            out.append(list(line))
    return out


def _share(part: Sequence[Any], whole: Sequence[Any]) -> float:
    area = polygons.area_mm2(whole)
    return polygons.area_mm2(polygons.combine(pyclipr.Intersection, part, whole)) / area if area > 0 else 0.0


def _reasons(path: Toolpath, coverage: float, gouged: float, depth_mm: float) -> tuple[str, ...]:
    out = []
    if coverage < LEAST_COVERAGE:
        out.append(f"only {coverage:.1%} of the reachable area is cut, {LEAST_COVERAGE:.0%} are needed")
    if gouged > 0:
        out.append(f"{gouged:.3f} mm² are cut outside the target")
    deepest = extent(path)[0][2] if len(path) else 0.0
    if deepest < -depth_mm - 1e-3:
        out.append(f"the toolpath reaches Z {deepest:.3f}, the floor is at {-depth_mm:.3f}")
    return (*out, *entry_faults(path))


def entry_faults(path: Toolpath) -> tuple[str, ...]:
    """Ways down into stock that are neither ramp nor helix, and rapids sideways below the surface; the first of each."""
    floor: dict[tuple[float, float], float] = defaultdict(float)
    faults: dict[str, str] = {}
    for n, start, end in starts_and_ends(path):
        fault = _fault(path, n, start, end, floor[_spot(start)])
        if fault is not None:
            faults.setdefault(fault, f"move {n + 1}: {fault}")
        for p in (start, end):
            floor[_spot(p)] = min(floor[_spot(p)], p[2])
    return tuple(faults.values())


def _fault(path: Toolpath, n: int, start: Point3, end: Point3, cut_to: float) -> str | None:
    run, drop = math.dist(start[:2], end[:2]), start[2] - end[2]
    rapid = int(path.kind[n]) == MoveKind.RAPID
    if end[2] >= 0 and (start[2] >= 0 or run < 1e-9):
        return None
    if rapid and run > 1e-9 and min(start[2], end[2]) < 0:
        return "a rapid moves sideways below the surface"
    if drop <= 1e-9:
        return None
    if is_arc(path, n):
        run = math.sqrt(max(0.0, length_mm(path, n, start, end) ** 2 - drop**2))
    steep = run < 1e-9 or math.degrees(math.atan2(drop, run)) > STEEPEST_DEG
    if steep and end[2] < cut_to - LEVEL_MM:
        return "the tool goes straight down into stock"
    return None


def _spot(p: Point3) -> tuple[float, float]:
    return round(p[0], 6), round(p[1], 6)
