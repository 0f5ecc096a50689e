"""How long are moves, which way do they lead, and what space do they need? Arcs by their true length and extent.

The arithmetic is written out (no `hypot`, no `dist`), since `cpp/geometry.h` does the same steps in the same order.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from rmos.contracts.toolpath import MoveKind, Plane, Toolpath

Point3 = tuple[float, float, float]
ARCS = frozenset({int(MoveKind.ARC_CW), int(MoveKind.ARC_CCW)})
AXES: dict[int, tuple[int, int, int]] = {Plane.XY: (0, 1, 2), Plane.ZX: (2, 0, 1), Plane.YZ: (1, 2, 0)}
"""First, second and third axis of a plane."""
TURN = 2 * math.pi
_FULL_CIRCLE = 1e-12


def starts_and_ends(path: Toolpath) -> Iterator[tuple[int, Point3, Point3]]:
    """(index, start, end) of each move, mm."""
    start = path.start_mm
    for n, end in enumerate(zip(path.x_mm.tolist(), path.y_mm.tolist(), path.z_mm.tolist(), strict=True)):
        yield n, start, end
        start = end


def is_arc(path: Toolpath, n: int) -> bool:
    return int(path.kind[n]) in ARCS


def centre_of(path: Toolpath, n: int) -> Point3:
    """Relative to the arc's start."""
    return float(path.i_mm[n]), float(path.j_mm[n]), float(path.k_mm[n])


def sweep(path: Toolpath, n: int, start: Point3, end: Point3) -> tuple[float, float, float]:
    """(radius mm, start angle, signed turn) of arc `n`; angles in radians, counter-clockwise positive."""
    return arc_sweep(int(path.plane[n]), path.kind[n] == MoveKind.ARC_CCW, start, end, centre_of(path, n))


def arc_sweep(plane: int, ccw: bool, start: Point3, end: Point3, centre: Point3) -> tuple[float, float, float]:
    """As `sweep`. An arc that ends where it starts is a full circle."""
    a, b, _ = AXES[plane]
    first = math.atan2(-centre[b], -centre[a])
    last = math.atan2(end[b] - start[b] - centre[b], end[a] - start[a] - centre[a])
    turn = last - first if ccw else first - last
    turn = turn + TURN if turn < 0 else turn
    turn = TURN if turn <= _FULL_CIRCLE or turn >= TURN else turn
    radius = math.sqrt(centre[a] * centre[a] + centre[b] * centre[b])
    return radius, first, turn if ccw else -turn


def distance_mm(a: Point3, b: Point3) -> float:
    x, y, z = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    return math.sqrt(x * x + y * y + z * z)


def arc_length_mm(plane: int, ccw: bool, start: Point3, end: Point3, centre: Point3) -> float:
    radius, _, turn = arc_sweep(plane, ccw, start, end, centre)
    along, rise = radius * turn, end[AXES[plane][2]] - start[AXES[plane][2]]
    return math.sqrt(along * along + rise * rise)


def length_mm(path: Toolpath, n: int, start: Point3, end: Point3) -> float:
    if not is_arc(path, n):
        return distance_mm(start, end)
    return arc_length_mm(int(path.plane[n]), path.kind[n] == MoveKind.ARC_CCW, start, end, centre_of(path, n))


def lengths_mm(path: Toolpath) -> NDArray[np.float64]:
    return np.array([length_mm(path, n, start, end) for n, start, end in starts_and_ends(path)])


def directions(path: Toolpath, n: int, start: Point3, end: Point3, length: float) -> tuple[Point3, Point3]:
    """Unit vectors in which the move of this length (above zero) leaves its start and reaches its end."""
    if not is_arc(path, n):
        scale = 1 / length
        straight = (end[0] - start[0]) * scale, (end[1] - start[1]) * scale, (end[2] - start[2]) * scale
        return straight, straight
    a, b, c = AXES[int(path.plane[n])]
    radius, _, turn = sweep(path, n, start, end)
    centre, ccw = centre_of(path, n), 1.0 if turn > 0 else -1.0
    pitch = (end[c] - start[c]) / abs(turn)
    enter = _tangent((a, b, c), ccw * centre[b], -ccw * centre[a], radius, pitch)
    p, q = end[a] - start[a] - centre[a], end[b] - start[b] - centre[b]
    leave = _tangent((a, b, c), -ccw * q, ccw * p, math.sqrt(p * p + q * q), pitch)
    return enter, leave


