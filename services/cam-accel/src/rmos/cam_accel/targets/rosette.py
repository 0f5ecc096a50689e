"""What do the channels round a soundhole leave?"""

from __future__ import annotations

import shapely
from rmos.cam_accel.planners import Order
from rmos.cam_accel.simulate.target import Level, Region
from rmos.cam_accel.targets.areas import disc, regions
from rmos.contracts.designs import RosetteDesign


def rosette(order: Order, d: RosetteDesign) -> list[Region]:
    rings = ((disc(d.center, outer / 2), disc(d.center, inner / 2), depth) for inner, outer, depth in d.channels)
    return [region for outer, inner, depth in rings for region in regions(shapely.difference(outer, inner), Level(depth))]
