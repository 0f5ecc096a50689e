"""What does a channel along a line leave, and how does its floor go?"""

from __future__ import annotations

import math

import numpy as np
import shapely
from rmos.cam_accel.planners import Order, round_ended
from rmos.cam_accel.simulate.target import FLOOR_MM, Floor, Level, Region
from rmos.cam_accel.targets.areas import BESIDE_MM, CHORD_MM, DEEPER_MM, air, grown, regions
from rmos.cam_accel.targets.floors import Along, Point2
from rmos.contracts.designs import SlotDesign


def slot(order: Order, d: SlotDesign) -> list[Region]:
    """A tool that is flat rests on the highest place under it, where the floor rises. Circles leave round ends."""
    if order.job.cut.strategy == "trochoid":
        return regions(grown(round_ended(d), d.width / 2), Level(d.depth))
    (x0, y0), (x1, y1) = start, end = d.line[0], d.line[-1]
    length, reach = math.dist(start, end), order.shape().diameter_mm + BESIDE_MM
    dx, dy = (x1 - x0) / length * reach, (y1 - y0) / length * reach
    whole = [(x0 - dx, y0 - dy) if d.open_start else start, *d.line[1:-1], (x1 + dx, y1 + dy) if d.open_end else end]
    floor, slope = _slot_floor(d, start, end, length)
    tolerance = FLOOR_MM + CHORD_MM + slope * order.shape().radius_mm
    area, line = (grown(shapely.LineString(points), d.width / 2, "flat") for points in (d.line, whole))
    beyond = shapely.difference(line, area)
    return [
        *regions(area, floor, floor_tolerance_mm=tolerance, deeper_mm=DEEPER_MM),
        *air(beyond, floor, floor_tolerance_mm=tolerance, deeper_mm=DEEPER_MM),
    ]  # fmt: skip


def _slot_floor(d: SlotDesign, start: Point2, end: Point2, length: float) -> tuple[Floor, float]:
    """And its steepest slope."""
    if d.floor == "ramped" and d.ramp is not None:
        ramp = d.ramp
        floor = Along(start, end, lambda s: d.depth * np.minimum(1.0, np.minimum(s, length - s) / ramp), d.depth)
        return floor, d.depth / ramp
    if d.floor == "curved" and d.end_depth is not None and d.end_depth < d.depth:
        rise = d.depth - d.end_depth
        radius = (length * length / 4 + rise * rise) / (2 * rise)
        floor = Along(start, end, lambda s: d.depth - radius + np.sqrt(radius * radius - (s - length / 2) ** 2), d.depth)
        return floor, length / 2 / (radius - rise)
    return Level(d.depth), 0.0
