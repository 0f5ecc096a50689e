"""What does cam-accel compute for a job? Plan, simulate, verify, post, re-read: bytes in, bytes and facts out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rmos.cam_accel import geometry, post, timing, verify
from rmos.cam_accel.gcode import GcodeError, interpret
from rmos.cam_accel.pocket import PlanError, PocketRequest, plan_pocket
from rmos.contracts.events import JobAssessed, MachineFacts, PathFacts, ToolFacts, VerificationData
from rmos.contracts.jobs import Job, PocketDesign
from rmos.contracts.toolpath import MoveKind, Toolpath


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


def plan(assessed: JobAssessed, program: bytes | None) -> Toolpath:
    """The toolpath of the job's mode. Raises Refused."""
    planner = PLANNERS.get(assessed.job.mode)
    if planner is None:
        raise Refused("no_planner", f"mode {assessed.job.mode!r} has no planner", "/mode")
    return planner(assessed, program)


def _plan_gcode(assessed: JobAssessed, program: bytes | None) -> Toolpath:
    if program is None:
        raise Refused("no_program", "the job holds no program")
    return read(program)


def _plan_pocket(assessed: JobAssessed, program: bytes | None) -> Toolpath:
    job, tool = assessed.job, assessed.tool
    cut, design = job.cut, job.design
    numbers = (cut.stepover_ratio, cut.stepdown, cut.feed_per_min, cut.plunge_per_min, cut.spindle_rpm)
    if tool is None or not isinstance(design, PocketDesign) or any(n is None for n in numbers):
        raise Refused("incomplete", "tool or cut settings are missing", "/cut")
    stepover, stepdown, feed, plunge, rpm = (float(n) for n in numbers if n is not None)
    request = PocketRequest(
        design.boundary, design.islands, design.depth, tool.diameter_mm, stepover, stepdown, feed, plunge, rpm,
        job.options.safe_z,
    )  # fmt: skip
    try:
        return plan_pocket(request)
    except PlanError as error:
        raise Refused("cannot_plan", error.reason, error.pointer) from error


PLANNERS: dict[str, Callable[[JobAssessed, bytes | None], Toolpath]] = {"gcode": _plan_gcode, "pocket": _plan_pocket}


def read(program: bytes) -> Toolpath:
    """Raises Refused also for a program of several tools: the verdict would hold for one of them only."""
    try:
        found = interpret(program)
    except GcodeError as error:
        raise Refused("gcode", str(error)) from error
    if len(set(found.tools)) > 1:
        tools = ", ".join(f"T{number}" for number in found.tools)
        raise Refused("several_tools", f"the program changes tools ({tools}), the job names one: split it by tool")
    return found.toolpath


def verify_and_post(assessed: JobAssessed, path: Toolpath, unchanged_program: bytes | None) -> Verified:
    """A program that no script changed is released byte for byte; anything else is posted and read back."""
    if assessed.tool is None or assessed.machine is None:
        raise Refused("incomplete", "tool or machine is not known", "/tool_id")
    program = unchanged_program
    if program is None:
        _require_lift_first(path)
        program = post.post_grbl(path, assessed.job_id, assessed.job.options.safe_z)
        changed = post.differences(path, read(program), assessed.job.options.safe_z)
        if changed:
            raise Refused("reread", f"the posted program reads back differently: {changed[0]}", "/post")
    reread = read(program)
    data = _verification(assessed.job, assessed.tool, reread)
    return Verified(program, path_facts(reread, assessed.machine), data)


def _require_lift_first(path: Toolpath) -> None:
    """A posted program names every axis in every move, so its first one must not lead down or sideways from somewhere
    that the program does not say."""
    moves = [n for n in range(len(path)) if path.kind[n] != MoveKind.DWELL]
    if moves and (path.kind[moves[0]] != MoveKind.RAPID or path.z_mm[moves[0]] <= 0):
        reason = "the first move of a program that scripts change must be a rapid to a height above the stock"
        raise Refused("unknown_start", reason, "/design")


def _verification(job: Job, tool: ToolFacts, path: Toolpath) -> VerificationData:
    if not isinstance(job.design, PocketDesign):
        return VerificationData(reread_moves=len(path))
    found = verify.verify_pocket(path, tool.diameter_mm, job.design.boundary, job.design.islands, job.design.depth)
    if not found.ok:
        raise Refused("not_verified", "; ".join(found.reasons))
    return VerificationData(
        coverage_ratio=found.coverage_ratio, gouged_area_mm2=found.gouged_area_mm2,
        unreachable_area_mm2=found.unreachable_area_mm2, reread_moves=len(path),
    )  # fmt: skip


def path_facts(path: Toolpath, machine: MachineFacts) -> PathFacts:
    """Raises Refused when a cut is made while the spindle stands."""
    cutting = [n for n in range(len(path)) if path.kind[n] not in (MoveKind.RAPID, MoveKind.DWELL)]
    if not cutting:
        raise Refused("no_cut", "the toolpath cuts nothing")
    standing = next((n for n in cutting if path.spindle_rpm[n] <= 0), None)
    if standing is not None:
        raise Refused("spindle", f"line {path.line[standing]}: a cutting move while the spindle stands (M3 and S needed)")
    low, high = geometry.extent(path)
    limits = timing.MachineLimits(machine.rapid_mm_min, machine.accel_mm_s2, machine.junction_deviation_mm)
    lengths = {n: geometry.length_mm(path, n, a, b) for n, a, b in geometry.starts_and_ends(path)}
    return PathFacts(
        moves=len(path), min_mm=low, max_mm=high, cut_length_mm=sum(lengths[n] for n in cutting),
        max_feed_mm_min=max(float(path.feed_mm_min[n]) for n in cutting),
        spindle_min_rpm=min(float(path.spindle_rpm[n]) for n in cutting),
        spindle_max_rpm=max(float(path.spindle_rpm[n]) for n in cutting),
        time_s=sum(timing.move_times_s(path, limits)), kernel="reference",
    )  # fmt: skip
