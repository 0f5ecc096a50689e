"""Which area does the tool sweep below a height, exactly? Outlines by Clipper, so that walls are judged finer than a grid."""

from __future__ import annotations

import itertools
import math
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
from rmos.cam_accel.simulate.faults import chords
from rmos.cam_accel.simulate.profile import Profile, profile_of
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import MoveKind, Plane, Toolpath

CHORD_MM, ARC_MM, TAPERS = 0.001, 0.002, 8
BATCH, MOST_BEYOND, TAPER_MM = 10_000, 2000, 0.2
"""A tool that widens upward sweeps a taper wherever its depth changes: as many are looked at together, and of those that reach
out of an area as many are united."""
Point2 = tuple[float, float]
Line = list[Point2]
Numbers = NDArray[np.int64]
Taper = tuple[int, Point2, Point2, float, float]


@dataclass(frozen=True)
class Swept:
    """Lines of the axis by move, each with its radius, and tapers (move, two places and a radius at each)."""

    moves: tuple[int, ...]
    lines: tuple[Line, ...]
    radii_mm: tuple[float, ...]
    tapers: tuple[Taper, ...] = ()

    @property
    def points(self) -> int:
        return sum(map(len, self.lines))

    def area(self) -> list[Any]:
        """What the lines sweep, without the tapers."""
        groups: dict[float, list[Line]] = defaultdict(list)
        for line, radius in zip(self.lines, self.radii_mm, strict=True):
            groups[radius].append(line)
        parts = [polygons.swept(joined(lines), radius) for radius, lines in groups.items()]
        return polygons.combine(pyclipr.Union, [ring for part in parts for ring in part])

    def beyond(self, allowed: list[Any]) -> list[Any]:
        """What is swept outside of an area; of tapers the first MOST_BEYOND that reach out of it."""
        if not allowed:
            return polygons.combine(pyclipr.Union, self.area() + _rings(_hulls(self.tapers[:MOST_BEYOND])))
        inside = polygons.shape_of(allowed)
        shapely.prepare(inside)
        suspects = self._leaving(inside)
        leaving: list[Any] = []
        for first in range(0, len(self.tapers), BATCH):
            hulls = _hulls(self.tapers[first : first + BATCH])
            leaving += hulls[~shapely.covers(inside, hulls)].tolist()
            if len(leaving) >= MOST_BEYOND:
                break
        return polygons.combine(pyclipr.Difference, suspects.area() + _rings(leaving[:MOST_BEYOND]), allowed)

    def _leaving(self, inside: Any) -> Swept:
        """Only the lines that come nearer to the edge of the area than their radius: a union of all would take long."""
        if not self.lines:
            return Swept((), (), ())
        lines, edge = _linestrings(self.lines), inside.boundary
        shapely.prepare(edge)
        held = shapely.covers(inside, shapely.get_point(lines, 0))
        held &= ~shapely.dwithin(edge, lines, np.array(self.radii_mm) + 2 / polygons.GRID_PER_MM)
        kept = np.flatnonzero(~held).tolist()
        moves, lines_left = tuple(self.moves[n] for n in kept), tuple(self.lines[n] for n in kept)
        return Swept(moves, lines_left, tuple(self.radii_mm[n] for n in kept))

    def move_at(self, place: Point2) -> int | None:
        """The first move whose sweep holds the place."""
        ways = [*self.lines, *([a, b] for _, a, b, _, _ in self.tapers)]
        if not ways:
            return None
        moves = np.array([*self.moves, *(taper[0] for taper in self.tapers)])
        reach = np.array([*self.radii_mm, *(max(taper[3:]) for taper in self.tapers)]) + 2 * ARC_MM
        near = shapely.distance(np.array([shapely.LineString(way) for way in ways]), shapely.Point(place)) <= reach
        return int(moves[near].min()) if near.any() else None


