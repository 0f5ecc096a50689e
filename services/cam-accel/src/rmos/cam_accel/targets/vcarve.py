"""What does a V-bit leave of regions and lines?"""

from __future__ import annotations

import math

import numpy as np
import shapely
from rmos.cam_accel import polygons
from rmos.cam_accel.planners import Order
from rmos.cam_accel.simulate.reach import Carved
from rmos.cam_accel.simulate.target import FLOOR_MM, WALL_MM, Region, VCarve
from rmos.cam_accel.targets.areas import regions
from rmos.cam_accel.targets.floors import CarvedLine
from rmos.contracts.designs import VcarveDesign

CUSP_MM = 0.1
"""What stands between the lanes of a carved floor."""


def vcarve(order: Order, d: VcarveDesign) -> list[Region]:
    bit = order.shape()
    angle, tip, half = bit.tip_angle_deg, bit.tip_diameter_mm, (d.line_width or 0.0) / 2
    slope = 1 / math.tan(math.radians(angle) / 2)
    flank = max(FLOOR_MM, WALL_MM * slope)
    out: list[Region] = []
    for n, region in enumerate(d.regions, start=1):
        floor = VCarve(angle, d.depth, tip)
        area, reach = shapely.Polygon(region.boundary, region.islands), Carved(floor, CUSP_MM)
        out += regions(area, floor, floor_tolerance_mm=flank, reach=reach, name=f"region {n}")
    for n, line in enumerate(d.lines, start=1):
        along = CarvedLine(angle, min(d.depth, (half - tip / 2) * slope), tip, line, half)
        area = polygons.shape_of(polygons.swept([np.array(line)], half + polygons.ARC_MM / 2))
        out += regions(area, along, floor_tolerance_mm=flank, deeper_mm=flank, name=f"line {n}")
    return out
