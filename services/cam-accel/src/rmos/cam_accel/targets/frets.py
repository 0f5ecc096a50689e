"""What do fret slots leave, and which board are they cut in?"""

from __future__ import annotations

import math
from typing import Any

import shapely
from rmos.cam_accel.planners import FRET_OVERRUN_MM, Order
from rmos.cam_accel.simulate.target import FLOOR_MM, Cylinder, Floor, Level, Region
from rmos.cam_accel.targets.areas import BESIDE_MM, CHORD_MM, DEEPER_MM, air, grown, regions
from rmos.cam_accel.targets.floors import Board
from rmos.contracts.designs import FretSlotsDesign
from rmos.contracts.fretboard import Line, fret_lines

CONICAL_MM = 0.03
"""How far the cylinder of one slot is from a conical board."""


def fret_slots(order: Order, d: FretSlotsDesign) -> list[Region]:
    """Each under the cylinder that the board is there; beyond the edges the tool runs on as deep as the board would be. Insets
    and overruns are distances from the edges, which a slanted slot reaches on a longer way."""
    moved = _fret_lines(d)
    last = max(x for line in moved for x, _ in line)
    overrun = _beyond_board_mm(order, d)
    out = []
    for line in moved:
        slant = math.dist(*line) / abs(line[1][1] - line[0][1])
        must = _stretched(line, -(d.blind_inset or 0.0) * slant)
        may = must if d.blind_inset is not None else _stretched(line, overrun * slant)
        floor, tolerance = _board_floor(d, line, last, overrun, order.shape().radius_mm)
        area, whole = (grown(along, d.slot_width / 2, "flat") for along in (must, may))
        deeper = DEEPER_MM + (0.0 if d.heel_radius is None else CONICAL_MM)
        out += regions(area, floor, floor_tolerance_mm=tolerance, deeper_mm=deeper)
        out += air(shapely.difference(whole, area), floor, floor_tolerance_mm=tolerance, deeper_mm=deeper)
    return out


def _fret_lines(d: FretSlotsDesign) -> list[Line]:
    bass, square = d.bass_scale_length or d.scale_length, d.perpendicular_fret or 0.0
    lines = d.lines or fret_lines(d.scale_length, bass, d.frets, d.nut_width, d.heel_width, square)
    shift = d.nut_compensation
    return [((a[0] - shift, a[1]), (b[0] - shift, b[1])) for a, b in lines]


def _beyond_board_mm(order: Order, d: FretSlotsDesign) -> float:
    return (FRET_OVERRUN_MM if d.overrun is None else d.overrun) + order.shape().diameter_mm + BESIDE_MM


def board_of(order: Order, d: FretSlotsDesign) -> Board | None:
    """It goes on beyond its edges: what a slot cuts there is counted as if the board were wider."""
    if d.radius is None:
        return None
    lines = _fret_lines(d)
    half = max(abs(y) for line in lines for _, y in line) + _beyond_board_mm(order, d) + d.slot_width
    heel = d.heel_radius or d.radius
    return Board(d.radius, heel, max(x for line in lines for x, _ in line), min(half, d.radius, heel))


def _stretched(line: Line, by_mm: float) -> Any:
    """Longer by this at both ends."""
    (x0, y0), (x1, y1) = line
    share = by_mm / math.dist(*line)
    return shapely.LineString(
        [(x0 - share * (x1 - x0), y0 - share * (y1 - y0)), (x1 + share * (x1 - x0), y1 + share * (y1 - y0))]
    )


def _board_floor(d: FretSlotsDesign, line: Line, last_x: float, overrun: float, tool_mm: float) -> tuple[Floor, float]:
    """A flat tool, of this radius, rests on the higher side of a floor that falls."""
    if d.radius is None:
        return Level(d.depth), FLOOR_MM + CHORD_MM
    middle = (line[0][0] + line[1][0]) / 2
    radius = d.radius + ((d.heel_radius or d.radius) - d.radius) * min(1.0, max(0.0, middle / last_x))
    edge = max(abs(y) for _, y in line)
    slope = edge / math.sqrt(radius * radius - edge * edge) if edge < radius else 1.0
    floor = Cylinder(radius, d.depth, min(edge + overrun + d.slot_width, radius))
    return floor, FLOOR_MM + CHORD_MM + slope * tool_mm + (0.0 if d.heel_radius is None else CONICAL_MM)
