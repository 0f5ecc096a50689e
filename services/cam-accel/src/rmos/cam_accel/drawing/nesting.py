"""Which contour lies in which, where do contours cross, and where are the gaps? GEOS answers, within a count of pairs."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from rmos.cam_accel.drawing.curves import Curve, Reals
from rmos.cam_accel.drawing.errors import DrawingError, Place
from rmos.cam_accel.drawing.limits import Budget
from rmos.cam_accel.drawing.sketch import Drawn

MOST_PAIRS, MOST_CROSSINGS = 1_000_000, 200
_AT_ONCE = 64
_REASON_PLACE = re.compile(r"\[([-+0-9.eE]+) ([-+0-9.eE]+)\]")


class Crossing(NamedTuple):
    """A contour meets itself, or another one, at this place (one of them, where there are more)."""

    x_mm: float
    y_mm: float
    place: Place
    other: Place | None


class Gap(NamedTuple):
    """The end of an open chain, and the loose end nearest to it; `size_mm` between them."""

    from_mm: tuple[float, float]
    to_mm: tuple[float, float]
    size_mm: float
    place: Place


class Rings:
    """Closed curves of a layer as GEOS sees them: flattened within `tolerance_mm`."""

    def __init__(self, drawn: Sequence[Drawn], tolerance_mm: float, budget: Budget) -> None:
        self.drawn, self.budget = drawn, budget
        points = []
        for curve, place in drawn:
            count = int(curve.chords_per_segment(tolerance_mm).sum()) - len(curve)
            budget.chords(place, count)
            points.append(curve.flattened(tolerance_mm))
        self.points = points
        self.lines: Any = np.array([shapely.linestrings(p) for p in points], dtype=object)
        self.areas: Any = np.array([self._polygon(p) for p in points], dtype=object)
        budget.time()

    @staticmethod
    def _polygon(points: Any) -> Any:
        return shapely.polygons(points) if len(points) > 3 else shapely.Polygon()

    def crossings(self) -> list[Crossing]:
        """The first `MOST_CROSSINGS`: more help nobody."""
        return list(itertools.islice(itertools.chain(self._of_themselves(), self._of_pairs()), MOST_CROSSINGS))

    def _of_themselves(self) -> Iterator[Crossing]:
        for n in np.flatnonzero(~shapely.is_valid(self.areas) | shapely.is_empty(self.areas)).tolist():
            self.budget.time(self.drawn[n].place)
            match = _REASON_PLACE.search(shapely.is_valid_reason(self.areas[n]))
            x, y = (float(match[1]), float(match[2])) if match else self.drawn[n].curve.points_mm[0].tolist()
            yield Crossing(x, y, self.drawn[n].place, None)

    def _of_pairs(self) -> Iterator[Crossing]:
        for a, b in self._pairs(shapely.STRtree(self.lines), self.lines, "intersects"):
            if a < b:
                self.budget.time(self.drawn[a].place)
                x, y = _meeting(self.points[a], self.points[b])
                yield Crossing(x, y, self.drawn[a].place, self.drawn[b].place)

    def nested(self) -> tuple[list[int], list[int]]:
        """How many contours lie around each (even: outer, odd: a hole), and the one next around it, -1 where there is none.

        A contour's first point tells where it lies: whether contours cross is another question.
        """
        corners = shapely.points(np.array([drawn.curve.points_mm[0] for drawn in self.drawn]).reshape(-1, 2))
        sizes = [abs(drawn.curve.area_mm2) for drawn in self.drawn]
        depth, parent = [0] * len(sizes), [-1] * len(sizes)
        for inner, outer in self._pairs(shapely.STRtree(self.areas), corners, "within"):
            if sizes[outer] > sizes[inner]:
                depth[inner] += 1
                least = sizes[parent[inner]] if parent[inner] >= 0 else math.inf
                parent[inner] = outer if sizes[outer] < least else parent[inner]
        return depth, parent

    def _pairs(self, tree: Any, asked: Any, predicate: Any) -> Iterator[tuple[int, int]]:
        """In order, some at a time, so that neither memory nor time runs away."""
        told = 0
        for first in range(0, len(asked), _AT_ONCE):
            self.budget.time(self.drawn[first].place)
            found: NDArray[np.int64] = tree.query(asked[first : first + _AT_ONCE], predicate=predicate)
            told += found.shape[1]
            if told > MOST_PAIRS:
                reason = f"more than {MOST_PAIRS} pairs of contours lie in or across each other"
                raise DrawingError("too_dense", self.drawn[first].place, reason, "split the drawing by layers")
            order = np.lexsort((found[1], found[0]))
            yield from zip((found[0][order] + first).tolist(), found[1][order].tolist(), strict=True)


def _meeting(a: Reals, b: Reals) -> tuple[float, float]:
    """The first place along `b` where it meets `a`, segment by segment: all places could be millions."""
    mine, others = (shapely.linestrings(np.stack([p[:-1], p[1:]], axis=1)) for p in (a, b))
    tree = shapely.STRtree(mine)
    for first in range(0, len(others), _AT_ONCE):
        hits: NDArray[np.int64] = tree.query(others[first : first + _AT_ONCE], predicate="intersects")
        if hits.shape[1]:
            other, own = min(zip(hits[0].tolist(), hits[1].tolist(), strict=True))
            x, y = shapely.get_coordinates(shapely.intersection(mine[own], others[first + other]))[0].tolist()
            return x, y
    return float(b[0, 0]), float(b[0, 1])


def without_twins(drawn: Sequence[Drawn], gap_mm: float, budget: Budget) -> tuple[list[Drawn], list[tuple[Drawn, Drawn]]]:
    """Closed contours once each, and those that were drawn again with the one they repeat."""
    kept: list[Drawn] = []
    twins: list[tuple[Drawn, Drawn]] = []
    cells: dict[tuple[int, ...], list[Drawn]] = {}
    for one in drawn:
        own, around = _cells(one.curve, 4 * gap_mm)
        twin = None
        for other in (other for cell in around for other in cells.get(cell, ())):
            budget.now_and_then(one.place)
            if _same(one.curve, other.curve, gap_mm):
                twin = other
                break
        if twin is None:
            kept.append(one)
            cells.setdefault(own, []).append(one)
        else:
            twins.append((one, twin))
    return kept, twins


def _box(curve: Curve) -> Reals:
    """Around vertices and halfways."""
    both = np.concatenate([curve.points_mm, curve.halfways_mm])
    return np.concatenate([both.min(axis=0), both.max(axis=0)])


def _cells(curve: Curve, size: float) -> tuple[tuple[int, ...], list[tuple[int, ...]]]:
    """Of its box: its own cell, and those in which a twin's would lie."""
    box = _box(curve) / size
    low = np.floor(box - 0.5).astype(int).tolist()
    return tuple(np.floor(box).astype(int).tolist()), list(itertools.product(*((n, n + 1) for n in low)))


