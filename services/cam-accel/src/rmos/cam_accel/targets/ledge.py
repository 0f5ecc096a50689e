"""What do the ledges for binding and purfling leave?"""

from __future__ import annotations

import shapely
from rmos.cam_accel.planners import Order
from rmos.cam_accel.simulate.target import Level, Region
from rmos.cam_accel.targets.areas import BESIDE_MM, air, grown, regions
from rmos.contracts.designs import LedgeDesign


def ledge(order: Order, d: LedgeDesign) -> list[Region]:
    """Beside the body the tool is in the air, however it comes."""
    body = shapely.Polygon(d.contour)
    outside = shapely.difference(grown(body, 2 * (order.shape().diameter_mm + d.total_width + BESIDE_MM)), body)
    steps = [(grown(body, -d.width), d.depth)]
    steps += [] if d.purfling is None else [(grown(body, -d.total_width), d.purfling.depth)]
    out = air(outside, Level(max(depth for _, depth in steps)))
    outer = body
    for name, (inner, depth) in zip(("the binding's ledge", "the purfling's ledge"), steps, strict=False):
        out += regions(shapely.difference(outer, inner), Level(depth), name=name)
        outer = inner
    return out
