"""Which moves make the part, and which program are they? Planned, posted, read back and proven, or refused."""

from __future__ import annotations

from pydantic import ValidationError
from rmos.cam_accel import planners, proof
from rmos.cam_accel.engine import posted
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.planners import Order
from rmos.cam_accel.simulate.preview import svg
from rmos.cam_accel.targets import target_of
from rmos.cam_accel.tasks.orders import File, Made, TaskOrder, data_of, made
from rmos.cam_accel.tasks.sources import decoded, summary
from rmos.cam_accel.tasks.time import time_of
from rmos.chassis.errors import Rejected
from rmos.chassis.operations import Progress, Report
from rmos.contracts import toolpath
from rmos.contracts.cam import SVG_TYPE, PlanAnswer, PlanRequest, PostAnswer, PostRequest
from rmos.contracts.designs import MAX_INLINE_PROGRAM_BYTES
from rmos.contracts.jobs import PROGRAM_TYPE, Job


def plan(order: TaskOrder, request: PlanRequest, report: Report) -> Made:
    kernels, job = choose(order.kernels), in_mm(request.job)
    tool = None if request.tool is None else request.tool.facts()
    asked = Order(job, tool, None if request.blade is None else request.blade.facts(), kernels)
    report(Progress(stage="plan"))
    path = planners.plan(asked)
    report(Progress(stage="post"))
    program, reread = posted(kernels, path, job.post, job.job_id, job.options.safe_z)
    report(Progress(stage="verify"))
    verification = proof.prove(asked, reread.toolpath)
    files = {"toolpath": File(toolpath.encode(path), toolpath.MEDIA_TYPE), "program": File(program, PROGRAM_TYPE)}
    if request.pictures:
        report(Progress(stage="draw"))
        files["svg"] = File(svg(planners.in_design_frame(asked, path), target_of(asked)), SVG_TYPE)
    time = None if request.machine is None else time_of(kernels, reread.toolpath, request.machine.facts())
    return made(
        PlanAnswer, files, job=job, controller=job.post, path=summary(kernels, path), verification=verification, time=time
    )


def post(order: TaskOrder, request: PostRequest, report: Report) -> Made:
    kernels = choose(order.kernels)
    report(Progress(stage="read"))
    path = decoded(data_of(order, "/toolpath"), "/toolpath")
    report(Progress(stage="post"))
    program, reread = posted(kernels, path, request.controller, request.name, request.safe_z_mm)
    short = program.decode() if len(program) <= MAX_INLINE_PROGRAM_BYTES else None
    return made(
        PostAnswer, {"program": File(program, PROGRAM_TYPE)}, controller=request.controller,
        lines=len(program.splitlines()), reread_moves=len(reread.toolpath), text=short,
    )  # fmt: skip


def in_mm(job: Job) -> Job:
    """Raises Rejected where a length leaves its bounds when it is converted."""
    try:
        return Job.model_validate(job.in_mm().model_dump())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        pointer = "/job" + "".join(f"/{part}" for part in first["loc"])
        raise Rejected("invalid", f"{pointer}, converted to mm: {first['msg']}", pointer) from error
