"""What does a channel along a line leave, and how does its floor go?"""

from __future__ import annotations

import math

import numpy as np
import shapely
from rmos.cam_accel.plan.slots import WIDEST_STEP
from rmos.cam_accel.planners import Order, round_ended
from rmos.cam_accel.simulate.reach import Groove
from rmos.cam_accel.simulate.target import Floor, Level, Region
from rmos.cam_accel.targets.areas import BESIDE_MM, SLOPING_MM, air, grown, regions
from rmos.cam_accel.targets.floors import Along, Point2
from rmos.contracts.designs import SlotDesign


def slot(order: Order, d: SlotDesign) -> list[Region]:
    """A tool that is flat rests on the highest place under it, where the floor rises. Circles leave round ends."""
    if order.job.cut.strategy == "trochoid":
        return regions(grown(round_ended(d), d.width / 2), Level(d.depth), name="the channel")
    (x0, y0), (x1, y1) = start, end = d.line[0], d.line[-1]
    length, reach = math.dist(start, end), order.shape().diameter_mm + BESIDE_MM
    dx, dy = (x1 - x0) / length * reach, (y1 - y0) / length * reach
    whole = [(x0 - dx, y0 - dy) if d.open_start else start, *d.line[1:-1], (x1 + dx, y1 + dy) if d.open_end else end]
    floor = _slot_floor(d, start, end, length)
    step = WIDEST_STEP * order.shape().diameter_mm
    groove = None if isinstance(floor, Level) else Groove(start, end, d.width, step, d.open_start, d.open_end)
    area, line = (grown(shapely.LineString(points), d.width / 2, "flat") for points in (d.line, whole))
    beyond = shapely.difference(line, area)
    return [
        *regions(area, floor, floor_tolerance_mm=SLOPING_MM, deeper_mm=SLOPING_MM, reach=groove, name="the channel"),
        *air(beyond, floor, deeper_mm=SLOPING_MM),
    ]  # fmt: skip


def _slot_floor(d: SlotDesign, start: Point2, end: Point2, length: float) -> Floor:
    if d.floor == "ramped" and d.ramp is not None:
        ramp = d.ramp
        return Along(start, end, lambda s: d.depth * np.minimum(1.0, np.minimum(s, length - s) / ramp), d.depth)
    if d.floor == "curved" and d.end_depth is not None and d.end_depth < d.depth:
        rise = d.depth - d.end_depth
        radius = (length * length / 4 + rise * rise) / (2 * rise)
        return Along(start, end, lambda s: d.depth - radius + np.sqrt(radius * radius - (s - length / 2) ** 2), d.depth)
    return Level(d.depth)
