"""What does a V-bit leave of regions and lines?"""

from __future__ import annotations

import math

import shapely
from rmos.cam_accel.planners import Order
from rmos.cam_accel.simulate.target import FLOOR_MM, Region, VCarve
from rmos.cam_accel.targets.areas import grown, regions
from rmos.cam_accel.targets.floors import CarvedLine
from rmos.contracts.designs import VcarveDesign

CUSP_MM = 0.1
"""What stands between the lanes of a carved floor."""


def vcarve(order: Order, d: VcarveDesign) -> list[Region]:
    bit = order.shape()
    floor, half = VCarve(bit.tip_angle_deg, d.depth, bit.tip_diameter_mm), (d.line_width or 0.0) / 2
    carved = [(shapely.Polygon(region.boundary, region.islands), floor) for region in d.regions]
    carved += [
        (grown(shapely.LineString(line), half), CarvedLine(bit.tip_angle_deg, d.depth, bit.tip_diameter_mm, line, half))
        for line in d.lines
    ]
    blunt = bit.tip_diameter_mm / 2 / math.tan(math.radians(bit.tip_angle_deg) / 2)
    tolerance = CUSP_MM + FLOOR_MM + blunt
    return [region for area, its in carved for region in regions(area, its, floor_tolerance_mm=tolerance)]