def _same(a: Curve, b: Curve, gap_mm: float) -> bool:
    if abs(a.length_mm - b.length_mm) > gap_mm * 8 or abs(abs(a.area_mm2) - abs(b.area_mm2)) > gap_mm * a.length_mm:
        return False
    if np.array_equal(a.points_mm, b.points_mm) and np.array_equal(a.turns_rad, b.turns_rad):
        return bool(np.abs(a.centres_mm - b.centres_mm).max() <= gap_mm)
    if np.abs(_box(a) - _box(b)).max() > 2 * gap_mm:
        return False
    one, other = a.flattened(gap_mm / 2), b.flattened(gap_mm / 2)
    return _lies_along(one, other, 1.5 * gap_mm) and _lies_along(other, one, 1.5 * gap_mm)


def _lies_along(points: Reals, line: Reals, within_mm: float) -> bool:
    track = shapely.linestrings(line)
    shapely.prepare(track)
    return bool(shapely.dwithin(shapely.points(points), track, within_mm).all())


def gaps(opened: Sequence[Drawn], gap_mm: float) -> list[Gap]:
    """Each loose end with the one nearest to it, the smallest first; two ends that are nearest to each other tell it once. Ends
    that meet at a branch are no gap."""
    ends = np.array([p for drawn in opened for p in (drawn.curve.points_mm[0], drawn.curve.points_mm[-1])]).reshape(-1, 2)
    if len(ends) < 2:
        return []
    found, told = _nearest(ends), []
    for a, b in enumerate(found):
        if found[b] != a or a < b:
            (ax, ay), (bx, by) = ends[a].tolist(), ends[b].tolist()
            size = math.sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay))
            if size > gap_mm:
                told.append(Gap((ax, ay), (bx, by), size, opened[a // 2].place))
    return sorted(told, key=lambda gap: (gap.size_mm, gap.from_mm))


def _nearest(ends: Reals) -> list[int]:
    """Of each end the nearest other one; of those at one place the first, or the last where it is itself the first."""
    places, of = np.unique(ends, axis=0, return_inverse=True)
    of = of.ravel()
    first, last = np.full(len(places), len(ends)), np.full(len(places), -1)
    np.minimum.at(first, of, np.arange(len(ends)))
    np.maximum.at(last, of, np.arange(len(ends)))
    nearest = first.copy()
    if len(places) > 1:
        points = shapely.points(places)
        asked, hit = shapely.STRtree(points).query_nearest(points, exclusive=True)
        nearest[:] = len(ends)
        np.minimum.at(nearest, asked, first[hit])
    numbers = np.arange(len(ends))
    beside = np.where(first[of] == numbers, last[of], first[of])
    out: list[int] = np.where(beside != numbers, beside, nearest[of]).tolist()
    return out
