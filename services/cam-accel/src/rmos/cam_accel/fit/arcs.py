"""Do these points lie on one arc or helix in XY, within a tolerance?"""

from __future__ import annotations

import math
from typing import NamedTuple

from rmos.cam_accel.geometry import TURN, Point3

MOST_RADIUS_MM = 1000.0
FEWEST_CHORDS = 3


class Arc(NamedTuple):
    """`x_mm`, `y_mm`: the centre."""

    x_mm: float
    y_mm: float
    radius_mm: float
    ccw: bool


def arc_fits(points: list[Point3], first: int, last: int, tolerance_mm: float) -> Arc | None:
    """The arc from point `first` to point `last`, of at most half a turn, that all points between lie on one after the other
    within the tolerance, and that lies as close to the chords between them. None where there is none."""
    arc = _circle(points, first, last)
    if arc is None or not 2 * tolerance_mm <= arc.radius_mm <= MOST_RADIUS_MM:
        return None
    return arc if _lies_on(points, first, last, arc, tolerance_mm) else None


def _circle(points: list[Point3], first: int, last: int) -> Arc | None:
    """Through both ends; its centre, on the line that parts the chord in halves, such that the sum of the squares of
    u^2 + v^2 - a^2 - 2 v h is least: u and v a point's place along and beside the chord of length 2 a, h the centre's."""
    ax, ay, _ = points[first]
    bx, by, _ = points[last]
    x, y = bx - ax, by - ay
    chord = math.sqrt(x * x + y * y)
    if not chord > 0:
        return None
    x, y, half = x / chord, y / chord, chord / 2
    mx, my = (ax + bx) / 2, (ay + by) / 2
    top, below, side = 0.0, 0.0, 0.0
    for n in range(first + 1, last):
        dx, dy = points[n][0] - mx, points[n][1] - my
        u, v = dx * x + dy * y, dy * x - dx * y
        top += v * (u * u + v * v - half * half)
        below += v * v
        side += v
    if not below > 0:
        return None
    h = top / (2 * below)
    if not h * side <= 0:
        return None
    return Arc(mx - h * y, my + h * x, math.sqrt(h * h + half * half), side < 0)


def _lies_on(points: list[Point3], first: int, last: int, arc: Arc, tolerance_mm: float) -> bool:
    sx, sy, sz = points[first][0] - arc.x_mm, points[first][1] - arc.y_mm, points[first][2]
    rise = points[last][2] - sz
    whole = 0.0 if rise == 0 else _turned(sx, sy, points[last][0] - arc.x_mm, points[last][1] - arc.y_mm, arc.ccw)
    if not (rise == 0 or whole > 0):
        return False
    px, py, pz, off, turned = sx, sy, sz, 0.0, 0.0
    for n in range(first + 1, last + 1):
        x, y, z = points[n][0] - arc.x_mm, points[n][1] - arc.y_mm, points[n][2]
        ahead, from_start = px * y - py * x, sx * y - sy * x
        if not (ahead >= 0 if arc.ccw else ahead <= 0) or not (n == last or (from_start >= 0 if arc.ccw else from_start <= 0)):
            return False
        before, off, bend = off, 0.0, 0.0
        if rise != 0:
            angle = whole if n == last else _turned(sx, sy, x, y, arc.ccw)
            step = angle - turned
            off, bend, turned = abs(z - (sz + rise * (angle / whole))), abs(z - pz) * step * step / 60, angle
        radial = math.sqrt(x * x + y * y) - arc.radius_mm
        sag = arc.radius_mm - _nearest(px, py, x, y)
        between = (before if before > off else off) + bend
        if not (math.sqrt(radial * radial + off * off) <= tolerance_mm):
            return False
        if not (sag <= tolerance_mm and (sag <= 0 or math.sqrt(sag * sag + between * between) <= tolerance_mm)):
            return False
        px, py, pz = x, y, z
    return True


def _turned(ax: float, ay: float, bx: float, by: float, ccw: bool) -> float:
    """The angle from a to b about the origin, 0 to a turn."""
    cross = ax * by - ay * bx
    angle = math.atan2(cross if ccw else -cross, ax * bx + ay * by)
    return angle + TURN if angle < 0 else angle


def _nearest(ax: float, ay: float, bx: float, by: float) -> float:
    """How close the chord from a to b comes to the origin."""
    x, y = bx - ax, by - ay
    square = x * x + y * y
    part = -(ax * x + ay * y) / square if square > 0 else 0.0
    part = 0.0 if part < 0 else 1.0 if part > 1 else part
    x, y = ax + part * x, ay + part * y
    return math.sqrt(x * x + y * y)
