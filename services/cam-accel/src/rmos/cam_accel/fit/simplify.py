"""Do these points lie on one straight move, within a tolerance?"""

from __future__ import annotations

import math

from rmos.cam_accel.geometry import Point3


def line_fits(points: list[Point3], first: int, last: int, tolerance_mm: float) -> bool:
    """True where all points between lie within the tolerance of the straight move from `first` to `last`, one after the other
    along it: then each is within the tolerance of the other, as a whole. Distances in space, mm."""
    a, b = points[first], points[last]
    x, y, z = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    length = math.sqrt(x * x + y * y + z * z)
    if not length > 0:
        return False
    x, y, z = x / length, y / length, z / length
    before = 0.0
    for n in range(first + 1, last):
        p = points[n]
        u, v, w = p[0] - a[0], p[1] - a[1], p[2] - a[2]
        along = u * x + v * y + w * z
        u, v, w = u - along * x, v - along * y, w - along * z
        if not (before <= along <= length and math.sqrt(u * u + v * v + w * w) <= tolerance_mm):
            return False
        before = along
    return True
