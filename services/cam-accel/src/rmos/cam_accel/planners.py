"""Which planner makes the toolpath of a design? One for each mode; every number is the job's own."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely
import shapely.ops
from rmos.cam_accel import polygons
from rmos.cam_accel.kernels import Kernels, choose
from rmos.cam_accel.plan.bore import BoreRequest, plan_bore
from rmos.cam_accel.plan.channel import ChannelRequest, plan_channel
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.drill import DrillRequest, Hole, plan_drill
from rmos.cam_accel.plan.frets import FretSlotsRequest, plan_fret_slots
from rmos.cam_accel.plan.ledge import Ledge, LedgeRequest, plan_ledges
from rmos.cam_accel.plan.nut import NutSlotsRequest, StringSlot, plan_nut_slots
from rmos.cam_accel.plan.outline import checked
from rmos.cam_accel.plan.pocket import PocketRequest, plan_pocket
from rmos.cam_accel.plan.profile import ProfileRequest, Tabs, plan_profile
from rmos.cam_accel.plan.rest import RestRequest, plan_rest
from rmos.cam_accel.plan.rosette import RosetteRequest, plan_rosette
from rmos.cam_accel.plan.saw import SawRequest, plan_saw
from rmos.cam_accel.plan.trochoid import TrochoidRequest, plan_trochoid
from rmos.cam_accel.plan.vcarve import CarvePath, VCarveRequest, plan_vcarve
from rmos.cam_accel.simulate.faults import ROUNDED_MM, STEEPEST_DEG
from rmos.cam_accel.simulate.target import WALL_MM
from rmos.cam_accel.tools import ToolShape, shape_of
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
from rmos.contracts.events import BladeFacts, ToolFacts
from rmos.contracts.fretboard import fret_lines
from rmos.contracts.jobs import Job
from rmos.contracts.toolpath import COLUMNS, Toolpath, from_columns

RAMP_DEG, FRET_OVERRUN_MM = 3.0, 1.0
"""Where the job states none: how steep ramps are, and how far a through slot runs beyond the board."""
TOUCHING_MM, SPARED_MM = 1e-6, 0.0045
"""How near two diameters are the same; how far a carving stays off its walls by itself."""
Channel = tuple[float, float, float]
Named = list[tuple[str, Any]]


@dataclass(frozen=True)
class Order:
    """A job in mm, and what is known of its tool or blade."""

    job: Job
    tool: ToolFacts | None
    blade: BladeFacts | None = None
    kernels: Kernels = field(default_factory=choose)

    @property
    def stepover_ratio(self) -> float:
        return float(_stated("/cut/stepover_ratio", self.job.cut.stepover_ratio))

    @property
    def ramp_deg(self) -> float:
        return self.job.cut.ramp_deg or RAMP_DEG

    def shape(self) -> ToolShape:
        if self.job.mode == "saw":
            return ToolShape("flat", _stated("/blade_id", self.blade).kerf_mm)
        try:
            return shape_of(_stated("/tool_id", self.tool))
        except ValueError as error:
            raise PlanError("/tool_id", str(error)) from error

    def cut(self) -> Cut:
        """A drill goes down at its plunge feed alone, in the strokes of its design."""
        cut, design = self.job.cut, self.job.design
        stepdown, feed, plunge = cut.stepdown, cut.feed_per_min, _stated("/cut/plunge_per_min", cut.plunge_per_min)
        if isinstance(design, DrillDesign):
            stepdown, feed = max(design.depths), plunge
        return Cut(
            self.shape(), _stated("/cut/stepdown", stepdown), _stated("/cut/feed_per_min", feed), plunge,
            _stated("/cut/spindle_rpm", cut.spindle_rpm), self.job.options.safe_z, cut.direction != "conventional",
        )  # fmt: skip


def _stated(pointer: str, value: Any) -> Any:
    if value is None:
        raise PlanError(pointer, "is missing: nothing is planned with a number that nobody stated")
    return value


def _pocket(order: Order, d: PocketDesign) -> Toolpath:
    return plan_pocket(_pocket_request(order, d), order.kernels)


def _pocket_request(order: Order, d: PocketDesign) -> PocketRequest:
    cut = order.job.cut
    leaves = cut.finish_allowance or cut.floor_allowance
    return PocketRequest(
        d.boundary, d.islands, d.depth, order.cut(), order.stepover_ratio, _clearing(order, "rings"), cut.entry or "auto",
        order.ramp_deg, polygons.ARC_MM if cut.tolerance is None else cut.tolerance, cut.finish_allowance or 0.0,
        cut.floor_allowance or 0.0, cut.finish_pass or ("depth" if leaves else "none"),
    )  # fmt: skip


def _clearing(order: Order, usual: str) -> Any:
    return order.job.cut.strategy or usual


def _rest(order: Order, d: RestDesign) -> Toolpath:
    previous = ToolShape("flat", d.previous_diameter)
    return plan_rest(RestRequest(_pocket_request(order, d), previous), order.kernels)


def _vcarve(order: Order, d: VcarveDesign) -> Toolpath:
    named = _rings(d) + [(f"/design/lines/{n}", line) for n, line in enumerate(d.lines)]
    paths = [CarvePath(points, closed=not d.lines) for _, points in named]
    ramp = {} if order.job.cut.ramp_deg is None else {"ramp_deg": order.ramp_deg}
    try:
        return plan_vcarve(VCarveRequest(order.cut(), paths, d.line_width, d.depth, **ramp))
    except PlanError as error:
        own = re.match(r"/design/paths/(\d+)", error.pointer)
        raise PlanError(named[int(own[1])][0] if own else error.pointer, error.reason) from error


def _rings(d: VcarveDesign) -> Named:
    """Each with its place in the job. Raises PlanError for islands that are not inside their boundary, and for regions that lie
    on one another."""
    out: Named = []
    for n, region in enumerate(d.regions):
        place = f"/design/regions/{n}"
        try:
            checked(region.boundary, region.islands)
        except PlanError as error:
            raise PlanError(error.pointer.replace("/design", place, 1), error.reason) from error
        out += [(f"{place}/boundary", region.boundary)]
        out += [(f"{place}/islands/{m}", island) for m, island in enumerate(region.islands)]
    _require_apart([shapely.Polygon(region.boundary, region.islands) for region in d.regions])
    return out


def _require_apart(areas: Sequence[Any]) -> None:
    if not areas:
        return
    one, other = shapely.STRtree(areas).query(areas, predicate="intersects").tolist()
    for n, m in zip(one, other, strict=True):
        if n > m and shapely.relate_pattern(areas[n], areas[m], "T********"):
            reason = f"it lies over /design/regions/{m}: join the two, or make what shall stand an island"
            raise PlanError(f"/design/regions/{n}", reason)


def _profile(order: Order, d: ProfileDesign) -> Toolpath:
    return plan_profile(profile_request(order, d))


def profile_request(order: Order, d: ProfileDesign) -> ProfileRequest:
    cut = order.job.cut
    tabs = None if d.tabs is None else Tabs(d.tabs.count, d.tabs.width, d.tabs.height)
    if cut.finish_pass == "levels":
        raise PlanError("/cut/finish_pass", "a profile is finished at full depth only: say depth, or none")
    allowance = cut.finish_allowance or 0.0
    taken, kept = (0.0, allowance) if cut.finish_pass == "none" else (allowance, 0.0)
    return ProfileRequest(
        order.cut(), d.contour, d.closed, d.side, d.depth, d.overcut or 0.0, tabs, cut.lead_radius or 0.0, taken,
        order.ramp_deg, kept,
    )  # fmt: skip


def _drill(order: Order, d: DrillDesign) -> Toolpath:
    holes = [Hole(hole.x, hole.y, hole.depth) for hole in d.holes]
    return plan_drill(DrillRequest(order.cut(), holes, d.diameter, d.depth, d.peck, d.retract, d.dwell_s, d.full_diameter))


def _helical(order: Order, d: HelicalDesign) -> Toolpath:
    return plan_bore(BoreRequest(order.cut(), d.centers, d.diameter, d.depth, order.stepover_ratio))


def _slot(order: Order, d: SlotDesign) -> Toolpath:
    if _clearing(order, "lanes") == "trochoid":
        return _trochoid(order, d)
    if len(d.line) > 2:
        raise PlanError("/design/line", "a bent channel is not planned along its line: state its outline in mode pocket")
    return plan_channel(ChannelRequest(
        order.cut(), d.line[0], d.line[1], d.width, d.depth, d.floor, d.ramp or 0.0, d.end_depth, d.open_start, d.open_end,
        order.ramp_deg, order.tool is None or order.tool.center_cutting,
    ))  # fmt: skip


def _trochoid(order: Order, d: SlotDesign) -> Toolpath:
    if d.floor != "level" or d.open_start or d.open_end:
        raise PlanError("/cut/strategy", "trochoids cut level channels that are closed at both ends: leave the strategy out")
    points = [(float(x), float(y)) for x, y in round_ended(d).coords]
    return plan_trochoid(TrochoidRequest(points, d.width, d.depth, order.cut(), order.stepover_ratio, order.ramp_deg))


def round_ended(d: SlotDesign) -> shapely.LineString:
    """The line along which a disc as wide as the channel covers it, ends included. Raises PlanError."""
    line = shapely.LineString(d.line)
    inner = shapely.ops.substring(line, d.width / 2, line.length - d.width / 2)
    if not isinstance(inner, shapely.LineString) or inner.length <= 0:
        raise PlanError("/design/line", f"a channel of {d.width:g} mm needs a longer line: it is {line.length:.3f} mm long")
    return inner


def _ledge(order: Order, d: LedgeDesign) -> Toolpath:
    steps = [Ledge(d.width, d.depth)]
    steps += [] if d.purfling is None else [Ledge(d.total_width, d.purfling.depth)]
    return plan_ledges(LedgeRequest(order.cut(), d.contour, steps, order.stepover_ratio))


def _fret_slots(order: Order, d: FretSlotsDesign) -> Toolpath:
    bass, square = d.bass_scale_length or d.scale_length, d.perpendicular_fret or 0.0
    lines = d.lines or fret_lines(d.scale_length, bass, d.frets, d.nut_width, d.heel_width, square)
    overrun, blind = FRET_OVERRUN_MM if d.overrun is None else d.overrun, d.blind_inset is not None
    path = plan_fret_slots(FretSlotsRequest(
        order.cut(), lines, d.slot_width, d.depth, d.radius, d.heel_radius, None, d.radiused, "blind" if blind else "through",
        overrun_mm=overrun, inset_mm=d.blind_inset or 0.0, nut_compensation_mm=d.nut_compensation, ramp_deg=order.ramp_deg,
        centre_cutting=order.tool is None or order.tool.center_cutting,
    ))  # fmt: skip
    return placed(path, d.origin, d.rotation_deg)


def _nut_slots(order: Order, d: NutSlotsDesign) -> Toolpath:
    slots = [StringSlot(slot.position, slot.width, slot.depth) for slot in d.slots]
    thickness = _stated("/design/thickness", d.thickness)
    able = order.tool is None or order.tool.center_cutting
    return plan_nut_slots(NutSlotsRequest(order.cut(), slots, d.length, thickness, d.angle_deg, able))


def _rosette(order: Order, d: RosetteDesign) -> Toolpath:
    """One channel after the other, from the middle outwards."""
    cut, stepover = order.cut(), order.stepover_ratio
    rings = _run_out(d.channels, order.shape().corner_radius_mm)
    return joined([plan_rosette(RosetteRequest(cut, outer, inner, depth, stepover, d.center)) for inner, outer, depth in rings])


def _run_out(channels: Sequence[Channel], corner_mm: float) -> list[Channel]:
    """Each, wider by the tool's corner where it meets one that is as deep: a round corner would leave a ridge between them."""
    out = list(channels)
    for n, ((inner, outer, depth), (other_inner, other_outer, other_depth)) in enumerate(itertools.pairwise(channels)):
        if other_inner - outer > TOUCHING_MM:
            continue
        if other_depth >= depth:
            out[n] = (out[n][0], min(outer + 2 * corner_mm, other_outer), depth)
        if depth >= other_depth:
            out[n + 1] = (max(other_inner - 2 * corner_mm, inner), other_outer, other_depth)
    return out


