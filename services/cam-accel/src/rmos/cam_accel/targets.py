"""What shall be left when a design has been cut? The target that the gate holds its toolpath against, for each mode."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import shapely
from rmos.cam_accel import polygons
from rmos.cam_accel.floors import Along, Board, CarvedLine, Point2
from rmos.cam_accel.plan.profile import tab_places
from rmos.cam_accel.planners import FRET_OVERRUN_MM, Order, profile_request, round_ended
from rmos.cam_accel.simulate.profile import radius_at_mm
from rmos.cam_accel.simulate.target import FLOOR_MM, Cylinder, Floor, Level, Reals, Region, Target, VCarve
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.designs import (
    DrillDesign,
    FretSlotsDesign,
    HelicalDesign,
    LedgeDesign,
    NutSlotsDesign,
    PocketDesign,
    ProfileDesign,
    RestDesign,
    RosetteDesign,
    SawDesign,
    SlotDesign,
    VcarveDesign,
)
from rmos.contracts.fretboard import Line, fret_lines

FINE, BESIDE_MM, SKIN_MM, SLIVER_MM, TAB_MM, CUSP_MM = 64, 5.0, 0.02, 0.002, 0.1, 0.1
"""Segments of a quarter circle; how far a tool may go where no part is; what the edge of a free cut may leave of its band;
how much shorter or longer a tab may be at each end; what stands between the lanes of a carved floor."""
CONICAL_MM, CHORD_MM, KEPT_MM = 0.03, 0.02, 1.0
DEEPER_MM = FLOOR_MM + CHORD_MM
"""How far the cylinder of one slot is from a conical board, how far a floor is from its chords, and how wide the edge beside an
open line is that shows whether the tool was in it."""


def target_of(order: Order) -> Target | None:
    """Of the design in its own frame (a board before it is turned and moved); None where a program says what it cuts.

    Where a cut may go further than it must, such as beside a part, that is a region of its own.
    """
    make, design = TARGETS.get(order.job.mode), order.job.design
    if make is None:
        return None
    top = _board_of(order, design) if isinstance(design, FretSlotsDesign) and design.radiused else None
    return Target(tuple(make(order, design)), top=top)


def _regions(area: Any, floor: Floor, **more: Any) -> list[Region]:
    """One for each part of an area of shapely's."""
    parts = [part for part in shapely.get_parts(area) if isinstance(part, shapely.Polygon) and part.area > 1e-6]
    return [Region(_ring(p.exterior), floor, [_ring(hole) for hole in p.interiors], **more) for p in parts]


def _air(area: Any, floor: Floor, **more: Any) -> list[Region]:
    """No stock is here: a tool may go straight down."""
    return [Region(r.outline, floor, r.holes, must_be_cut=False, cut_before=r.rings, **more) for r in _regions(area, floor)]


def _ring(ring: Any) -> Reals:
    return np.asarray(shapely.get_coordinates(ring)[:-1], dtype=np.float64)


def _grown(shape: Any, distance_mm: float, cap: str = "round") -> Any:
    return shapely.buffer(shape, distance_mm, quad_segs=FINE, cap_style=cap)


def _disc(middle: Point2, radius_mm: float) -> Any:
    """Around the circle, not inside of it."""
    return _grown(shapely.Point(middle), radius_mm / math.cos(math.pi / (4 * FINE)))


def _pocket(order: Order, d: PocketDesign) -> list[Region]:
    """Where no last pass takes them, allowances stay, and walls stand out as far as the job says."""
    area = shapely.Polygon(d.boundary, d.islands)
    depth, walls = _left(order, d)
    return _regions(_grown(area, -walls) if walls else area, Level(depth), proud_mm=order.job.cut.tolerance or 0.0)


def _left(order: Order, d: PocketDesign) -> tuple[float, float]:
    """The depth that is cut, and what stays on the walls."""
    cut = order.job.cut
    if cut.finish_pass != "none":
        return d.depth, 0.0
    return d.depth - (cut.floor_allowance or 0.0), cut.finish_allowance or 0.0


def _rest(order: Order, d: RestDesign) -> list[Region]:
    """All that the larger tool left is stock, its thinnest slivers apart."""
    area, radius, (depth, walls) = shapely.Polygon(d.boundary, d.islands), d.previous_diameter / 2, _left(order, d)
    left = shapely.difference(area, _grown(_grown(area, -radius), radius))
    left = _grown(_grown(left, -SLIVER_MM), SLIVER_MM)
    before = polygons.rings_of(shapely.difference(area, left))
    proud = order.job.cut.tolerance or 0.0
    return _regions(_grown(area, -walls) if walls else area, Level(depth), cut_before=before, proud_mm=proud)


