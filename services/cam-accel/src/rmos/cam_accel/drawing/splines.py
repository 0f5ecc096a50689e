"""Which Bézier curves make up a B-spline? Each span by its blossom, in time linear in the spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rmos.cam_accel.drawing.shapes import Weighted


def spans(control: Sequence[Weighted], knots: Sequence[float], degree: int) -> Iterator[list[Weighted]]:
    """Control points of each Bézier curve, from `knots[degree]` to `knots[-degree - 1]`.

    The control point number j of the span [a, b] is the blossom at a, degree - j times, and b, j times (Ramshaw 1989). Raises
    ValueError for knots that do not fit."""
    if degree < 1 or len(control) <= degree or len(knots) != len(control) + degree + 1:
        raise ValueError(f"{len(control)} control points of degree {degree} do not go with {len(knots)} knots")
    if any(b < a for a, b in pairwise(knots)):
        raise ValueError("knots must not fall")
    for k in range(degree, len(control)):
        a, b = knots[k], knots[k + 1]
        if a < b:
            near = control[k - degree : k + 1]
            yield [_blossom(near, knots, k, degree, [a] * (degree - j) + [b] * j) for j in range(degree + 1)]


def _blossom(near: Sequence[Weighted], knots: Sequence[float], k: int, degree: int, at: Sequence[float]) -> Weighted:
    level = list(near)
    for r, u in enumerate(at, start=1):
        for n in range(degree, r - 1, -1):
            i = k - degree + n
            low, high = knots[i], knots[i + degree - r + 1]
            t = (u - low) / (high - low)
            p, q = level[n - 1], level[n]
            level[n] = (p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t, p[2] + (q[2] - p[2]) * t)
    return level[degree]