def swept_below(path: Toolpath, tool: ToolShape, z_mm: float, own: Numbers | None = None) -> Swept:
    """By every move, or by its `own` alone, rapids included, the parts below `z_mm`, by the tool as wide as it is at that
    height, never wider than true."""
    profile = profile_of(tool)
    level = profile.is_level
    moves: list[int] = []
    lines: list[Line] = []
    radii: list[float] = []
    tapers: list[Taper] = []
    for n, line in _lines(path, z_mm, own, once=level):
        for a, b in itertools.pairwise(line):
            part = below(a, b, z_mm)
            if part is None:
                continue
            p, q = part
            if p[:2] == q[:2]:
                p = q = (*p[:2], min(p[2], q[2]))
            if not level and p[2] != q[2]:
                tapers += _tapers(n, p, q, z_mm, tool, profile)
                continue
            radius = tool.radius_mm if level else profile.reach_mm(z_mm - p[2])
            if moves and moves[-1] == n and radii[-1] == radius and lines[-1][-1] == p[:2]:
                lines[-1].append(q[:2])
            elif radius > 0:
                moves.append(n)
                lines.append([p[:2], q[:2]] if p[:2] != q[:2] else _dot(p))
                radii.append(radius)
    return Swept(tuple(moves), tuple(lines), tuple(radii), tuple(tapers))


def swept_at(path: Toolpath, radius_mm: float, z_mm: float, own: Numbers | None = None) -> Swept:
    """By moves, all or its `own`, that are at or below `z_mm` throughout, and where others end there, each with this radius."""
    kept: list[tuple[int, Line]] = []
    for n, line in _lines(path, z_mm, own, once=True):
        if max(p[2] for p in line) <= z_mm and any(p[:2] != line[0][:2] for p in line):
            kept.append((n, [(p[0], p[1]) for p in line]))
        elif line[-1][2] <= z_mm:
            kept.append((n, _dot(line[-1])))
    return Swept(tuple(n for n, _ in kept), tuple(line for _, line in kept), (radius_mm,) * len(kept))


def _lines(path: Toolpath, z_mm: float, own: Numbers | None, *, once: bool) -> Iterator[tuple[int, list[Point3]]]:
    """Of moves that come down to a height. `once`: of moves that lie below it throughout and are the same seen from above, as
    passes make them, only the first."""
    seen: set[tuple[float, ...]] = set()
    for n, a, b, shape in _low_moves(path, z_mm, own):
        if once and max(a[2], b[2]) < z_mm and (not is_arc(path, n) or path.plane[n] == Plane.XY):
            key = (*shape, *a[:2], *b[:2])
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


def _tapers(n: int, a: Point3, b: Point3, z_mm: float, tool: ToolShape, profile: Profile) -> list[Taper]:
    """A cone's in one piece; a round profile is concave, so chords of it stay inside."""
    change = abs(profile.reach_mm(z_mm - a[2]) - profile.reach_mm(z_mm - b[2]))
    count = 1 if tool.shape == "cone" else min(TAPERS, math.ceil(change / TAPER_MM) or 1)
    places = [(a[0] + (b[0] - a[0]) * m / count, a[1] + (b[1] - a[1]) * m / count) for m in range(count + 1)]
    radii = [profile.reach_mm(z_mm - a[2] - (b[2] - a[2]) * m / count) for m in range(count + 1)]
    pairs = zip(itertools.pairwise(places), itertools.pairwise(radii), strict=True)
    return [(n, p, q, r, t) for (p, q), (r, t) in pairs if max(r, t) > ARC_MM]


def _hulls(tapers: Sequence[Taper]) -> Any:
    """An array of polygons, each the hull of two circles and inside of it by at most 0.002 mm."""
    if not tapers:
        return np.array([])
    widest = max(max(taper[3:]) for taper in tapers)
    count = max(8, math.ceil(math.pi / math.acos(1 - min(1.0, ARC_MM / widest))))
    angles = 2 * math.pi * np.arange(count) / count
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    ends = [(np.array([t[1 + end] for t in tapers]), np.array([t[3 + end] for t in tapers])) for end in (0, 1)]
    places = [at[:, None, :] + radius[:, None, None] * circle for at, radius in ends]
    return shapely.convex_hull(shapely.multipoints(np.concatenate(places, axis=1)))


def _linestrings(lines: Sequence[Line]) -> Any:
    owners = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    return shapely.linestrings(np.concatenate([np.array(line) for line in lines]), indices=owners)


def _rings(hulls: Any) -> list[Any]:
    rings = [np.asarray(hull.exterior.coords)[:-1] for hull in hulls]
    return [ring if polygons.signed_area_mm2(ring) > 0 else ring[::-1] for ring in rings]


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