def _profile(order: Order, d: ProfileDesign) -> list[Region]:
    """What must go is a band as wide as the tool; beside the part, the tool may go further."""
    cut, tool = order.job.cut, order.shape().diameter_mm
    kept = cut.finish_allowance or 0.0 if cut.finish_pass == "none" else 0.0
    free = tool + 2 * (cut.lead_radius or 0.0) + BESIDE_MM
    must, may = _bands(d, order.shape(), kept, free)
    floor = d.depth + (d.overcut or 0.0)
    tabs: list[Region] = []
    if d.tabs is not None:
        places = shapely.MultiPoint(tab_places(profile_request(order, d)))
        standing = shapely.intersection(_grown(must, SKIN_MM), _grown(places, d.tabs.width / 2 - TAB_MM))
        tabs = _regions(standing, Level(d.depth - d.tabs.height))
        must = shapely.difference(must, _grown(places, (d.tabs.width + tool) / 2 + TAB_MM))
        may = shapely.difference(may, standing)
    return [*_regions(must, Level(floor)), *_regions(may, Level(floor), must_be_cut=False), *tabs]


def _bands(d: ProfileDesign, tool: ToolShape, kept_mm: float, free_mm: float) -> tuple[Any, Any]:
    """What must be cut to the floor, about the way of the tool's middle and as wide as its end there, and what may be."""
    line, foot = shapely.LineString(d.contour), radius_at_mm(tool, FLOOR_MM) - SKIN_MM / 2
    away = tool.radius_mm + kept_mm
    if not d.closed:
        if d.side == "on":
            return _grown(line, foot), _grown(line, free_mm)
        sign = 1 if d.side == "left" else -1
        middle = shapely.offset_curve(line, sign * away, quad_segs=FINE)
        return _grown(middle, foot, "flat"), shapely.difference(_grown(line, free_mm), _kept_beside(line, sign))
    part = shapely.Polygon(d.contour)
    if d.side == "on":
        return _grown(part.boundary, foot), _grown(part.boundary, free_mm)
    if d.side == "inside":
        inner = _grown(part, -kept_mm) if kept_mm else part
        return shapely.difference(_grown(part, foot - away), _grown(part, -foot - away)), inner
    outer = _grown(part, kept_mm) if kept_mm else part
    return shapely.difference(_grown(part, away + foot), _grown(part, away - foot)), shapely.difference(
        _grown(part, free_mm), outer
    )


def _kept_beside(line: Any, sign: int) -> Any:
    """The edge of what stays beside an open line whose waste is left (1) or right (-1) of it. Where the line comes so near to
    itself that a place lies on both of its sides, it may be cut."""
    kept, waste = (shapely.buffer(line, side * KEPT_MM, quad_segs=FINE, single_sided=True) for side in (-sign, sign))
    return shapely.difference(kept, waste)


def _drill(order: Order, d: DrillDesign) -> list[Region]:
    """The point of the drill leaves a cone in the floor. A hole is as wide as the drill taken for it."""
    shape = order.shape()
    tip = shape.height_mm(shape.radius_mm)
    out = []
    for hole, depth in zip(d.holes, d.depths, strict=True):
        floor = Level(depth + (tip if d.full_diameter else 0.0))
        out += _regions(_disc((hole.x, hole.y), shape.radius_mm), floor, floor_tolerance_mm=tip + FLOOR_MM)
    return out


def _helical(order: Order, d: HelicalDesign) -> list[Region]:
    return [region for middle in d.centers for region in _regions(_disc(middle, d.diameter / 2), Level(d.depth))]


def _rosette(order: Order, d: RosetteDesign) -> list[Region]:
    rings = ((_disc(d.center, outer / 2), _disc(d.center, inner / 2), depth) for inner, outer, depth in d.channels)
    return [region for outer, inner, depth in rings for region in _regions(shapely.difference(outer, inner), Level(depth))]


