"""Which short moves make a steep way down together? None of a plunge's thousandths takes enough to be seen by itself."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.geometry import is_arc, length_mm
from rmos.cam_accel.simulate.faults import ROUNDED_MM, STEEPEST_DEG, Fault, ends_of
from rmos.contracts.toolpath import COLUMNS, MoveKind, Plane, Toolpath, from_columns

WAY_MM = 0.2
"""Moves shorter than this are judged together until their ways sum up to it: some times what a tool must take to be seen."""
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Joined:
    """A path with each such way down as one line; `firsts` and `lasts` are the original's moves that each of its moves is."""

    path: Toolpath
    firsts: Numbers
    lasts: Numbers

    def faults(self, found: Sequence[Fault], known: Sequence[Fault]) -> tuple[Fault, ...]:
        """Those of joined moves, by the first of them, unless one of them is known for its own."""
        named = {fault.move for fault in known}
        out = []
        for fault in found:
            first, last = int(self.firsts[fault.move]), int(self.lasts[fault.move])
            if first < last and named.isdisjoint(range(first, last + 1)):
                out.append(replace(fault, move=first))
        return tuple(out)


def joined(path: Toolpath) -> Joined | None:
    """None where no short moves go down together more steeply than 10 degrees."""
    groups = _steep_groups(path)
    if not groups:
        return None
    firsts, lasts, kind = np.arange(len(path)), np.arange(len(path)), path.kind.copy()
    kept = np.ones(len(path), dtype=np.bool_)
    for first, last in groups:
        kept[first:last] = False
        firsts[last], kind[last] = first, MoveKind.LINEAR
    columns = {name: kind if name == "kind" else getattr(path, name) for name in COLUMNS}
    whole = from_columns({name: values[kept] for name, values in columns.items()}, path.start_mm)
    return Joined(whole, firsts[kept], lasts[kept])


def _steep_groups(path: Toolpath) -> list[tuple[int, int]]:
    """First and last move of each; at least two moves."""
    groups: list[tuple[int, int]] = []
    first, last, way, travel, drop = 0, -2, 0.0, 0.0, 0.0
    for n, far, fall in _short_moves(path):
        if n != last + 1 or way >= WAY_MM:
            first, way, travel, drop = n, 0.0, 0.0, 0.0
        last = n
        way, travel, drop = way + far + abs(fall), travel + far, drop + fall
        if n > first and math.degrees(math.atan2(drop - ROUNDED_MM, travel + ROUNDED_MM)) > STEEPEST_DEG:
            if groups and groups[-1][0] == first:
                groups.pop()
            groups.append((first, n))
    return groups


def _short_moves(path: Toolpath) -> Iterator[tuple[int, float, float]]:
    """(move, way seen from above, fall), mm. Rapids, dwells and stops between them hide no way down."""
    x, y, z = (
        np.diff(ends, prepend=start) for ends, start in zip((path.x_mm, path.y_mm, path.z_mm), path.start_mm, strict=True)
    )
    is_short, steep = (
        x * x + y * y + z * z < WAY_MM * WAY_MM,
        -z > np.sqrt(x * x + y * y) * math.tan(math.radians(STEEPEST_DEG)),
    )
    if not (is_short & steep).any():
        return
    for n in np.flatnonzero(is_short).tolist():
        far, fall = math.sqrt(x[n] * x[n] + y[n] * y[n]), -float(z[n])
        if is_arc(path, n) and path.plane[n] == Plane.XY:
            far = math.sqrt(max(0.0, length_mm(path, n, *ends_of(path, n)) ** 2 - fall * fall))
        if far < WAY_MM:
            yield n, far, fall
