"""What do the channels round a soundhole leave?"""

from __future__ import annotations

import shapely
from rmos.cam_accel.planners import Order
from rmos.cam_accel.simulate.target import Level, Region
from rmos.cam_accel.targets.areas import disc, regions
from rmos.contracts.designs import RosetteDesign


def rosette(order: Order, d: RosetteDesign) -> list[Region]:
    out: list[Region] = []
    for n, (inner, outer, depth) in enumerate(d.channels, start=1):
        ring = shapely.difference(disc(d.center, outer / 2), disc(d.center, inner / 2))
        out += regions(ring, Level(depth), name=f"ring {n}")
    return out
