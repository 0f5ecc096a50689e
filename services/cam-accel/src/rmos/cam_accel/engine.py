"""What does cam-accel compute for a job? Plan, simulate, verify, post, re-read: bytes in, bytes and facts out."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel import post
from rmos.cam_accel.gcode import NO_OFFSETS, OFFSET_CODES, GcodeError, Program
from rmos.cam_accel.kernels import Kernels
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.pocket import PocketRequest, plan_pocket
from rmos.cam_accel.simulate import gate
from rmos.cam_accel.simulate.collisions import Holder, shank
from rmos.cam_accel.simulate.errors import SimulationError
from rmos.cam_accel.simulate.profile import profile_of
from rmos.cam_accel.simulate.report import Setup
from rmos.cam_accel.simulate.target import pocket_target
from rmos.cam_accel.timing import limits_of
from rmos.cam_accel.tools import ToolShape, shape_of
from rmos.contracts.designs import PocketDesign
from rmos.contracts.events import JobAssessed, MachineFacts, PathFacts, ToolFacts, VerificationData
from rmos.contracts.jobs import Job
from rmos.contracts.toolpath import Toolpath


class Refused(Exception):
    """The job cannot be planned or is not right: `code`, reason, and a pointer into the job."""

    def __init__(self, code: str, reason: str, pointer: str = "/design") -> None:
        super().__init__(reason)
        self.code, self.reason, self.pointer = code, reason, pointer


@dataclass(frozen=True)
class Verified:
    program: bytes
    facts: PathFacts
    verification: VerificationData


NOT_HEEDED = {
    "cut": ("strategy", "entry", "ramp_deg", "direction", "finish_allowance", "floor_allowance", "finish_pass", "lead_radius",
            "tolerance"),
    "options": ("fixtures", "fit_tolerance"),
}  # fmt: skip
"""What a job may ask for and no planner, simulation or post does yet: a plan that passed it over would be another job."""


def plan(kernels: Kernels, assessed: JobAssessed, program: bytes | None) -> Toolpath:
    """The toolpath of the job's mode. Raises Refused."""
    planner = PLANNERS.get(assessed.job.mode)
    if planner is None:
        raise Refused("no_planner", f"mode {assessed.job.mode!r} has no planner", "/mode")
    _refuse_what_is_not_heeded(assessed.job)
    return planner(kernels, assessed, program)


def _refuse_what_is_not_heeded(job: Job) -> None:
    if job.post != "grbl":
        raise Refused("no_post", f"programs for {job.post} are not written yet: leave post out, or say grbl", "/post")
    for part, names in NOT_HEEDED.items():
        for name in names:
            if getattr(getattr(job, part), name) is not None:
                raise Refused("not_heeded", f"{part}.{name} is not heeded yet: leave it out", f"/{part}/{name}")


def _plan_gcode(kernels: Kernels, assessed: JobAssessed, program: bytes | None) -> Toolpath:
    if program is None:
        raise Refused("no_program", "the job holds no program")
    return read(kernels, program, offsets_of(assessed.job))


def _plan_pocket(kernels: Kernels, assessed: JobAssessed, program: bytes | None) -> Toolpath:
    job, tool = assessed.job, assessed.tool
    cut, design = job.cut, job.design
    numbers = (cut.stepover_ratio, cut.stepdown, cut.feed_per_min, cut.plunge_per_min, cut.spindle_rpm)
    if tool is None or not isinstance(design, PocketDesign) or any(n is None for n in numbers):
        raise Refused("incomplete", "tool or cut settings are missing", "/cut")
    stepover, stepdown, feed, plunge, rpm = (float(n) for n in numbers if n is not None)
    try:
        shape = shape_of(tool)
    except ValueError as error:
        raise Refused("cannot_plan", str(error), "/tool_id") from error
    try:
        settings = Cut(shape, stepdown, feed, plunge, rpm, job.options.safe_z)
        return plan_pocket(PocketRequest(design.boundary, design.islands, design.depth, settings, stepover), kernels)
    except PlanError as error:
        raise Refused("cannot_plan", error.reason, error.pointer) from error


Planner = Callable[[Kernels, JobAssessed, bytes | None], Toolpath]
PLANNERS: dict[str, Planner] = {"gcode": _plan_gcode, "pocket": _plan_pocket}


def offsets_of(job: Job) -> NDArray[np.float64]:
    """The job's work offsets and stored positions, as the reader takes them: (8, 3), NaN where not stated."""
    stated = job.options.offsets
    rows = NO_OFFSETS.copy()
    for row, code in enumerate(OFFSET_CODES):
        point = None if stated is None else getattr(stated, f"g{code}")
        rows[row] = np.nan if point is None else point
    return rows


def read(
    kernels: Kernels, program: bytes, offsets: NDArray[np.float64] = NO_OFFSETS, dialect: post.Dialect = "grbl"
) -> Toolpath:
    """As `read_program`."""
    return read_program(kernels, program, offsets, dialect).toolpath


def read_program(
    kernels: Kernels, program: bytes, offsets: NDArray[np.float64] = NO_OFFSETS, dialect: post.Dialect = "grbl"
) -> Program:
    """Raises Refused also for a program of several tools: the verdict would hold for one of them only."""
    try:
        found = kernels.interpret(program, offsets, dialect)
    except GcodeError as error:
        raise Refused("gcode", str(error)) from error
    if len(set(found.tools)) > 1:
        tools = ", ".join(f"T{number}" for number in found.tools)
        raise Refused("several_tools", f"the program changes tools ({tools}), the job names one: split it by tool")
    return found