def _saw(order: Order, d: SawDesign) -> Toolpath:
    if d.slices is None:
        raise PlanError("/design/slices", "is missing: a single cut is made by hand on the saw, slices are cut by the machine")
    blade, s = _stated("/blade_id", order.blade), d.slices
    return plan_saw(SawRequest(
        order.cut(), blade.diameter_mm, _stated("/design/flange_diameter", d.flange_diameter), s.count, s.thickness, s.block,
        d.length, d.depth, trim_mm=s.trim,
    ))  # fmt: skip


PLANNERS: dict[str, Callable[[Order, Any], Toolpath]] = {
    "pocket": _pocket, "rest": _rest, "vcarve": _vcarve, "profile": _profile,
    "drill": _drill, "helical": _helical, "slot": _slot, "ledge": _ledge, "fret_slots": _fret_slots,
    "nut_slots": _nut_slots, "rosette": _rosette, "saw": _saw,
}  # fmt: skip


def plan(order: Order) -> Toolpath:
    """The toolpath of a designed job, simplified and arcs fitted where `options.fit_tolerance` says how far at most.

    Raises PlanError with a pointer into the job.
    """
    planner = PLANNERS.get(order.job.mode)
    if planner is None:
        raise PlanError("/mode", f"mode {order.job.mode!r} has no planner")
    require_heeded(order.job)
    try:
        require_able(order)
        path = planner(order, order.job.design)
    except PlanError as error:
        raise PlanError(_in_job(error.pointer), error.reason) from error
    tolerance = order.job.options.fit_tolerance
    return path if tolerance is None else order.kernels.fit(path, min(tolerance, fit_most_mm(order.shape())))


