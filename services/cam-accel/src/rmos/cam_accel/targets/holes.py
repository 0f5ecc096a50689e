"""What do drills and helices leave?"""

from __future__ import annotations

from rmos.cam_accel.planners import Order
from rmos.cam_accel.simulate.target import FLOOR_MM, Level, Region
from rmos.cam_accel.targets.areas import disc, regions
from rmos.contracts.designs import DrillDesign, HelicalDesign


def drill(order: Order, d: DrillDesign) -> list[Region]:
    """The point of the drill leaves a cone in the floor. A hole is as wide as the drill taken for it."""
    shape = order.shape()
    tip = shape.height_mm(shape.radius_mm)
    out = []
    for n, (hole, depth) in enumerate(zip(d.holes, d.depths, strict=True), start=1):
        floor = Level(depth + (tip if d.full_diameter else 0.0))
        out += regions(disc((hole.x, hole.y), shape.radius_mm), floor, floor_tolerance_mm=tip + FLOOR_MM, name=f"hole {n}")
    return out


def helical(order: Order, d: HelicalDesign) -> list[Region]:
    areas = [(f"bore {n}", disc(middle, d.diameter / 2)) for n, middle in enumerate(d.centers, start=1)]
    return [region for name, area in areas for region in regions(area, Level(d.depth), name=name)]