def verify_and_post(kernels: Kernels, assessed: JobAssessed, path: Toolpath, unchanged_program: bytes | None) -> Verified:
    """A program that no script changed is released byte for byte; anything else is posted and read back."""
    if assessed.tool is None or assessed.machine is None:
        raise Refused("incomplete", "tool or machine is not known", "/tool_id")
    if unchanged_program is None:
        program, reread = _posted(kernels, assessed.job, assessed.job_id, path)
    else:
        program, reread = unchanged_program, read_program(kernels, unchanged_program, offsets_of(assessed.job))
    data = _verification(kernels, assessed.job, assessed.tool, reread.toolpath)
    return Verified(program, path_facts(kernels, reread, assessed.machine, assessed.tool), data)


def _posted(kernels: Kernels, job: Job, job_id: str, path: Toolpath) -> tuple[bytes, Program]:
    """The program for the job's controller, and what it is when read in that controller's dialect: the same path."""
    safe_z_mm = job.options.safe_z
    try:
        program = post.write(path, job.post, job_id, safe_z_mm)
    except post.PostError as error:
        raise Refused(error.code, str(error), error.pointer) from error
    reread = read_program(kernels, program, dialect=post.controller_of(job.post).reader)
    changed = post.differences(path, reread.toolpath, job.post, safe_z_mm)
    if changed:
        raise Refused("reread", f"the posted program reads back differently: {changed[0]}", "/post")
    return program, reread


def _verification(kernels: Kernels, job: Job, tool: ToolFacts, path: Toolpath) -> VerificationData:
    if not isinstance(job.design, PocketDesign):
        return VerificationData(reread_moves=len(path))
    shape = _shape(tool)
    try:
        target = pocket_target(job.design.boundary, job.design.islands, job.design.depth)
        found = gate.verify(kernels, path, shape, target, _setup(tool, shape))
    except SimulationError as error:
        raise Refused("not_simulated", str(error)) from error
    if not found.ok:
        raise Refused("not_verified", "; ".join(found.reasons))
    return VerificationData(
        coverage_ratio=found.coverage_ratio, gouged_area_mm2=found.gouged_area_mm2,
        unreachable_area_mm2=found.unreachable_area_mm2, reread_moves=len(path),
    )  # fmt: skip


def _shape(tool: ToolFacts) -> ToolShape:
    try:
        return shape_of(tool)
    except ValueError as error:
        raise Refused("tool", str(error), "/tool_id") from error


def _setup(tool: ToolFacts, shape: ToolShape) -> Setup:
    """A shank is known where its diameter is: it must not run into what the flutes did not cut."""
    part = None if tool.shank_diameter_mm is None else shank(tool.flute_length_mm, tool.shank_diameter_mm, shape)
    return Setup(centre_cutting=tool.center_cutting, holder=None if part is None else Holder((part,)))


def path_facts(kernels: Kernels, program: Program, machine: MachineFacts, tool: ToolFacts) -> PathFacts:
    """Of the program that will run. Raises Refused when a cut is made while the spindle stands."""
    path = program.toolpath
    cutting = path.is_cut
    _require_turning(path, cutting)
    low, high = kernels.extent(path)
    feeds, speeds = path.feed_mm_min[cutting], path.spindle_rpm[cutting]
    return PathFacts(
        moves=len(path), min_mm=low, max_mm=high, cut_length_mm=math.fsum(kernels.lengths_mm(path)[cutting].tolist()),
        max_feed_mm_min=float(feeds.max()), spindle_min_rpm=float(speeds.min()), spindle_max_rpm=float(speeds.max()),
        time_s=math.fsum(kernels.move_times_s(path, limits_of(machine)).tolist()), kernel=kernels.name,
        rapid_lowest_mm=rapid_lowest_mm(path), **_engagement(kernels, path, tool),
        states_units=program.states_units, states_distance=program.states_distance,
    )  # fmt: skip


def _require_turning(path: Toolpath, cutting: NDArray[np.bool_]) -> None:
    if not cutting.any():
        raise Refused("no_cut", "the toolpath cuts nothing")
    standing = cutting & (path.spindle_rpm <= 0)
    if standing.any():
        line = path.line[int(np.argmax(standing))]
        raise Refused("spindle", f"line {line}: a cutting move while the spindle stands (M3 and S needed)")


def _engagement(kernels: Kernels, path: Toolpath, tool: ToolFacts) -> dict[str, Any]:
    """Nothing of a tool whose shape is not known: it is not measured."""
    try:
        profile = profile_of(shape_of(tool))
    except ValueError:
        return {}
    found = kernels.engagement(path, tool.diameter_mm, profile)
    return {} if found is None else {name: value for name, value in asdict(found).items() if name in PathFacts.model_fields}


def rapid_lowest_mm(path: Toolpath) -> float | None:
    """The lowest Z of rapids that also travel in X or Y. A program's Z is not known before it first changes."""
    x, y, z = (np.concatenate(([s], e)) for s, e in zip(path.start_mm, (path.x_mm, path.y_mm, path.z_mm), strict=True))
    known = np.logical_or.accumulate(z != z[0])
    travels = path.is_rapid & ((np.diff(x) != 0) | (np.diff(y) != 0)) & known[1:]
    lowest = np.where(known[:-1], np.minimum(z[:-1], z[1:]), z[1:])[travels]
    return float(lowest.min()) if len(lowest) else None
