"""What does cam-accel compute for a job? Plan, simulate, verify, post, re-read: bytes in, bytes and facts out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel import planners, post, proof
from rmos.cam_accel.errors import Refused
from rmos.cam_accel.facts import LEVEL, Stock, path_facts
from rmos.cam_accel.gcode import NO_OFFSETS, OFFSET_CODES, GcodeError, Program
from rmos.cam_accel.kernels import Kernels
from rmos.cam_accel.plan.cut import PlanError
from rmos.cam_accel.planners import Order, in_design_frame
from rmos.cam_accel.simulate.before import tops_of
from rmos.cam_accel.targets import target_of
from rmos.contracts.events import JobAssessed, PathFacts, VerificationData
from rmos.contracts.jobs import Job, Offsets
from rmos.contracts.toolpath import Toolpath


@dataclass(frozen=True)
class Verified:
    program: bytes
    facts: PathFacts
    verification: VerificationData


def plan(kernels: Kernels, assessed: JobAssessed, program: bytes | None) -> Toolpath:
    """The toolpath of the job's design or program. Raises Refused."""
    try:
        if assessed.job.mode != "gcode":
            return planners.plan(_order(kernels, assessed))
        planners.require_heeded(assessed.job)
    except PlanError as error:
        raise Refused("cannot_plan", error.reason, error.pointer) from error
    if program is None:
        raise Refused("no_program", "the job holds no program")
    return _read_own(kernels, assessed.job, program).toolpath


def _order(kernels: Kernels, assessed: JobAssessed) -> Order:
    return Order(assessed.job, assessed.tool, assessed.blade, kernels)


def _read_own(kernels: Kernels, job: Job, program: bytes) -> Program:
    """A program is written for the controller that the job names."""
    return read_program(kernels, program, offsets_of(job), post.controller_of(job.post).reader)


def offsets_of(job: Job) -> NDArray[np.float64]:
    return offsets_from(job.options.offsets)


def offsets_from(stated: Offsets | None) -> NDArray[np.float64]:
    """Work offsets and stored positions, as the reader takes them: (8, 3), NaN where not stated."""
    rows = NO_OFFSETS.copy()
    for row, code in enumerate(OFFSET_CODES):
        point = None if stated is None else getattr(stated, f"g{code}", None)
        rows[row] = np.nan if point is None else point
    return rows


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
    order = _order(kernels, assessed)
    job = assessed.job
    cutter = assessed.blade if job.mode == "saw" else assessed.tool
    if cutter is None or assessed.machine is None:
        raise Refused("incomplete", "tool or machine is not known", "/tool_id")
    if unchanged_program is None:
        program, reread = posted(kernels, path, job.post, assessed.job_id, job.options.safe_z)
    else:
        program, reread = unchanged_program, _read_own(kernels, assessed.job, unchanged_program)
    data = proof.prove(order, reread.toolpath)
    tool = None if assessed.job.mode == "saw" else assessed.tool
    return Verified(program, path_facts(kernels, reread, assessed.machine, tool, _stock(order)), data)


def _stock(order: Order) -> Stock:
    target = target_of(order)
    tops = None if target is None else tops_of(target)
    return LEVEL if tops is None else Stock(tops, partial(in_design_frame, order))


def posted(kernels: Kernels, path: Toolpath, controller: str, name: str, safe_z_mm: float) -> tuple[bytes, Program]:
    """The program for the controller, and what it is when read in that controller's dialect: the same path. Raises Refused."""
    try:
        program = post.write(path, controller, name, safe_z_mm)
    except post.PostError as error:
        raise Refused(error.code, str(error), error.pointer) from error
    reread = read_program(kernels, program, dialect=post.controller_of(controller).reader)
    changed = post.differences(path, reread.toolpath, controller, safe_z_mm)
    if changed:
        raise Refused("reread", f"the posted program reads back differently: {changed[0]}", "/post")
    return program, reread
