"""What do the string slots of a nut leave?"""

from __future__ import annotations

import math

import shapely
from rmos.cam_accel.plan.slots import WIDEST_STEP
from rmos.cam_accel.planners import Order
from rmos.cam_accel.simulate.reach import Groove
from rmos.cam_accel.simulate.target import Floor, Level, Region
from rmos.cam_accel.targets.areas import BESIDE_MM, SLOPING_MM, air, regions
from rmos.cam_accel.targets.floors import Along, Point2
from rmos.contracts.designs import NutSlotsDesign


def nut_slots(order: Order, d: NutSlotsDesign) -> list[Region]:
    """From the fingerboard's face at X 0 through the nut; before and behind it the tool is in the air."""
    thickness = d.thickness or 0.0
    reach = order.shape().diameter_mm + BESIDE_MM
    fall = math.tan(math.radians(d.angle_deg))
    out = []
    for n, slot in enumerate(d.slots, start=1):
        low, high = slot.position - slot.width / 2, slot.position + slot.width / 2
        deepest = slot.depth + fall * thickness
        start, end = (0.0, slot.position), (thickness, slot.position)
        floor = _falling(slot.depth, fall, start, end)
        step = WIDEST_STEP * order.shape().diameter_mm
        groove = None if isinstance(floor, Level) else Groove(start, end, slot.width, step, True, True)
        slot_area = shapely.box(0, low, thickness, high)
        name = f"string slot {n}"
        out += regions(slot_area, floor, floor_tolerance_mm=SLOPING_MM, deeper_mm=SLOPING_MM, reach=groove, name=name)
        around = shapely.difference(shapely.box(-reach, low, thickness + reach, high), slot_area)
        out += air(around, Level(deepest + fall * reach))
    return out


def _falling(depth_mm: float, fall: float, start: Point2, end: Point2) -> Floor:
    deepest = depth_mm + fall * math.dist(start, end)
    return Along(start, end, lambda s: depth_mm + fall * s, deepest) if fall else Level(depth_mm)
