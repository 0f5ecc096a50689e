"""What does cam-accel do in a process of its own? One pure function for each request; failures are refused with their place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rmos.cam_accel.drawing.errors import DrawingError
from rmos.cam_accel.errors import Refused
from rmos.cam_accel.gcode import GcodeError
from rmos.cam_accel.plan.cut import PlanError
from rmos.cam_accel.post import PostError
from rmos.cam_accel.simulate.errors import SimulationError
from rmos.cam_accel.tasks.importing import drawing
from rmos.cam_accel.tasks.orders import File, Made, TaskOrder, named_blob
from rmos.cam_accel.tasks.planning import plan, post
from rmos.cam_accel.tasks.simulation import preview, simulation
from rmos.cam_accel.tasks.sources import NotRead, told
from rmos.cam_accel.tasks.time import estimate
from rmos.cam_accel.timing import LimitsError
from rmos.chassis.errors import Rejected
from rmos.chassis.operations import Report
from rmos.contracts.cam import EstimateRequest, ImportRequest, PlanRequest, PostRequest, PreviewRequest, SimulateRequest

__all__ = ["TASKS", "File", "Made", "NotRead", "TaskOrder", "named_blob", "told", "work"]

TASKS: dict[type[Any], Callable[[TaskOrder, Any, Report], Made]] = {
    EstimateRequest: estimate, SimulateRequest: simulation, PlanRequest: plan, PostRequest: post, ImportRequest: drawing,
    PreviewRequest: preview,
}  # fmt: skip


def work(order: TaskOrder, report: Report) -> Made:
    """Raises Rejected, and nothing else that is expected."""
    try:
        return TASKS[type(order.request)](order, order.request, report)
    except (Refused, PlanError, SimulationError, DrawingError, GcodeError, PostError, LimitsError) as error:
        raise _refusal(order.request, error) from error


def _refusal(request: Any, error: Exception) -> Rejected:
    job = "/job" if hasattr(request, "job") else ""
    if isinstance(error, Refused):
        pointer = "/controller" if error.pointer == "/post" and isinstance(request, PostRequest) else job + error.pointer
        return Rejected(error.code, error.reason, pointer)
    if isinstance(error, PlanError):
        return Rejected("cannot_plan", error.reason, _tool_place(job, error.pointer))
    if isinstance(error, DrawingError):
        return Rejected(error.code, str(error), "/drawing" if getattr(request, "text", None) is None else "/text")
    if isinstance(error, LimitsError):
        return Rejected("machine", str(error), "/machine")
    if isinstance(error, SimulationError):
        return Rejected("not_simulated", f"{error.code}: {error.reason}", "/stock" if error.code == "stock" else "")
    return Rejected("refused", str(error), job)


def _tool_place(job: str, pointer: str) -> str:
    """A request states the facts of its tool and blade beside the job."""
    return {"/tool_id": "/tool", "/blade_id": "/blade"}.get(pointer, job + pointer)