def _slot(order: Order, d: SlotDesign) -> list[Region]:
    """A tool that is flat rests on the highest place under it, where the floor rises. Circles leave round ends."""
    if order.job.cut.strategy == "trochoid":
        return _regions(_grown(round_ended(d), d.width / 2), Level(d.depth))
    (x0, y0), (x1, y1) = start, end = d.line[0], d.line[-1]
    length, reach = math.dist(start, end), order.shape().diameter_mm + BESIDE_MM
    dx, dy = (x1 - x0) / length * reach, (y1 - y0) / length * reach
    whole = [(x0 - dx, y0 - dy) if d.open_start else start, *d.line[1:-1], (x1 + dx, y1 + dy) if d.open_end else end]
    floor, slope = _slot_floor(d, start, end, length)
    tolerance = FLOOR_MM + CHORD_MM + slope * order.shape().radius_mm
    area, line = (_grown(shapely.LineString(points), d.width / 2, "flat") for points in (d.line, whole))
    beyond = shapely.difference(line, area)
    return [
        *_regions(area, floor, floor_tolerance_mm=tolerance, deeper_mm=DEEPER_MM),
        *_air(beyond, floor, floor_tolerance_mm=tolerance, deeper_mm=DEEPER_MM),
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


def _ledge(order: Order, d: LedgeDesign) -> list[Region]:
    """Beside the body the tool is in the air, however it comes."""
    body = shapely.Polygon(d.contour)
    air = shapely.difference(_grown(body, 2 * (order.shape().diameter_mm + d.total_width + BESIDE_MM)), body)
    steps = [(_grown(body, -d.width), d.depth)]
    steps += [] if d.purfling is None else [(_grown(body, -d.total_width), d.purfling.depth)]
    out = _air(air, Level(max(depth for _, depth in steps)))
    outer = body
    for inner, depth in steps:
        out += _regions(shapely.difference(outer, inner), Level(depth))
        outer = inner
    return out


def _fret_slots(order: Order, d: FretSlotsDesign) -> list[Region]:
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
        area, whole = (_grown(along, d.slot_width / 2, "flat") for along in (must, may))
        deeper = DEEPER_MM + (0.0 if d.heel_radius is None else CONICAL_MM)
        out += _regions(area, floor, floor_tolerance_mm=tolerance, deeper_mm=deeper)
        out += _air(shapely.difference(whole, area), floor, floor_tolerance_mm=tolerance, deeper_mm=deeper)
    return out


def _fret_lines(d: FretSlotsDesign) -> list[Line]:
    bass, square = d.bass_scale_length or d.scale_length, d.perpendicular_fret or 0.0
    lines = d.lines or fret_lines(d.scale_length, bass, d.frets, d.nut_width, d.heel_width, square)
    shift = d.nut_compensation
    return [((a[0] - shift, a[1]), (b[0] - shift, b[1])) for a, b in lines]


def _beyond_board_mm(order: Order, d: FretSlotsDesign) -> float:
    return (FRET_OVERRUN_MM if d.overrun is None else d.overrun) + order.shape().diameter_mm + BESIDE_MM


def _board_of(order: Order, d: FretSlotsDesign) -> Board | None:
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


def _nut_slots(order: Order, d: NutSlotsDesign) -> list[Region]:
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
        out += _regions(slot_area, floor, floor_tolerance_mm=tolerance, deeper_mm=DEEPER_MM)
        around = shapely.difference(shapely.box(-reach, low, thickness + reach, high), slot_area)
        out += _air(around, Level(deepest + fall * reach), floor_tolerance_mm=tolerance)
    return out


def _falling(depth_mm: float, fall: float, start: Point2, end: Point2) -> Floor:
    deepest = depth_mm + fall * math.dist(start, end)
    return Along(start, end, lambda s: depth_mm + fall * s, deepest) if fall else Level(depth_mm)


def _saw(order: Order, d: SawDesign) -> list[Region]:
    """Kerfs in the block; before and behind it the blade is in the air."""
    kerf, out = order.shape().diameter_mm, []
    reach = d.length + d.depth + (0.0 if order.blade is None else order.blade.diameter_mm)
    for x in saw_cuts_mm(order, d):
        out += _regions(shapely.box(x - kerf / 2, 0, x + kerf / 2, d.length), Level(d.depth))
        around = shapely.box(x - kerf / 2, -reach, x + kerf / 2, d.length + reach)
        out += _air(shapely.difference(around, shapely.box(x - kerf / 2, 0, x + kerf / 2, d.length)), Level(d.depth))
    return out


def saw_cuts_mm(order: Order, d: SawDesign) -> Sequence[float]:
    """X of the middle of each kerf: first what squares the end, then one behind each slice."""
    if d.slices is None:
        return ()
    kerf, s = order.shape().diameter_mm, d.slices
    begin = s.trim + kerf if s.trim else 0.0
    squaring = [s.trim + kerf / 2] if s.trim else []
    return [*squaring, *(begin + (n + 1) * s.thickness + n * kerf + kerf / 2 for n in range(s.count))]


def _vcarve(order: Order, d: VcarveDesign) -> list[Region]:
    bit = order.shape()
    floor, half = VCarve(bit.tip_angle_deg, d.depth, bit.tip_diameter_mm), (d.line_width or 0.0) / 2
    carved = [(shapely.Polygon(region.boundary, region.islands), floor) for region in d.regions]
    carved += [
        (_grown(shapely.LineString(line), half), CarvedLine(bit.tip_angle_deg, d.depth, bit.tip_diameter_mm, line, half))
        for line in d.lines
    ]
    blunt = bit.tip_diameter_mm / 2 / math.tan(math.radians(bit.tip_angle_deg) / 2)
    tolerance = CUSP_MM + FLOOR_MM + blunt
    return [region for area, its in carved for region in _regions(area, its, floor_tolerance_mm=tolerance)]


TARGETS: dict[str, Callable[[Order, Any], list[Region]]] = {
    "pocket": _pocket, "rest": _rest, "profile": _profile, "drill": _drill, "vcarve": _vcarve, "helical": _helical,
    "slot": _slot, "ledge": _ledge, "fret_slots": _fret_slots, "nut_slots": _nut_slots, "rosette": _rosette, "saw": _saw,
}  # fmt: skip
