"""How do blocks, groups and units move a point? Plane affine maps, written as SVG writes them."""

from __future__ import annotations

import math
from typing import NamedTuple

Point = tuple[float, float]


class Affine(NamedTuple):
    """x' = a x + c y + e, y' = b x + d y + f."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def __call__(self, p: Point) -> Point:
        return self.a * p[0] + self.c * p[1] + self.e, self.b * p[0] + self.d * p[1] + self.f

    def turned(self, p: Point) -> Point:
        """A direction: without the shift."""
        return self.a * p[0] + self.c * p[1], self.b * p[0] + self.d * p[1]

    def after(self, first: Affine) -> Affine:
        """The map that does `first`, then this."""
        x, y, shift = self.turned((first.a, first.b)), self.turned((first.c, first.d)), self((first.e, first.f))
        return Affine(*x, *y, *shift)


IDENTITY = Affine()
MIRROR_X = Affine(a=-1.0)


def scaling(x: float, y: float) -> Affine:
    return Affine(a=x, d=y)


def shift(x: float, y: float) -> Affine:
    return Affine(e=x, f=y)


def rotation(radians: float) -> Affine:
    c, s = math.cos(radians), math.sin(radians)
    return Affine(c, s, -s, c)
