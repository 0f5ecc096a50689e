"""What is a move once its numbers are rounded? Mostly itself; to stay what they are, some arcs become a line or two arcs."""

from __future__ import annotations

import math
from typing import NamedTuple

from rmos.cam_accel.geometry import ARCS, AXES, Point3, arc_sweep, centre_of, is_arc, spaced, sweep
from rmos.cam_accel.post.controllers import Controller
from rmos.cam_accel.post.text import rounded
from rmos.contracts.toolpath import MoveKind, Toolpath


class Piece(NamedTuple):
    """A move as it is written: its end, and an arc's centre from its own start, mm."""

    kind: int
    end: Point3
    centre: Point3

    @property
    def is_arc(self) -> bool:
        return self.kind in ARCS


def pieces(path: Toolpath, n: int, start: Point3, end: Point3, c: Controller) -> tuple[Piece, ...]:
    """Of move `n`. An arc that is nothing but its chord at this rounding, and would be read as a full circle, is a line. A
    circle, or an arc that lacks so little of one that it would be read as a tiny arc, is two arcs where need be."""
    if not is_arc(path, n):
        return (Piece(int(path.kind[n]), end, (0.0, 0.0, 0.0)),)
    whole = Piece(int(path.kind[n]), end, centre_of(path, n))
    plane, (_, _, turn) = int(path.plane[n]), sweep(path, n, start, end)
    if _flat(whole, plane, start, turn, c):
        return (Piece(MoveKind.LINEAR, end, (0.0, 0.0, 0.0)),)
    if _misread(whole, plane, start, turn, c) or (_closed(whole, plane, start, c) and not c.full_circles):
        return _halves(path, n, start, end)
    return (whole,)


def _flat(arc: Piece, plane: int, start: Point3, turn: float, c: Controller) -> bool:
    """Its centre is its start at this rounding, or it is a short arc that would be read as a long one."""
    a, b, _ = AXES[plane]
    pointed = rounded(arc.centre[a], c.decimals_mm) == 0 and rounded(arc.centre[b], c.decimals_mm) == 0
    return pointed or (abs(turn) < math.pi and _misread(arc, plane, start, turn, c))


def _misread(arc: Piece, plane: int, start: Point3, turn: float, c: Controller) -> bool:
    written = [_at(p, c) for p in (start, arc.end, arc.centre)]
    _, _, read = arc_sweep(plane, arc.kind == MoveKind.ARC_CCW, *written)
    return abs(read - turn) > math.pi


def _closed(arc: Piece, plane: int, start: Point3, c: Controller) -> bool:
    a, b, _ = AXES[plane]
    first, last = _at(start, c), _at(arc.end, c)
    return first[a] == last[a] and first[b] == last[b]


def _at(p: Point3, c: Controller) -> Point3:
    return rounded(p[0], c.decimals_mm), rounded(p[1], c.decimals_mm), rounded(p[2], c.decimals_mm)


def _halves(path: Toolpath, n: int, start: Point3, end: Point3) -> tuple[Piece, ...]:
    kind, centre = int(path.kind[n]), centre_of(path, n)
    middle = spaced(path, n, start, end, 2)[0]
    back = [start[axis] + centre[axis] - middle[axis] for axis in range(3)]
    back[AXES[int(path.plane[n])][2]] = 0.0
    return Piece(kind, middle, centre), Piece(kind, end, (back[0], back[1], back[2]))
