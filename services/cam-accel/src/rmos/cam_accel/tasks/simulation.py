"""What does it cut, how is the tool loaded, and what goes wrong? With pictures, and held against a design, if any."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from rmos.cam_accel.kernels import Kernels, choose
from rmos.cam_accel.planners import Order, in_design_frame
from rmos.cam_accel.simulate import gate
from rmos.cam_accel.simulate.collisions import Cylinder, Holder, box, shank
from rmos.cam_accel.simulate.faults import Fault, fault_at
from rmos.cam_accel.simulate.grid import Stock
from rmos.cam_accel.simulate.picture import png
from rmos.cam_accel.simulate.preview import svg
from rmos.cam_accel.simulate.profile import profile_of
from rmos.cam_accel.simulate.report import Setup, Simulation, simulate
from rmos.cam_accel.simulate.target import Target
from rmos.cam_accel.targets import target_of
from rmos.cam_accel.tasks.orders import File, Made, TaskOrder, made
from rmos.cam_accel.tasks.planning import in_mm
from rmos.cam_accel.tasks.sources import path_of, summary
from rmos.cam_accel.tools import ToolShape, shape_of
from rmos.chassis.errors import Rejected
from rmos.chassis.operations import Progress, Report
from rmos.contracts.cam import (
    MOST_FAULTS,
    PNG_TYPE,
    SVG_TYPE,
    FaultData,
    GateData,
    LoadData,
    PreviewAnswer,
    PreviewRequest,
    SimulateAnswer,
    SimulateRequest,
)
from rmos.contracts.toolpath import Toolpath


def simulation(order: TaskOrder, request: SimulateRequest, report: Report) -> Made:
    kernels = choose(order.kernels)
    report(Progress(stage="read"))
    path, tools = path_of(kernels, order, request.source)
    if len(set(tools)) > 1:
        named = ", ".join(f"T{number}" for number in tools)
        raise Rejected("several_tools", f"it changes tools ({named}), one is stated: split it by tool", "/source")
    shape = _shape(request)
    setup = _setup(request, shape)
    report(Progress(stage="simulate"))
    run = simulate(kernels, path, shape, setup)
    faults = [*run.faults, *_spindle_faults(run)]
    target, judged = None, None
    if request.job is not None:
        report(Progress(stage="verify"))
        target, judged = _judged(kernels, path, shape, setup, request)
    files = {}
    if request.pictures:
        report(Progress(stage="draw"))
        files = {"png": File(png(run), PNG_TYPE), "svg": File(svg(path, target), SVG_TYPE)}
    return made(
        SimulateAnswer, files, ok=not faults and (judged is None or judged.ok), path=summary(kernels, path, tools),
        removed_mm3=run.removed_mm3, lowest_mm=run.lowest_mm, cell_mm=run.grid.cell_mm, load=_load(kernels, run),
        faults=tuple(map(fault_data, faults[:MOST_FAULTS])), fault_counts=dict(Counter(f.code for f in faults)), gate=judged,
    )  # fmt: skip


def preview(order: TaskOrder, request: PreviewRequest, report: Report) -> Made:
    kernels = choose(order.kernels)
    report(Progress(stage="read"))
    path, tools = path_of(kernels, order, request.source)
    report(Progress(stage="draw"))
    return made(PreviewAnswer, {"svg": File(svg(path), SVG_TYPE)}, path=summary(kernels, path, tools))


def _shape(request: SimulateRequest) -> ToolShape:
    try:
        return shape_of(request.tool.facts())
    except ValueError as error:
        raise Rejected("tool", str(error), "/tool") from error


def _setup(request: SimulateRequest, shape: ToolShape) -> Setup:
    tool, stock = request.tool, request.stock
    parts = [Cylinder(p.name, p.diameter_mm, p.above_tip_mm) for p in request.holder]
    own = None if tool.shank_diameter_mm is None else shank(tool.flute_length_mm, tool.shank_diameter_mm, shape)
    parts = parts if own is None else [own, *parts]
    return Setup(
        stock=None if stock is None else Stock(stock.low_mm, stock.high_mm, stock.top_mm, stock.thickness_mm),
        cell_mm=request.cell_mm, holder=Holder(tuple(parts)) if parts else None,
        fixtures=[
            box(f.name or f"fixture {n}", f.low[:2], f.high[:2], f.high[2]) for n, f in enumerate(request.fixtures, start=1)
        ],
        envelope_mm=request.envelope_mm, placed_at_mm=request.placed_at_mm, centre_cutting=tool.center_cutting,
    )  # fmt: skip


def _spindle_faults(run: Simulation) -> list[Fault]:
    path = run.path
    standing = np.flatnonzero(path.is_cut & (run.heightmap.cells > 0) & (path.spindle_rpm <= 0)).tolist()
    return [fault_at(path, n, "spindle", "a cut while the spindle stands (M3 and S needed)") for n in standing]


def _judged(
    kernels: Kernels, path: Toolpath, shape: ToolShape, setup: Setup, request: SimulateRequest
) -> tuple[Target, GateData]:
    assert request.job is not None
    order = Order(in_mm(request.job), request.tool.facts(), None, kernels)
    target = target_of(order)
    if target is None:
        raise Rejected("no_target", f"a job of mode {order.job.mode} says nothing of the part's shape", "/job/mode")
    found = gate.verify(kernels, in_design_frame(order, path), shape, target, setup)
    return target, GateData(
        ok=found.ok, coverage_ratio=found.coverage_ratio, gouged_area_mm2=found.gouged_area_mm2,
        unreachable_area_mm2=found.unreachable_area_mm2, floor_tolerance_mm=found.floor_tolerance_mm, reasons=found.reasons,
        uncut_places_mm=found.uncut_places_mm, unreachable_places_mm=found.unreachable_places_mm,
    )  # fmt: skip


def _load(kernels: Kernels, run: Simulation) -> LoadData:
    """The widths are measured in stock that fills all below Z 0, as feasibility has them."""
    fields: dict[str, Any] = {"max_axial_mm": run.max_axial_mm, "max_engagement_deg": run.max_engagement_deg}
    found = kernels.engagement(run.path, run.tool.diameter_mm, profile_of(run.tool))
    if found is not None:
        names = ("max_radial_mm", "max_removal_mm3_min", "max_plunge_mm_min")
        fields |= {name: getattr(found, name) for name in names}
    return LoadData(**fields)


def fault_data(fault: Fault) -> FaultData:
    return FaultData(
        code=fault.code, reason=fault.reason, move=fault.move + 1, line=fault.line, x_mm=fault.x_mm, y_mm=fault.y_mm
    )
