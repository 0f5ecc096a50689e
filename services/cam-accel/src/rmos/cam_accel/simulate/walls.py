"""Which area does the tool sweep below a height, exactly? Outlines by Clipper, so that walls are judged finer than a grid."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyclipr
import shapely
from rmos.cam_accel import polygons
from rmos.cam_accel.geometry import Point3, points, starts_and_ends
from rmos.cam_accel.simulate.profile import profile_of, radius_at_mm
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import MoveKind, Toolpath

CHORD_MM, RADIUS_STEP_MM, MOST_STEPS = 0.001, 0.002, 200
MOST_LINES = 300_000
"""A tool that widens upward sweeps another width at every depth: beyond so many lines only the grid judges its walls."""
Point2 = tuple[float, float]
Line = list[Point2]


@dataclass(frozen=True)
class Swept:
    """Lines of the axis by move, each with the radius that the tool surely sweeps along it."""

    moves: tuple[int, ...]
    lines: tuple[Line, ...]
    radii_mm: tuple[float, ...]

    def area(self) -> list[Any]:
        groups: dict[float, list[Line]] = defaultdict(list)
        for line, radius in zip(self.lines, self.radii_mm, strict=True):
            groups[radius].append(line)
        parts = [polygons.swept(joined(lines), radius) for radius, lines in groups.items()]
        return polygons.combine(pyclipr.Union, [ring for part in parts for ring in part])

    def move_at(self, place: Point2) -> int | None:
        """The first move whose sweep holds the place."""
        if not self.lines:
            return None
        ways = np.array([shapely.LineString(line) for line in self.lines])
        near = shapely.distance(ways, shapely.Point(place)) <= np.array(self.radii_mm) + 2 * CHORD_MM
        return self.moves[int(np.argmax(near))] if near.any() else None


def swept_below(path: Toolpath, tool: ToolShape, z_mm: float) -> Swept | None:
    """By every move, rapids included, the parts below `z_mm`. Where a tool widens upward and its depth changes, each piece
    counts with its least radius, rounded down by at most 0.002 mm. None: more than MOST_LINES."""
    level = profile_of(tool).is_level
    moves: list[int] = []
    lines: list[Line] = []
    radii: list[float] = []
    for n, line in _lines(path):
        for a, b in itertools.pairwise(line):
            for p, q in _below(a, b, z_mm, tool, level):
                radius = tool.radius_mm if level else _rounded(radius_at_mm(tool, z_mm - max(p[2], q[2])))
                if p[:2] == q[:2] or radius <= 0:
                    continue
                if moves and moves[-1] == n and radii[-1] == radius and lines[-1][-1] == p[:2]:
                    lines[-1].append(q[:2])
                else:
                    moves.append(n)
                    lines.append([p[:2], q[:2]])
                    radii.append(radius)
        if not level and len(lines) > MOST_LINES:
            return None
    return Swept(tuple(moves), tuple(lines), tuple(radii))


def swept_at(path: Toolpath, radius_mm: float, z_mm: float) -> Swept:
    """By moves that are at or below `z_mm` throughout, each with this radius."""
    kept = [(n, [(p[0], p[1]) for p in line]) for n, line in _lines(path) if max(p[2] for p in line) <= z_mm]
    kept = [(n, line) for n, line in kept if any(p != line[0] for p in line)]
    return Swept(tuple(n for n, _ in kept), tuple(line for _, line in kept), (radius_mm,) * len(kept))


def _lines(path: Toolpath) -> list[tuple[int, list[Point3]]]:
    return [(n, points(path, n, a, b, CHORD_MM)) for n, a, b in starts_and_ends(path) if path.kind[n] < MoveKind.DWELL]


def _rounded(radius_mm: float) -> float:
    return math.floor(radius_mm / RADIUS_STEP_MM + 1e-9) * RADIUS_STEP_MM


def _below(a: Point3, b: Point3, z_mm: float, tool: ToolShape, level: bool) -> list[tuple[Point3, Point3]]:
    """The part of a line below a height, in pieces along which the tool's radius at that height hardly changes."""
    if a[2] >= z_mm and b[2] >= z_mm:
        return []
    if a[2] > z_mm or b[2] > z_mm:
        share = (z_mm - a[2]) / (b[2] - a[2])
        at = a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]), z_mm
        a, b = (at, b) if a[2] > z_mm else (a, at)
    if level or a[2] == b[2]:
        return [(a, b)]
    change = abs(radius_at_mm(tool, z_mm - a[2]) - radius_at_mm(tool, z_mm - b[2]))
    count = min(MOST_STEPS, max(1, math.ceil(change / RADIUS_STEP_MM)))
    places = [tuple(p + (q - p) * n / count for p, q in zip(a, b, strict=True)) for n in range(count)]
    return list(itertools.pairwise([*((p[0], p[1], p[2]) for p in places), b]))


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


def pieces_of(rings: Sequence[Any]) -> list[Any]:
    """Clipper's rings as separate shapely polygons, the largest first."""
    outer = [shapely.Polygon(ring) for ring in rings if polygons.signed_area_mm2(ring) > 0]
    holes = [shapely.Polygon(ring) for ring in rings if polygons.signed_area_mm2(ring) < 0]
    whole = shapely.union_all([p.buffer(0) for p in outer]).difference(shapely.union_all([p.buffer(0) for p in holes]))
    parts = [part for part in shapely.get_parts(whole) if part.geom_type == "Polygon"]
    return sorted(parts, key=lambda part: -part.area)


def places_of(rings: Sequence[Any], most: int = 5) -> tuple[Point2, ...]:
    """A place inside each of the largest parts."""
    inside = [part.representative_point() for part in pieces_of(rings)[:most]]
    return tuple((p.x, p.y) for p in inside)
