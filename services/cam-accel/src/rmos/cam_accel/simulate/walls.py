"""Which area does the tool sweep below a height, exactly? Outlines by Clipper, so that walls are judged finer than a grid."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyclipr
import shapely
from numpy.typing import NDArray
from rmos.cam_accel import polygons
from rmos.cam_accel.geometry import Point3, is_arc
from rmos.cam_accel.simulate import tapers
from rmos.cam_accel.simulate.faults import chords
from rmos.cam_accel.simulate.profile import profile_of
from rmos.cam_accel.simulate.tapers import Slopes, slopes_of
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import MoveKind, Plane, Toolpath

CHORD_MM = 0.001
Point2 = tuple[float, float]
Line = list[Point2]
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Swept:
    """Lines of the axis by move, each with its radius, and slopes."""

    moves: tuple[int, ...]
    lines: tuple[Line, ...]
    radii_mm: tuple[float, ...]
    slopes: Slopes | None = None

    @property
    def points(self) -> int:
        return sum(map(len, self.lines))

    def area(self) -> list[Any]:
        """What the lines sweep, without the slopes."""
        groups: dict[float, list[Line]] = defaultdict(list)
        for line, radius in zip(self.lines, self.radii_mm, strict=True):
            groups[radius].append(line)
        parts = [polygons.swept(joined(lines), radius) for radius, lines in groups.items()]
        return polygons.combine(pyclipr.Union, [ring for part in parts for ring in part])

    def beyond(self, allowed: list[Any]) -> list[Any]:
        """What is swept outside of an area; of slopes as `tapers.beyond` says."""
        if not allowed:
            made = [] if self.slopes is None else tapers.first_hulls(self.slopes)
            return polygons.combine(pyclipr.Union, self.area() + tapers.rings_of(made))
        inside = polygons.shape_of(allowed)
        edge = inside.boundary
        shapely.prepare([inside, edge])
        suspects = self._leaving(inside, edge)
        made = [] if self.slopes is None else tapers.beyond(self.slopes, inside, edge)
        return polygons.combine(pyclipr.Difference, suspects.area() + tapers.rings_of(made), allowed)

    def _leaving(self, inside: Any, edge: Any) -> Swept:
        """Only the lines that come nearer to the edge of the area than their radius: a union of all would take long."""
        kept = np.flatnonzero(tapers.leaving(inside, edge, self.lines, np.array(self.radii_mm))).tolist()
        moves, lines = tuple(self.moves[n] for n in kept), tuple(self.lines[n] for n in kept)
        return Swept(moves, lines, tuple(self.radii_mm[n] for n in kept))

    def move_at(self, place: Point2) -> int | None:
        """The first move whose sweep holds the place."""
        ways = [(n, line, r) for n, line, r in zip(self.moves, self.lines, self.radii_mm, strict=True)]
        if self.slopes is not None and self.slopes.lines:
            ways += [(n, [a, b], max(r, t)) for n, a, b, r, t in self.slopes.near(place).tapers()]
        if not ways:
            return None
        lines, reach = [shapely.LineString(line) for _, line, _ in ways], np.array([r for _, _, r in ways]) + 2 * tapers.ARC_MM
        near = shapely.distance(np.array(lines), shapely.Point(place)) <= reach
        return min((ways[n][0] for n in np.flatnonzero(near).tolist()), default=None)


def swept_below(path: Toolpath, tool: ToolShape, z_mm: float, own: Numbers | None = None) -> Swept:
    """By every move, or by its `own` alone, rapids included, the parts below `z_mm`, by the tool as wide as it is at that
    height, never wider than true."""
    profile = profile_of(tool)
    lines = _Lines()
    sloped: list[int] = []
    slopes: list[list[Point3]] = []
    for n, line in _lines(path, z_mm, own, profile.full_mm):
        for a, b in itertools.pairwise(line):
            part = below(a, b, z_mm)
            if part is None:
                continue
            p, q = part
            if p[:2] == q[:2]:
                p = q = (*p[:2], min(p[2], q[2]))
            radius = profile.reach_mm(z_mm - p[2])
            if p[2] == q[2] or radius == profile.reach_mm(z_mm - q[2]):
                lines.add(n, p, q, radius)
            elif sloped and sloped[-1] == n and slopes[-1][-1] == p:
                slopes[-1].append(q)
            else:
                sloped.append(n)
                slopes.append([p, q])
    return Swept(tuple(lines.moves), tuple(lines.lines), tuple(lines.radii_mm), slopes_of(profile, z_mm, sloped, slopes))


class _Lines:
    def __init__(self) -> None:
        self.moves: list[int] = []
        self.lines: list[Line] = []
        self.radii_mm: list[float] = []

    def add(self, n: int, p: Point3, q: Point3, radius_mm: float) -> None:
        if self.moves and self.moves[-1] == n and self.radii_mm[-1] == radius_mm and self.lines[-1][-1] == p[:2]:
            self.lines[-1].append(q[:2])
        elif radius_mm > 0:
            self.moves.append(n)
            self.lines.append([p[:2], q[:2]] if p[:2] != q[:2] else _dot(p))
            self.radii_mm.append(radius_mm)


def swept_at(path: Toolpath, radius_mm: float, z_mm: float, own: Numbers | None = None) -> Swept:
    """By moves, all or its `own`, that are at or below `z_mm` throughout, and where others end there, each with this radius."""
    kept: list[tuple[int, Line]] = []
    for n, line in _lines(path, z_mm, own):
        if max(p[2] for p in line) <= z_mm and any(p[:2] != line[0][:2] for p in line):
            kept.append((n, [(p[0], p[1]) for p in line]))
        elif line[-1][2] <= z_mm:
            kept.append((n, _dot(line[-1])))
    return Swept(tuple(n for n, _ in kept), tuple(line for _, line in kept), (radius_mm,) * len(kept))


def _lines(path: Toolpath, z_mm: float, own: Numbers | None, full_mm: float = 0.0) -> Iterator[tuple[int, list[Point3]]]:
    """Of moves that come down to a height; of those that sweep the same only the first. They do where they are the same seen
    from above, as passes make them, and lie deeper throughout than `full_mm`, from where on the tool is no wider."""
    seen: set[tuple[float, ...]] = set()
    for n, a, b, shape in _low_moves(path, z_mm, own):
        if not is_arc(path, n) or path.plane[n] == Plane.XY:
            full = max(a[2], b[2]) < z_mm - full_mm
            key = (*shape, *a[:2], *b[:2]) if full else (*shape, *a, *b)
            if key in seen:
                continue
            seen.add(key)
        yield n, chords(path, n, a, b, CHORD_MM)


def _low_moves(path: Toolpath, z_mm: float, own: Numbers | None) -> Iterator[tuple[int, Point3, Point3, Point3]]:
    """(number, start, end, kind and centre) of moves that may come down to a height."""
    moves = np.arange(len(path)) if own is None else own
    kinds, start = path.kind[moves], np.array([path.start_mm])
    ends, before = (np.column_stack([axis[at] for axis in (path.x_mm, path.y_mm, path.z_mm)]) for at in (moves, moves - 1))
    before = np.where((moves > 0)[:, None], before, start)
    arcs = (kinds == MoveKind.ARC_CW) | (kinds == MoveKind.ARC_CCW)
    low = (np.minimum(before[:, 2], ends[:, 2]) <= z_mm) | (arcs & (path.plane[moves] != Plane.XY))
    kept = np.flatnonzero(low & (kinds < MoveKind.DWELL))
    moves = moves[kept]
    shapes = np.column_stack([path.kind[moves], path.i_mm[moves], path.j_mm[moves]])
    rows = (array.tolist() for array in (moves, before[kept], ends[kept], shapes))
    for n, a, b, shape in zip(*rows, strict=True):
        yield n, tuple(a), tuple(b), tuple(shape)


def _dot(p: Point3) -> Line:
    """A line of one step of Clipper's grid, which an offset makes a disc."""
    return [(p[0], p[1]), (p[0] + 1 / polygons.GRID_PER_MM, p[1])]


def below(a: Point3, b: Point3, z_mm: float) -> tuple[Point3, Point3] | None:
    """The part of a line that lies below a height."""
    if a[2] >= z_mm and b[2] >= z_mm:
        return None
    if a[2] < z_mm and b[2] < z_mm:
        return a, b
    share = (z_mm - a[2]) / (b[2] - a[2])
    at = a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]), z_mm
    return (at, b) if a[2] >= z_mm else (a, at)


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


def places_of(rings: Sequence[Any], most: int = 5) -> tuple[Point2, ...]:
    """A place inside each of the largest parts."""
    largest = sorted(polygons.pieces_of(rings), key=lambda part: -part.area)[:most]
    inside = [part.representative_point() for part in largest]
    return tuple((p.x, p.y) for p in inside)
