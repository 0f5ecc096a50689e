"""What do pockets leave, and what does rest machining find?"""

from __future__ import annotations

import shapely
from rmos.cam_accel import polygons
from rmos.cam_accel.planners import Order
from rmos.cam_accel.simulate.target import Level, Region
from rmos.cam_accel.targets.areas import grown, regions
from rmos.contracts.designs import PocketDesign, RestDesign

SLIVER_MM = 0.002
"""Strips of what a larger tool left that are no wider than twice this are none."""


def pocket(order: Order, d: PocketDesign) -> list[Region]:
    """Where no last pass takes them, allowances stay, and walls stand out as far as the job says."""
    area = shapely.Polygon(d.boundary, d.islands)
    depth, walls = _left(order, d)
    return regions(
        grown(area, -walls) if walls else area, Level(depth), proud_mm=order.job.cut.tolerance or 0.0, name="the pocket"
    )


def _left(order: Order, d: PocketDesign) -> tuple[float, float]:
    """The depth that is cut, and what stays on the walls."""
    cut = order.job.cut
    if cut.finish_pass != "none":
        return d.depth, 0.0
    return d.depth - (cut.floor_allowance or 0.0), cut.finish_allowance or 0.0


def rest(order: Order, d: RestDesign) -> list[Region]:
    """All that the larger tool left is stock, its thinnest slivers apart."""
    area, radius, (depth, walls) = shapely.Polygon(d.boundary, d.islands), d.previous_diameter / 2, _left(order, d)
    left = shapely.difference(area, grown(grown(area, -radius), radius))
    left = grown(grown(left, -SLIVER_MM), SLIVER_MM)
    before = polygons.rings_of(shapely.difference(area, left))
    proud = order.job.cut.tolerance or 0.0
    area = grown(area, -walls) if walls else area
    return regions(area, Level(depth), cut_before=before, proud_mm=proud, name="the pocket")