def _tangent(axes: tuple[int, int, int], p: float, q: float, radius: float, pitch_mm_rad: float) -> Point3:
    """(p, q) has the length `radius`; the third axis rises by `pitch_mm_rad` while the arc turns by one radian."""
    length = math.sqrt(radius * radius + pitch_mm_rad * pitch_mm_rad)
    out = [0.0, 0.0, 0.0]
    if not length > 0:
        return 0.0, 0.0, 0.0
    out[axes[0]], out[axes[1]], out[axes[2]] = p / length, q / length, pitch_mm_rad / length
    return out[0], out[1], out[2]


def points(path: Toolpath, n: int, start: Point3, end: Point3, chord_error_mm: float) -> list[Point3]:
    """The move as a polyline from start to end; an arc's chords deviate by at most `chord_error_mm`."""
    if not is_arc(path, n):
        return [start, end]
    radius, _, turn = sweep(path, n, start, end)
    step = 2 * math.acos(max(0.0, 1 - min(chord_error_mm, radius) / radius))
    return [start, *spaced(path, n, start, end, max(2, math.ceil(abs(turn) / max(step, 1e-4))))]


def spaced(path: Toolpath, n: int, start: Point3, end: Point3, count: int) -> list[Point3]:
    """`count` places along the move at equal distances, an arc's by angle; the last is its end."""
    if not is_arc(path, n):
        return [*(_between(start, end, m, count) for m in range(1, count)), end]
    a, b, c = AXES[int(path.plane[n])]
    radius, first, turn = sweep(path, n, start, end)
    centre = centre_of(path, n)
    out = []
    for m in range(1, count):
        p = [0.0, 0.0, 0.0]
        angle = first + turn * m / count
        p[a] = start[a] + centre[a] + radius * math.cos(angle)
        p[b] = start[b] + centre[b] + radius * math.sin(angle)
        p[c] = start[c] + (end[c] - start[c]) * m / count
        out.append((p[0], p[1], p[2]))
    return [*out, end]


def _between(a: Point3, b: Point3, m: int, count: int) -> Point3:
    return a[0] + (b[0] - a[0]) * m / count, a[1] + (b[1] - a[1]) * m / count, a[2] + (b[2] - a[2]) * m / count


def extent(path: Toolpath) -> tuple[Point3, Point3]:
    """Lowest and highest coordinate of every axis over all moves, from the first move's end on; infinite without moves."""
    low, high = [math.inf] * 3, [-math.inf] * 3
    for n, start, end in starts_and_ends(path):
        for axis in range(3):
            low[axis], high[axis] = min(low[axis], end[axis]), max(high[axis], end[axis])
        if is_arc(path, n):
            widen_by_arc(path, n, start, end, low, high)
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])


def widen_by_arc(path: Toolpath, n: int, start: Point3, end: Point3, low: list[float], high: list[float]) -> None:
    """An arc reaches as far as its radius along each half axis that it passes."""
    a, b, _ = AXES[int(path.plane[n])]
    radius, first, turn = sweep(path, n, start, end)
    centre = centre_of(path, n)
    lowest = first if turn > 0 else first + turn
    for quarter in range(-6, 7):
        angle = quarter * (math.pi / 2)
        if lowest <= angle <= lowest + abs(turn):
            axis, sign = (a, b)[quarter % 2], 1.0 if quarter % 4 < 2 else -1.0
            reach = start[axis] + centre[axis] + sign * radius
            low[axis], high[axis] = min(low[axis], reach), max(high[axis], reach)
