"""How are the slots of a fretboard cut? Along its lines, to the same depth below its round surface everywhere."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rmos.cam_accel.plan import bounds
from rmos.cam_accel.plan.circles import STEEPEST_DEG
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.moves import Moves
from rmos.cam_accel.plan.slots import Slot, Surface, cut_slot, lanes_mm
from rmos.contracts.fretboard import Line, sagitta_mm
from rmos.contracts.toolpath import Toolpath

MOST_SLOTS, MOST_LANES, DEEPEST_PASS_DIAMETERS, MOST_TURNED_DEG, SLOPE_MM = 40, 3, 2.0, 45.0, 0.01


@dataclass(frozen=True)
class FretSlotsRequest:
    """`lines` from the treble to the bass edge, as `rmos.contracts.fretboard.fret_lines` gives them: X along the strings from
    the nut, Y across, 0 in the middle; Z 0 is the crown of the board.

    `radius_nut_mm` None: a flat board. `radius_heel_mm`, else the same radius, is reached at `length_mm` from the nut, else
    at the last line; between them the radius changes evenly. `radiused` False: the blank is flat as yet, and the passes cut
    down to the same floor. `through`: out of both edges, the whole tool `overrun_mm` beyond them; `blind`: the cut ends
    `inset_mm` from them. `nut_compensation_mm`: the nut end of the blank lies so much nearer to the first fret.
    """

    cut: Cut
    lines: Sequence[Line]
    slot_width_mm: float
    depth_mm: float
    radius_nut_mm: float | None = None
    radius_heel_mm: float | None = None
    length_mm: float | None = None
    radiused: bool = True
    ends: Literal["through", "blind"] = "through"
    overrun_mm: float = 1.0
    inset_mm: float = 0.0
    nut_compensation_mm: float = 0.0
    ramp_deg: float = 3.0
    centre_cutting: bool = True


def plan_fret_slots(request: FretSlotsRequest) -> Toolpath:
    """The floor that is cut is exact to 0.004 mm along the middle of the slot. Where the board falls away, the tool's middle
    is a little higher than that floor, since the tool's end is flat. Raises PlanError."""
    r = request
    _check(r)
    lanes = lanes_mm(r.slot_width_mm, r.cut.tool.diameter_mm, MOST_LANES, "/design/slot_width_mm")
    lines = [((a[0] - r.nut_compensation_mm, a[1]), (b[0] - r.nut_compensation_mm, b[1])) for a, b in r.lines]
    _check_lines(lines, r.slot_width_mm)
    board, moves = surface_of(r), Moves(r.cut)
    slots = [_slot(r, n, line, board) for n, line in enumerate(lines)]
    _require_gentle(r, slots)
    for slot in slots:
        cut_slot(moves, r.cut, slot, lanes, r.ramp_deg)
    return moves.toolpath()


def _check(r: FretSlotsRequest) -> None:
    bounds.require_shape(r.cut, "flat")
    bounds.require("/design/slot_width_mm", r.slot_width_mm, 0, 5, above=True)
    bounds.require("/design/depth_mm", r.depth_mm, 0, 10, above=True)
    bounds.require("/design/overrun_mm", r.overrun_mm, 0, 20)
    bounds.require("/design/inset_mm", r.inset_mm, 0, 20)
    bounds.require("/design/nut_compensation_mm", r.nut_compensation_mm, 0, 5)
    bounds.require("/design/ramp_deg", r.ramp_deg, 0.5, 45)
    if r.ends not in ("through", "blind"):
        raise PlanError("/design/ends", f"slots are through or blind, not {r.ends!r}")
    if r.radius_nut_mm is None and r.radius_heel_mm is not None:
        raise PlanError("/design/radius_nut_mm", "a radius at the heel needs one at the nut: state both, or neither")
    for name in ("radius_nut_mm", "radius_heel_mm", "length_mm"):
        if getattr(r, name) is not None:
            bounds.require(f"/design/{name}", getattr(r, name), 20, 10_000)
    most = DEEPEST_PASS_DIAMETERS * r.cut.tool.diameter_mm
    if r.cut.stepdown_mm > most * (1 + 1e-9):
        reason = f"a pass of {r.cut.stepdown_mm:g} mm snaps a tool of {r.cut.tool.diameter_mm:g} mm"
        raise PlanError("/cut/stepdown", f"{reason}: at most {most:.3g} mm, better half of that")


