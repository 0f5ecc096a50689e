"""What does a tool that widens upward sweep below a height, where its depth changes? Hulls of two circles, only near walls."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from rmos.cam_accel import polygons
from rmos.cam_accel.geometry import Point3
from rmos.cam_accel.simulate.profile import CONE, Profile

ARC_MM, MOST_PIECES, PIECE_MM = 0.002, 8, 0.2
BATCH, MOST_BEYOND = 10_000, 2000
"""Tapers that are looked at together, and of those that reach out of an area as many are united."""
OFF_MM = 2 / polygons.GRID_PER_MM
"""How far an outline may be off by its grid."""
Point2 = tuple[float, float]
Taper = tuple[int, Point2, Point2, float, float]
"""Move, two places of the axis, and a radius at each."""


@dataclass(frozen=True)
class Slopes:
    """Ways below `z_mm`, by move, along which the tool's width at that height changes; `widest_mm`: the largest radius there,
    whichever of them are looked at, or chords of circles would hang on what is skipped."""

    profile: Profile
    z_mm: float
    moves: tuple[int, ...] = ()
    lines: tuple[list[Point3], ...] = ()
    widest_mm: float = 0.0

    def near_edge(self, inside: Any, edge: Any) -> Slopes:
        """Without those whose sweep lies inside of a prepared area by their largest width alone."""
        return self._only(np.flatnonzero(leaving(inside, edge, [_seen(line) for line in self.lines], self._reaches_mm())))

    def near(self, place: Point2) -> Slopes:
        ways = np.array([shapely.LineString(_seen(line)) for line in self.lines], dtype=object)
        return self._only(np.flatnonzero(shapely.distance(ways, shapely.Point(place)) <= self._reaches_mm() + 2 * ARC_MM))

    def tapers(self) -> Iterator[Taper]:
        """A cone's step in one piece; a round profile is concave, so chords of it stay inside."""
        for n, line in zip(self.moves, self.lines, strict=True):
            for a, b in itertools.pairwise(line):
                yield from self._pieces(n, a, b)

    def _pieces(self, n: int, a: Point3, b: Point3) -> Iterator[Taper]:
        change = abs(self._reach_mm(a[2]) - self._reach_mm(b[2]))
        count = 1 if self.profile.kind == CONE else min(MOST_PIECES, math.ceil(change / PIECE_MM) or 1)
        places = [(a[0] + (b[0] - a[0]) * m / count, a[1] + (b[1] - a[1]) * m / count) for m in range(count + 1)]
        radii = [self._reach_mm(a[2] + (b[2] - a[2]) * m / count) for m in range(count + 1)]
        for (p, q), (r, t) in zip(itertools.pairwise(places), itertools.pairwise(radii), strict=True):
            if max(r, t) > ARC_MM:
                yield n, p, q, r, t

    def _reach_mm(self, z_mm: float) -> float:
        return self.profile.reach_mm(max(0.0, self.z_mm - z_mm))

    def _reaches_mm(self) -> NDArray[np.float64]:
        return np.array([self._reach_mm(min(p[2] for p in line)) for line in self.lines])

    def _only(self, numbers: NDArray[np.int64]) -> Slopes:
        kept = numbers.tolist()
        return Slopes(
            self.profile, self.z_mm, tuple(self.moves[n] for n in kept), tuple(self.lines[n] for n in kept), self.widest_mm
        )


def slopes_of(profile: Profile, z_mm: float, moves: Sequence[int], lines: Sequence[list[Point3]]) -> Slopes:
    lowest = min((p[2] for line in lines for p in line), default=z_mm)
    return Slopes(profile, z_mm, tuple(moves), tuple(lines), profile.reach_mm(z_mm - lowest))


def beyond(slopes: Slopes, inside: Any, edge: Any) -> list[Any]:
    """Hulls of the first MOST_BEYOND tapers that reach out of a prepared area; `edge` is its prepared boundary."""
    out: list[Any] = []
    tapers = slopes.near_edge(inside, edge).tapers()
    while len(out) < MOST_BEYOND and (batch := list(itertools.islice(tapers, BATCH))):
        ways, reaches = [[p, q] for _, p, q, _, _ in batch], np.array([max(taper[3:]) for taper in batch])
        near = np.flatnonzero(leaving(inside, edge, ways, reaches)).tolist()
        made = hulls([batch[n] for n in near], slopes.widest_mm)
        out += made[~shapely.covers(inside, made)].tolist()
    return out[:MOST_BEYOND]


def first_hulls(slopes: Slopes) -> Any:
    return hulls(list(itertools.islice(slopes.tapers(), MOST_BEYOND)), slopes.widest_mm)


def leaving(inside: Any, edge: Any, ways: Sequence[Sequence[Point2]], reaches_mm: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which ways begin outside of a prepared area or come nearer to its edge than their reach? Only what those sweep can
    reach out of the area."""
    if not ways:
        return np.zeros(0, dtype=np.bool_)
    lines = linestrings(ways)
    held = shapely.covers(inside, shapely.get_point(lines, 0)) & ~shapely.dwithin(edge, lines, reaches_mm + OFF_MM)
    return np.asarray(~held, dtype=np.bool_)


def hulls(tapers: Sequence[Taper], widest_mm: float) -> Any:
    """An array of polygons, each the hull of two circles and inside of it by at most 0.002 mm."""
    if not tapers:
        return np.array([], dtype=object)
    count = max(8, math.ceil(math.pi / math.acos(1 - min(1.0, ARC_MM / widest_mm))))
    angles = 2 * math.pi * np.arange(count) / count
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    ends = [(np.array([t[1 + end] for t in tapers]), np.array([t[3 + end] for t in tapers])) for end in (0, 1)]
    places = [at[:, None, :] + radius[:, None, None] * circle for at, radius in ends]
    return shapely.convex_hull(shapely.multipoints(np.concatenate(places, axis=1)))


def linestrings(lines: Sequence[Sequence[Point2]]) -> Any:
    owners = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    return shapely.linestrings(np.concatenate([np.array(line) for line in lines]), indices=owners)


def rings_of(hulls_made: Any) -> list[Any]:
    rings = [np.asarray(hull.exterior.coords)[:-1] for hull in hulls_made]
    return [ring if polygons.signed_area_mm2(ring) > 0 else ring[::-1] for ring in rings]


def _seen(line: Sequence[Point3]) -> list[Point2]:
    return [(p[0], p[1]) for p in line]