def fit_most_mm(tool: ToolShape) -> float:
    """How far a path may leave its plan before a wall is further off than its tolerance: a way that is off by d moves the
    flank of a cone by up to d / cos(half its angle)."""
    if tool.shape != "cone":
        return WALL_MM
    return (WALL_MM - ROUNDED_MM - SPARED_MM) * math.cos(math.radians(tool.tip_angle_deg) / 2)


_CLEARED = ("strategy", "entry", "ramp_deg", "direction", "finish_allowance", "floor_allowance", "finish_pass", "tolerance")
HEEDED: dict[str, tuple[str, ...]] = {
    "pocket": _CLEARED, "rest": ("entry", "ramp_deg", "direction", "tolerance"), "fret_slots": ("ramp_deg",),
    "vcarve": ("ramp_deg",),
    "profile": ("ramp_deg", "direction", "finish_allowance", "finish_pass", "lead_radius"), "helical": ("direction",),
    "rosette": ("direction",), "ledge": ("direction",), "slot": ("strategy", "ramp_deg", "direction"),
}  # fmt: skip
"""Choices of `cut` that the planner of each mode knows."""
_CHOICES = (*_CLEARED, "lead_radius")


def require_heeded(job: Job) -> None:
    """Raises PlanError on a choice that the mode does not know: a plan that passed it over would be another job."""
    for name in _CHOICES:
        if getattr(job.cut, name) is not None and name not in HEEDED.get(job.mode, ()):
            raise PlanError(f"/cut/{name}", f"cut.{name} has no meaning in mode {job.mode}: leave it out")


