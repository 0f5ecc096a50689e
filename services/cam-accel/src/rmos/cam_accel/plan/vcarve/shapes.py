"""Which shapes do the closed paths of a drawing enclose? Every second one, from outside in: letters have holes."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from rmos.cam_accel.plan.cut import PlanError

Point2 = tuple[float, float]


def shapes_of(rings: Sequence[tuple[str, Sequence[Point2]]]) -> list[shapely.Polygon]:
    """From (pointer, ring) pairs. Raises PlanError where two of them cross or touch."""
    if not rings:
        return []
    polygons = [shapely.Polygon(ring) for _, ring in rings]
    edges = [polygon.exterior for polygon in polygons]
    one, other = shapely.STRtree(edges).query(edges, predicate="intersects")
    for n, m in zip(one.tolist(), other.tolist(), strict=True):
        if n > m:
            raise PlanError(rings[n][0], f"the path crosses or touches that of {rings[m][0]}: separate or join them")
    area = shapely.Polygon()
    for polygon in sorted(polygons, key=lambda p: -p.area):
        area = area.symmetric_difference(polygon)
    parts = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon" and part.area > 0]
    return sorted((shapely.normalize(part) for part in parts), key=lambda p: p.bounds)
