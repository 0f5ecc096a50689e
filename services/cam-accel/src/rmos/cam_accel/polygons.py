"""How are areas grown, shrunk and compared? Clipper2 on a 0.1 µm grid; round joins deviate by at most `ARC_MM`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyclipr

Ring = Any  # float64 array (n, 2), mm
GRID_PER_MM, ARC_MM = 10_000, 0.002


def offset(rings: Sequence[Ring], distance_mm: float) -> list[Ring]:
    """Outer rings counter-clockwise, holes clockwise, as given; positive grows."""
    return _offset(rings, distance_mm, pyclipr.EndType.Polygon)


def swept(lines: Sequence[Ring], radius_mm: float) -> list[Ring]:
    """The area that a disc covers as its centre moves along open lines."""
    return _offset(lines, radius_mm, pyclipr.EndType.Round)


def _offset(rings: Sequence[Ring], distance_mm: float, end: Any) -> list[Ring]:
    if not rings:
        return []
    tool = pyclipr.ClipperOffset()
    tool.scaleFactor = GRID_PER_MM
    tool.arcTolerance = ARC_MM * GRID_PER_MM
    tool.addPaths([np.asarray(r, dtype=np.float64) for r in rings], pyclipr.JoinType.Round, end)
    return list(tool.execute(distance_mm))


def combine(kind: Any, subject: Sequence[Ring], clip: Sequence[Ring] = ()) -> list[Ring]:
    """Union, Intersection or Difference of pyclipr, with non-zero filling."""
    if not subject:
        return []
    clipper = pyclipr.Clipper()
    clipper.scaleFactor = GRID_PER_MM
    clipper.addPaths([np.asarray(r, dtype=np.float64) for r in subject], pyclipr.Subject)
    if clip:
        clipper.addPaths([np.asarray(r, dtype=np.float64) for r in clip], pyclipr.Clip)
    return list(clipper.execute(kind, pyclipr.FillRule.NonZero))


def signed_area_mm2(ring: Ring) -> float:
    p = np.asarray(ring, dtype=np.float64)
    q = np.roll(p, -1, axis=0)
    return float(0.5 * np.sum(p[:, 0] * q[:, 1] - q[:, 0] * p[:, 1]))


def area_mm2(rings: Sequence[Ring]) -> float:
    return sum(signed_area_mm2(r) for r in rings)


def region(boundary: Sequence[tuple[float, float]], islands: Sequence[Sequence[tuple[float, float]]]) -> list[Ring]:
    """The boundary counter-clockwise and the islands clockwise, as `offset` wants them."""
    return [_turned(boundary, True), *(_turned(island, False) for island in islands)]


def _turned(ring: Sequence[tuple[float, float]], counter_clockwise: bool) -> Ring:
    p = np.asarray(ring, dtype=np.float64)
    return p if (signed_area_mm2(p) > 0) == counter_clockwise else p[::-1]


def crosses_itself(ring: Sequence[tuple[float, float]]) -> bool:
    """True when two edges that are not neighbours meet, or a vertex stands twice."""
    p = np.asarray(ring, dtype=np.float64)
    if len(np.unique(p, axis=0)) < len(p):
        return True
    q = np.roll(p, -1, axis=0)
    count = len(p)
    for n in range(count - 1):
        others = np.arange(n + 2, count - (1 if n == 0 else 0))
        if len(others) and _meets(p[n], q[n], p[others], q[others]):
            return True
    return False


def _meets(a: Ring, b: Ring, c: Ring, d: Ring) -> bool:
    def side(o: Ring, t: Ring, x: Ring) -> Any:
        u, v = t - o, x - o
        return u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]

    return bool(np.any((side(a, b, c) * side(a, b, d) <= 0) & (side(c, d, a) * side(c, d, b) <= 0)
                       & (np.maximum(c, d) >= np.minimum(a, b)).all(axis=1)
                       & (np.minimum(c, d) <= np.maximum(a, b)).all(axis=1)))  # fmt: skip
