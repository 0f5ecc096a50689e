"""How long will it take on this machine, and what is not counted?"""

from __future__ import annotations

from collections.abc import Sequence

from rmos.cam_accel.kernels import Kernels, choose
from rmos.cam_accel.tasks.orders import Made, TaskOrder, made
from rmos.cam_accel.tasks.sources import path_of, summary
from rmos.cam_accel.timing import limits_of, report_of
from rmos.chassis.operations import Progress, Report
from rmos.contracts.cam import EstimateAnswer, EstimateRequest, FactorTime, TimeAnswer
from rmos.contracts.events import MachineFacts
from rmos.contracts.toolpath import Toolpath


def estimate(order: TaskOrder, request: EstimateRequest, report: Report) -> Made:
    kernels = choose(order.kernels)
    report(Progress(stage="read"))
    path, tools = path_of(kernels, order, request.source)
    report(Progress(stage="time"))
    time = time_of(kernels, path, request.machine.facts(), request.feed_factors)
    return made(EstimateAnswer, {}, path=summary(kernels, path, tools), time=time)


def time_of(kernels: Kernels, path: Toolpath, machine: MachineFacts, feed_factors: Sequence[float] = ()) -> TimeAnswer:
    """Raises LimitsError."""
    limits = limits_of(machine)
    found = report_of(path, kernels.move_times_s(path, limits), limits)
    totals = kernels.move_times_total_s(path, limits, feed_factors).tolist() if feed_factors else []
    return TimeAnswer(
        controller=machine.controller, planned_as=limits.dialect, total_s=found.total_s, cut_s=found.cut_s,
        rapid_s=found.rapid_s, dwell_s=found.dwell_s, tool_change_s=found.tool_change_s, stop_s=found.stop_s,
        stops_not_counted=found.stops_not_counted, tool_changes_not_counted=found.tool_changes_not_counted,
        is_complete=found.is_complete, assumptions=found.assumptions,
        what_if=tuple(FactorTime(feed_factor=f, total_s=s) for f, s in zip(feed_factors, totals, strict=True)),
    )  # fmt: skip
