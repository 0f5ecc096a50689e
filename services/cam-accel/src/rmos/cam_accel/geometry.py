"""How long are moves, and what space do they need? Arcs by their true length and extent."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rmos.contracts.toolpath import MoveKind, Plane, Toolpath

Point3 = tuple[float, float, float]
ARCS = (MoveKind.ARC_CW, MoveKind.ARC_CCW)
_AXES = {Plane.XY: (0, 1, 2), Plane.ZX: (2, 0, 1), Plane.YZ: (1, 2, 0)}


def starts_and_ends(path: Toolpath) -> Iterator[tuple[int, Point3, Point3]]:
    """(index, start, end) of each move, mm."""
    start = path.start_mm
    for n, end in enumerate(zip(path.x_mm.tolist(), path.y_mm.tolist(), path.z_mm.tolist(), strict=True)):
        yield n, start, end
        start = end


def is_arc(path: Toolpath, n: int) -> bool:
    return path.kind[n] in ARCS


def sweep(path: Toolpath, n: int, start: Point3, end: Point3) -> tuple[float, float, float]:
    """(radius mm, start angle, signed turn) of arc `n`; angles in radians, counter-clockwise positive."""
    a, b, _ = _AXES[Plane(int(path.plane[n]))]
    centre = (float(path.i_mm[n]), float(path.j_mm[n]), float(path.k_mm[n]))
    first = math.atan2(-centre[b], -centre[a])
    last = math.atan2(end[b] - start[b] - centre[b], end[a] - start[a] - centre[a])
    turn = (last - first if path.kind[n] == MoveKind.ARC_CCW else first - last) % (2 * math.pi)
    turn = 2 * math.pi if turn <= 1e-12 else turn
    turn = turn if path.kind[n] == MoveKind.ARC_CCW else -turn
    return math.hypot(centre[a], centre[b]), first, turn


def length_mm(path: Toolpath, n: int, start: Point3, end: Point3) -> float:
    if not is_arc(path, n):
        return math.dist(start, end)
    radius, _, turn = sweep(path, n, start, end)
    rise = end[_AXES[Plane(int(path.plane[n]))][2]] - start[_AXES[Plane(int(path.plane[n]))][2]]
    return math.hypot(radius * turn, rise)


def points(path: Toolpath, n: int, start: Point3, end: Point3, chord_error_mm: float) -> list[Point3]:
    """The move as a polyline from start to end; an arc's chords deviate by at most `chord_error_mm`."""
    if not is_arc(path, n):
        return [start, end]
    a, b, c = _AXES[Plane(int(path.plane[n]))]
    radius, first, turn = sweep(path, n, start, end)
    step = 2 * math.acos(max(0.0, 1 - min(chord_error_mm, radius) / radius))
    count = max(2, math.ceil(abs(turn) / max(step, 1e-4)))
    centre = (float(path.i_mm[n]), float(path.j_mm[n]), float(path.k_mm[n]))
    out = [start]
    for m in range(1, count):
        p = [0.0, 0.0, 0.0]
        angle = first + turn * m / count
        p[a] = start[a] + centre[a] + radius * math.cos(angle)
        p[b] = start[b] + centre[b] + radius * math.sin(angle)
        p[c] = start[c] + (end[c] - start[c]) * m / count
        out.append((p[0], p[1], p[2]))
    return [*out, end]


def extent(path: Toolpath) -> tuple[Point3, Point3]:
    """Lowest and highest coordinate of every axis over all moves, from the first move's end on; arcs within 1 µm."""
    low, high = [math.inf] * 3, [-math.inf] * 3
    for n, start, end in starts_and_ends(path):
        for p in points(path, n, start, end, 0.001) if is_arc(path, n) else [end]:
            for axis in range(3):
                low[axis], high[axis] = min(low[axis], p[axis]), max(high[axis], p[axis])
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])
