"""What do the string slots of a nut leave?"""

from __future__ import annotations

import math

import shapely
from rmos.cam_accel.planners import Order
from rmos.cam_accel.simulate.target import FLOOR_MM, Floor, Level, Region
from rmos.cam_accel.targets.areas import BESIDE_MM, CHORD_MM, DEEPER_MM, air, regions
from rmos.cam_accel.targets.floors import Along, Point2
from rmos.contracts.designs import NutSlotsDesign


def nut_slots(order: Order, d: NutSlotsDesign) -> list[Region]:
    """From the fingerboard's face at X 0 through the nut; before and behind it the tool is in the air."""
    thickness = d.thickness or 0.0
    reach = order.shape().diameter_mm + BESIDE_MM
    fall = math.tan(math.radians(d.angle_deg))
    out = []
    for slot in d.slots:
        low, high = slot.position - slot.width / 2, slot.position + slot.width / 2
        deepest = slot.depth + fall * thickness
        floor = _falling(slot.depth, fall, (0.0, slot.position), (thickness, slot.position))
        tolerance = FLOOR_MM + CHORD_MM + fall * order.shape().radius_mm
        slot_area = shapely.box(0, low, thickness, high)
        out += regions(slot_area, floor, floor_tolerance_mm=tolerance, deeper_mm=DEEPER_MM)
        around = shapely.difference(shapely.box(-reach, low, thickness + reach, high), slot_area)
        out += air(around, Level(deepest + fall * reach), floor_tolerance_mm=tolerance)
    return out


def _falling(depth_mm: float, fall: float, start: Point2, end: Point2) -> Floor:
    deepest = depth_mm + fall * math.dist(start, end)
    return Along(start, end, lambda s: depth_mm + fall * s, deepest) if fall else Level(depth_mm)
