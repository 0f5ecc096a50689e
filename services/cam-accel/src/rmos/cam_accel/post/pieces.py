"""What is a move once its numbers are rounded? Mostly itself; to stay what they are, some arcs become a line or two arcs."""

from __future__ import annotations

import math
from typing import NamedTuple

from rmos.cam_accel.geometry import ARCS, AXES, Point3, arc_sweep
from rmos.cam_accel.post.controllers import Controller
from rmos.cam_accel.post.rows import LINEAR, Row
from rmos.cam_accel.post.text import rounded
from rmos.contracts.toolpath import MoveKind

NO_CENTRE = 0.0, 0.0, 0.0


class Piece(NamedTuple):
    """A move as it is written: its end, and an arc's centre from its own start, mm."""

    kind: int
    end: Point3
    centre: Point3

    @property
    def is_arc(self) -> bool:
        return self.kind in ARCS


def pieces(row: Row, start: Point3, c: Controller) -> tuple[Piece, ...]:
    """An arc that is nothing but its chord at this rounding, and would be read as a full circle, is a line. A circle, or an arc
    that lacks so little of one that it would be read as a tiny arc, is two arcs where need be."""
    if not row.is_arc:
        return (Piece(row.kind, row.end, NO_CENTRE),)
    ccw, (a, b, _) = row.kind == MoveKind.ARC_CCW, AXES[row.plane]
    first, last, centre = (_at(p, c.decimals_mm) for p in (start, row.end, row.centre))
    _, _, turn = arc_sweep(row.plane, ccw, start, row.end, row.centre)
    _, _, read = arc_sweep(row.plane, ccw, first, last, centre)
    is_pointed, is_misread = centre[a] == 0 and centre[b] == 0, abs(read - turn) > math.pi
    if is_pointed or (is_misread and abs(turn) < math.pi):
        return (Piece(LINEAR, row.end, NO_CENTRE),)
    if is_misread or (first[a] == last[a] and first[b] == last[b] and not c.full_circles):
        return _halves(row, start)
    return (Piece(row.kind, row.end, row.centre),)


def _at(p: Point3, decimals: int) -> Point3:
    return rounded(p[0], decimals), rounded(p[1], decimals), rounded(p[2], decimals)


def _halves(row: Row, start: Point3) -> tuple[Piece, ...]:
    (a, b, third), centre, end = AXES[row.plane], row.centre, row.end
    radius, first, turn = arc_sweep(row.plane, row.kind == MoveKind.ARC_CCW, start, end, centre)
    middle, back = [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]
    for axis, part in ((a, math.cos(first + turn / 2)), (b, math.sin(first + turn / 2))):
        middle[axis], back[axis] = start[axis] + centre[axis] + radius * part, -radius * part
    middle[third] = start[third] + (end[third] - start[third]) / 2
    whole = Piece(row.kind, (middle[0], middle[1], middle[2]), centre)
    return whole, Piece(row.kind, end, (back[0], back[1], back[2]))
