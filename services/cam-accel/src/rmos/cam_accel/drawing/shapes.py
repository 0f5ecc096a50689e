"""How does each drawn shape become lines and arcs? Circles stay arcs under any map that keeps them circles.

Ellipses and splines are flattened, with a bound on the error and not a guess of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from rmos.cam_accel.drawing.affine import Affine, Point
from rmos.cam_accel.drawing.curves import Curve, chained, curve
from rmos.cam_accel.drawing.errors import DrawingError, Place
from rmos.cam_accel.drawing.limits import Budget

Weighted = tuple[float, float, float]
"""x w, y w, w of a control point."""
TURN = 2 * math.pi
_ROUND = 1e-9
_DEEPEST_SPLIT = 24


@dataclass(frozen=True)
class Pen:
    """Draws one entity: where it stands, how it is mapped to mm, and within what it is flattened."""

    budget: Budget
    place: Place
    to_mm: Affine
    tolerance_mm: float

    def mapped(self, p: Point) -> Point:
        self.budget.finite(self.place, *p)
        x, y = self.to_mm(p)
        self.budget.near(self.place, max(abs(x), abs(y)))
        return x, y

    def lines(self, points: Sequence[Point]) -> Curve:
        self.budget.edges(self.place, len(points) - 1)
        return curve([self.mapped(p) for p in points])

    def ellipse_arc(self, centre: Point, u: Point, v: Point, first_rad: float, sweep_rad: float) -> Curve:
        """centre + u cos t + v sin t, from `first_rad` on by `sweep_rad`, at most a turn."""
        self.budget.finite(self.place, *centre, *u, *v, first_rad, sweep_rad)
        sweep = max(-TURN, min(TURN, sweep_rad))
        middle, p, q = self.mapped(centre), self.to_mm.turned(u), self.to_mm.turned(v)
        size = max(math.hypot(*p), math.hypot(*q))
        self.budget.near(self.place, max(abs(middle[0]), abs(middle[1])) + size)
        skewed = max(abs(p[0] * q[0] + p[1] * q[1]), abs(math.hypot(*p) - math.hypot(*q)) * size)
        if skewed <= _ROUND * size * size:
            return self._arc(middle, p, q, first_rad, sweep)
        # A chord over the parameter step h leaves c + u cos t + v sin t by at most h² / 8 times the larger axis.
        count = max(4, math.ceil(abs(sweep) / math.sqrt(8 * min(self.tolerance_mm, size) / size)))
        return self._ellipse_chords(middle, p, q, first_rad, sweep, count)

    def _ellipse_chords(self, middle: Point, p: Point, q: Point, first: float, sweep: float, count: int) -> Curve:
        self.budget.edges(self.place, count)
        t = first + sweep * np.arange(count + 1) / count
        points = np.array(middle) + np.outer(np.cos(t), p) + np.outer(np.sin(t), q)
        if abs(sweep) == TURN:
            points[-1] = points[0]
        return curve(points)

    def _arc(self, middle: Point, p: Point, q: Point, first: float, sweep: float) -> Curve:
        """A full turn as two arcs, so that each has two ends."""
        whole = abs(sweep) == TURN
        count = 2 if whole else 1
        self.budget.edges(self.place, count)
        t = first + sweep * np.arange(count + 1) / count
        points = np.array(middle) + np.outer(np.cos(t), p) + np.outer(np.sin(t), q)
        if whole:
            points[-1] = points[0]
        mirrored = p[0] * q[1] - p[1] * q[0] < 0
        turn = (-sweep if mirrored else sweep) / count
        return curve(points, [middle] * count, [turn] * count)

    def circle(self, centre: Point, radius: float) -> Curve:
        return self.ellipse_arc(centre, (radius, 0.0), (0.0, radius), 0.0, TURN)

    def bulged(self, points: Sequence[Point], bulges: Sequence[float]) -> Curve:
        """A bulge is the tangent of a quarter of the turn from its point to the next; there is one point more than bulges."""
        parts: list[Curve] = []
        straight: list[Point] = [points[0]]
        for a, b, bulge in zip(points[:-1], points[1:], bulges, strict=True):
            self.budget.finite(self.place, bulge)
            if abs(bulge) < 1e-12 or a == b:
                straight.append(b)
                continue
            if len(straight) > 1:
                parts.append(self.lines(straight))
            parts.append(self._bulge(a, b, bulge))
            straight = [b]
        if len(straight) > 1 or not parts:
            parts.append(self.lines(straight))
        return chained(parts)

    def _bulge(self, a: Point, b: Point, bulge: float) -> Curve:
        out = (1 - bulge * bulge) / (4 * bulge)
        x, y = 0.5 * (a[0] + b[0]) - out * (b[1] - a[1]), 0.5 * (a[1] + b[1]) + out * (b[0] - a[0])
        radius = a[0] - x, a[1] - y
        arc = self.ellipse_arc((x, y), radius, (-radius[1], radius[0]), 0.0, 4 * math.atan(bulge))
        return ending(arc, self.mapped(a), self.mapped(b))

    def bezier(self, control: Sequence[Point]) -> Curve:
        return self.rational_bezier([(x, y, 1.0) for x, y in control])

    def rational_bezier(self, control: Sequence[Weighted]) -> Curve:
        """Split until its control points lie within the tolerance of the chord: the curve lies in their convex hull."""
        mapped: list[Weighted] = []
        for xw, yw, w in control:
            if not w > 0:
                raise DrawingError("bad_value", self.place, f"a weight of {w:g}", "weights are positive: export it as arcs")
            x, y = self.mapped((xw / w, yw / w))
            mapped.append((x * w, y * w, w))
        points = [_plain(mapped[0])]
        pending = [(mapped, 0)]
        while pending:
            part, depth = pending.pop()
            if depth >= _DEEPEST_SPLIT or _is_flat(part, self.tolerance_mm):
                self.budget.edges(self.place, 1)
                points.append(_plain(part[-1]))
                continue
            self.budget.now_and_then(self.place)
            left, right = _halves(part)
            pending += [(right, depth + 1), (left, depth + 1)]
        return curve(points)


def _plain(p: Weighted) -> Point:
    return p[0] / p[2], p[1] / p[2]


def _is_flat(control: Sequence[Weighted], tolerance_mm: float) -> bool:
    (ax, ay), (bx, by) = _plain(control[0]), _plain(control[-1])
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    for inner in control[1:-1]:
        x, y = _plain(inner)
        along = ((x - ax) * dx + (y - ay) * dy) / square if square > 0 else 0.0
        along = min(1.0, max(0.0, along))
        ox, oy = x - ax - along * dx, y - ay - along * dy
        if ox * ox + oy * oy > tolerance_mm * tolerance_mm:
            return False
    return True


def _halves(control: Sequence[Weighted]) -> tuple[list[Weighted], list[Weighted]]:
    """De Casteljau at the half."""
    level, left, right = list(control), [control[0]], [control[-1]]
    while len(level) > 1:
        level = [(0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1]), 0.5 * (a[2] + b[2])) for a, b in pairwise(level)]
        left.append(level[0])
        right.append(level[-1])
    return left, right[::-1]


def ending(part: Curve, start: Point, end: Point) -> Curve:
    """The same with its ends exactly there: sines round."""
    points = part.points_mm.copy()
    points[0], points[-1] = start, end
    return Curve(points, part.centres_mm, part.turns_rad)
