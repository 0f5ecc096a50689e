"""What do fret slots leave, and which board are they cut in?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import shapely
from rmos.cam_accel.plan.slots import WIDEST_STEP
from rmos.cam_accel.planners import FRET_OVERRUN_MM, Order
from rmos.cam_accel.simulate.reach import Groove
from rmos.cam_accel.simulate.target import Floor, Level, Region
from rmos.cam_accel.targets.areas import BESIDE_MM, SLOPING_MM, air, grown, regions
from rmos.cam_accel.targets.floors import Board
from rmos.contracts.designs import FretSlotsDesign
from rmos.contracts.fretboard import Line, fret_lines


def fret_slots(order: Order, d: FretSlotsDesign) -> list[Region]:
    """Each under the cylinder that the board is there; beyond the edges the tool runs on as deep as the board would be. Insets
    and overruns are distances from the edges, which a slanted slot reaches on a longer way."""
    overrun, board = _beyond_board_mm(order, d), board_of(order, d)
    floor: Floor = Level(d.depth) if board is None else replace(board, below_mm=d.depth)
    out = []
    for n, line in enumerate(_fret_lines(d), start=1):
        slant = math.dist(*line) / abs(line[1][1] - line[0][1])
        must = _stretched(line, -(d.blind_inset or 0.0) * slant)
        may = must if d.blind_inset is not None else _stretched(line, overrun * slant)
        ends = d.blind_inset is None
        a, b = ((float(x), float(y)) for x, y in must.coords)
        groove = Groove(a, b, d.slot_width, WIDEST_STEP * order.shape().diameter_mm, ends, ends)
        area, whole = (grown(along, d.slot_width / 2, "flat") for along in (must, may))
        reach = None if board is None else groove
        out += regions(area, floor, floor_tolerance_mm=SLOPING_MM, deeper_mm=SLOPING_MM, reach=reach, name=f"fret slot {n}")
        out += air(shapely.difference(whole, area), floor, deeper_mm=SLOPING_MM)
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