def require_able(order: Order) -> None:
    """Raises PlanError for a tool whose end can neither go down as steeply nor cut walls as shallow as the job asks."""
    tool, design = order.tool, order.job.design
    if tool is None or order.job.mode == "saw":
        return
    if not tool.center_cutting and order.ramp_deg > STEEPEST_DEG:
        reason = f"a tool that does not cut at its centre goes down at {STEEPEST_DEG:g} degrees at most"
        raise PlanError("/cut/ramp_deg", f"{reason}, not {order.ramp_deg:g}: lower it, or use another tool")
    depth = min([c[2] for c in design.channels]) if isinstance(design, RosetteDesign) else getattr(design, "depth", math.inf)
    corner = order.shape().corner_radius_mm
    if 0 < depth < corner:
        reason = f"the corner of {corner:g} mm is rounder than the cut is deep, {depth:g} mm: its walls would not be reached"
        raise PlanError("/tool_id", f"{reason}; use a tool with a smaller corner")


_NAMES = {
    r"_mm\b": "", r"^/design/middles\b": "/design/centers", r"^/design/middle\b(/0)?": "/design/center",
    r"^/design/ledges/0/": "/design/",
    r"^/design/ledges/1/": "/design/purfling/",
    r"^/design/ledges$": "/design", r"^/design/max_depth$": "/design/depth", r"^/design/ramp_deg$": "/cut/ramp_deg",
    r"^/design/(lead_radius|finish_allowance)$": r"/cut/\1",
}  # fmt: skip


def _in_job(pointer: str) -> str:
    """Planners name their own fields, which say mm; a job's do not, and some have other places."""
    for own, jobs in _NAMES.items():
        pointer = re.sub(own, jobs, pointer)
    return pointer


def placed(path: Toolpath, origin: tuple[float, float], rotation_deg: float) -> Toolpath:
    """The path turned about Z 0, counter-clockwise, then moved so that its zero lies at `origin`, mm."""
    if origin == (0.0, 0.0) and rotation_deg == 0:
        return path
    cosine, sine = math.cos(math.radians(rotation_deg)), math.sin(math.radians(rotation_deg))

    def turned(x: Any, y: Any) -> tuple[Any, Any]:
        return cosine * x - sine * y, sine * x + cosine * y

    x, y = turned(path.x_mm, path.y_mm)
    i, j = turned(path.i_mm, path.j_mm)
    start_x, start_y = turned(*path.start_mm[:2])
    start = (start_x + origin[0], start_y + origin[1], path.start_mm[2])
    return replace(path, x_mm=x + origin[0], y_mm=y + origin[1], i_mm=i, j_mm=j, start_mm=start)


def in_design_frame(order: Order, path: Toolpath) -> Toolpath:
    """The inverse of how the planner placed the design."""
    design = order.job.design
    if not isinstance(design, FretSlotsDesign):
        return path
    (x, y), back = design.origin, -design.rotation_deg
    return placed(placed(path, (-x, -y), 0.0), (0.0, 0.0), back)


def joined(paths: list[Toolpath]) -> Toolpath:
    """One after the other; each ends lifted, and begins at safe Z."""
    columns = {name: np.concatenate([getattr(path, name) for path in paths]) for name in COLUMNS}
    return from_columns(columns, paths[0].start_mm)
