"""What does a toolpath really cut? Worked out here from its moves alone, with shapely, so that tests judge planners by other means."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import shapely
from rmos.contracts.toolpath import Toolpath

Point3 = tuple[float, float, float]


def ways(path: Toolpath, chord_mm: float = 0.001) -> Iterator[tuple[int, list[Point3]]]:
    """(index, line in space) of every move; arcs of the plane XY as chords."""
    start = path.start_mm
    for n in range(len(path)):
        end = (float(path.x_mm[n]), float(path.y_mm[n]), float(path.z_mm[n]))
        if path.kind[n] in (2, 3):
            yield n, _arc(path, n, start, end, chord_mm)
        elif path.kind[n] < 2:
            yield n, [start, end]
        start = end


def _arc(path: Toolpath, n: int, start: Point3, end: Point3, chord_mm: float) -> list[Point3]:
    assert path.plane[n] == 0
    cx, cy = start[0] + path.i_mm[n], start[1] + path.j_mm[n]
    radius = math.hypot(path.i_mm[n], path.j_mm[n])
    assert abs(math.dist((cx, cy), end[:2]) - radius) < 0.005, "the arc's end does not lie on its circle"
    first = math.atan2(start[1] - cy, start[0] - cx)
    turn = math.atan2(end[1] - cy, end[0] - cx) - first
    sign = 1 if path.kind[n] == 3 else -1
    turn = (sign * turn) % (2 * math.pi) or 2 * math.pi
    assert turn <= math.pi + 1e-6, "the arc turns by more than a half circle"
    steps = max(2, math.ceil(turn / (2 * math.acos(max(0.0, 1 - min(chord_mm / radius, 1))))))
    share = [k / steps for k in range(1, steps)]
    inner = [(cx + radius * math.cos(first + sign * turn * q), cy + radius * math.sin(first + sign * turn * q),
              start[2] + q * (end[2] - start[2])) for q in share]  # fmt: skip
    return [start, *inner, end]


def swept(path: Toolpath, radius_mm: float, below_mm: float = -1e-6, where: Callable[[int], bool] = lambda n: True) -> Any:
    """The area that a disc covers on moves, rapids included, which dip below a height."""
    lines = [[p[:2] for p in line] for n, line in ways(path) if where(n) and min(p[2] for p in line) < below_mm]
    return shapely.union_all([shapely.LineString(line).buffer(radius_mm, quad_segs=64) for line in lines])


def places(path: Toolpath, step_mm: float = 0.1) -> Any:
    """(n, 3) positions along all feed moves, no farther apart than the step."""
    found = []
    for n, line in ways(path):
        if path.kind[n] == 0:
            continue
        for a, b in itertools.pairwise(line):
            count = max(1, math.ceil(math.dist(a, b) / step_mm))
            found += [tuple(a[k] + (b[k] - a[k]) * m / count for k in range(3)) for m in range(count + 1)]
    return np.array(found)


def lowest(path: Toolpath, points: Any, radius_mm: float, step_mm: float = 0.1) -> Any:
    """How deep a flat tool has cut at each point; 0 where it has not."""
    at = places(path, step_mm)
    out = []
    for x, y in points:
        near = at[np.hypot(at[:, 0] - x, at[:, 1] - y) < radius_mm - 1e-6]
        out.append(min(0.0, float(near[:, 2].min())) if len(near) else 0.0)
    return np.array(out)


def rapids_through(path: Toolpath, radius_mm: float) -> list[int]:
    """Rapids that go sideways below the surface, or down to where nothing has been cut before."""
    found, cut = [], []
    for n, line in ways(path):
        (x0, y0, z0), (x1, y1, z1) = line[0], line[-1]
        if path.kind[n] == 0:
            sideways = math.dist((x0, y0), (x1, y1)) > 1e-9
            into = z1 < z0 and z1 < 0 and not any(math.dist((x1, y1), p[:2]) < 1e-6 and p[2] <= z1 + 1e-6 for p in cut)
            found += [n] * ((sideways and min(z0, z1) < 0) or into)
        else:
            cut += line
    return found
