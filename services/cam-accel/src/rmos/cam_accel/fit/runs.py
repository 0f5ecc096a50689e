"""Which moves become one? Runs that may, and how far a line or an arc reaches in each, in almost linear time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.fit.arcs import FEWEST_CHORDS, arc_fits
from rmos.cam_accel.fit.simplify import line_fits
from rmos.cam_accel.geometry import Point3
from rmos.contracts.toolpath import MoveKind, Toolpath

FEWEST_LINES = 2
Fitted = tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.float64], NDArray[np.float64]]
"""Of each move made: the move of the path at whose end it ends, its kind, and an arc's centre from its start."""


def fitted(path: Toolpath, tolerance_mm: float, arcs: bool) -> Fitted:
    points = [path.start_mm, *zip(path.x_mm.tolist(), path.y_mm.tolist(), path.z_mm.tolist(), strict=True)]
    kinds, made = path.kind.tolist(), list[tuple[int, int, float, float]]()
    for first, last in _runs(path, points):
        if kinds[first] != MoveKind.LINEAR:
            made.append((first, kinds[first], 0.0, 0.0))
            continue
        at = first
        while at < last:
            move = _longest(points, at, last, tolerance_mm, arcs)
            made.append(move)
            at = move[0] + 1
    last_moves, kind, i, j = zip(*made, strict=True) if made else ((), (), (), ())
    return np.array(last_moves, np.int64), np.array(kind, np.uint8), np.array(i, np.float64), np.array(j, np.float64)


def _runs(path: Toolpath, points: list[Point3]) -> Iterator[tuple[int, int]]:
    """(first, one after the last) of moves that may become one; a move that is no line stands alone."""
    columns = (path.kind, path.feed_mm_min, path.spindle_rpm, path.tool, path.switches)
    said = list(zip(*(column.tolist() for column in columns), strict=True))
    first = 0
    for n in range(1, len(said) + 1):
        joins = n < len(said) and said[n][0] == MoveKind.LINEAR and said[n] == said[n - 1]
        if not joins or _slope(points, n) != _slope(points, n - 1):
            yield first, n
            first = n


def _slope(points: list[Point3], n: int) -> int:
    """Of move `n`: up, level or down."""
    rise = points[n + 1][2] - points[n][2]
    return (rise > 0) - (rise < 0)


def _longest(points: list[Point3], at: int, end: int, tolerance_mm: float, arcs: bool) -> tuple[int, int, float, float]:
    """From where move `at` starts: its last move, kind, i, j."""
    line = _reach(lambda last: line_fits(points, at, last, tolerance_mm), at, end, FEWEST_LINES)
    reach = _reach(lambda last: arc_fits(points, at, last, tolerance_mm) is not None, at, end, FEWEST_CHORDS) if arcs else 0
    arc = arc_fits(points, at, reach, tolerance_mm) if reach > max(line, at + 1) else None
    if arc is None:
        return max(line, at + 1) - 1, MoveKind.LINEAR, 0.0, 0.0
    kind = MoveKind.ARC_CCW if arc.ccw else MoveKind.ARC_CW
    return reach - 1, kind, arc.x_mm - points[at][0], arc.y_mm - points[at][1]


def _reach(fits: Callable[[int], bool], at: int, end: int, fewest: int) -> int:
    """The last point that can be reached: twice as far each time while it fits, then halves between; 0 for none. Each try
    takes time in proportion to its length, and the last ones are less than twice as long as what is found."""
    good, count = 0, fewest
    while at + count < end and fits(at + count):
        good, count = count, 2 * count
    if at + count >= end:
        if end - at >= fewest and fits(end):
            return end
        count = end - at
    while good and count - good > 1:
        middle = (good + count) // 2
        if fits(at + middle):
            good = middle
        else:
            count = middle
    return at + good if good else 0