def _check_lines(lines: Sequence[Line], width_mm: float) -> None:
    if not 1 <= len(lines) <= MOST_SLOTS:
        raise PlanError("/design/lines", f"there must be 1 to {MOST_SLOTS} lines, not {len(lines)}")
    for n, (a, b) in enumerate(lines):
        bounds.require_points(f"/design/lines/{n}", (a, b), 2)
        if not b[1] > a[1]:
            raise PlanError(f"/design/lines/{n}", "a line leads from the treble edge to the bass edge, towards greater Y")
        if math.dist(a, b) <= width_mm:
            reason = f"the line is {math.dist(a, b):.3g} mm long, no longer than its slot is wide, {width_mm:g} mm"
            raise PlanError(f"/design/lines/{n}", f"{reason}: correct the widths of the board")
        if abs(math.degrees(math.atan2(b[0] - a[0], b[1] - a[1]))) > MOST_TURNED_DEG:
            raise PlanError(f"/design/lines/{n}", f"the line is turned by more than {MOST_TURNED_DEG:g}° from square")
    for n, (one, other) in enumerate(itertools.pairwise(lines)):
        if min(other[0][0] - one[0][0], other[1][0] - one[1][0]) <= width_mm:
            raise PlanError(f"/design/lines/{n + 1}", "the slot meets or crosses the one before it: correct the lines")


def surface_of(r: FretSlotsRequest) -> Surface:
    """Of the board: a cylinder, or a cone where the radius changes; sagitta R - √(R² - y²) below the crown."""
    nut, heel = r.radius_nut_mm, r.radius_heel_mm or r.radius_nut_mm
    if nut is None or heel is None:
        return lambda x, y: 0.0
    length = r.length_mm or max(x for line in r.lines for x, _ in line)

    def height(x: float, y: float) -> float:
        try:
            return -sagitta_mm(nut + (heel - nut) * x / length, y)
        except ValueError as error:
            raise PlanError("/design/radius_nut_mm", f"{error}: correct the radius or the widths") from error

    return height


def _slot(r: FretSlotsRequest, n: int, line: Line, board: Surface) -> Slot:
    (x0, y0), (x1, y1) = line
    length = math.dist(*line)
    dx, dy = (x1 - x0) / length, (y1 - y0) / length
    radius = r.cut.tool.radius_mm
    beyond = (radius + r.overrun_mm) / dy if r.ends == "through" else -(radius + r.inset_mm / dy)
    if length + 2 * beyond < 2 * radius:
        raise PlanError(f"/design/lines/{n}", "the slot is shorter than its ends: lower the inset, or cut it through")

    def floor(x: float, y: float) -> float:
        return board(x, y) - r.depth_mm

    top = board if r.radiused else lambda x, y: 0.0
    is_open = r.ends == "through"
    start, end = (x0 - beyond * dx, y0 - beyond * dy), (x1 + beyond * dx, y1 + beyond * dy)
    return Slot(start, end, top, floor, is_open, is_open)


def _require_gentle(r: FretSlotsRequest, slots: Sequence[Slot]) -> None:
    """Passes go down with the board towards its edges, and ramps into blind slots more steeply still."""
    if r.centre_cutting:
        return
    limit = f"a tool that does not cut at its centre goes down at {STEEPEST_DEG:g} degrees at most"
    for n, slot in enumerate(slots):
        slope = _steepest(slot, r.cut.tool.radius_mm)
        falls = math.degrees(math.atan(slope))
        if falls > STEEPEST_DEG:
            reason = f"slot {n + 1} falls by {falls:.1f} degrees at the edge of the board, {limit}"
            raise PlanError("/tool_id", f"{reason}: use a tool that does, or a larger radius")
        down = math.degrees(math.atan(slope + math.tan(math.radians(r.ramp_deg))))
        if r.ends == "blind" and down > STEEPEST_DEG:
            reason = f"ramps of {r.ramp_deg:g} degrees into slot {n + 1}, which falls by {falls:.1f} at its end, {limit}"
            raise PlanError("/design/ramp_deg", f"{reason}: lower cut.ramp_deg, or use another tool")


def _steepest(slot: Slot, radius_mm: float) -> float:
    """How the tool falls at the ends of a slot, mm per mm: there it rests on the floor that is its radius further in."""
    length = math.dist(slot.start, slot.end)
    ux, uy = (slot.end[0] - slot.start[0]) / length, (slot.end[1] - slot.start[1]) / length

    def floor(way: float) -> float:
        return slot.floor(slot.start[0] + way * ux, slot.start[1] + way * uy)

    first, last = radius_mm, max(radius_mm, length - radius_mm)
    return max((floor(at + side * SLOPE_MM) - floor(at)) / SLOPE_MM for at, side in ((first, 1), (last, -1)))
