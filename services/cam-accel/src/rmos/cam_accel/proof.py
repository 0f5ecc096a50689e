"""Is the path right, for the design that it was made from, with this tool between these clamps?"""

from __future__ import annotations

from rmos.cam_accel.errors import Refused
from rmos.cam_accel.plan.cut import PlanError
from rmos.cam_accel.planners import Order, in_design_frame
from rmos.cam_accel.simulate import gate
from rmos.cam_accel.simulate.collisions import Fixture, Holder, box, fixture_faults, shank
from rmos.cam_accel.simulate.errors import SimulationError
from rmos.cam_accel.simulate.faults import Fault
from rmos.cam_accel.simulate.report import Setup, simulate
from rmos.cam_accel.targets import target_of
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.events import VerificationData
from rmos.contracts.toolpath import Toolpath

OF_ANY_PROGRAM = ("arc", "holder")
"""Faults of a program that has no design: what else it does is judged by feasibility, from its facts."""
MOST_TOLD = 3


def prove(order: Order, path: Toolpath) -> VerificationData:
    """Holds the path, as it was read back, against its design. Raises Refused with every kind of fault and its place."""
    try:
        shape = order.shape()
        collisions = _collisions(order, shape, path)
        found = None if (target := target_of(order)) is None else gate.verify(
            order.kernels, in_design_frame(order, path), shape, target, _setup(order, shape)
        )  # fmt: skip
    except SimulationError as error:
        raise Refused("not_simulated", str(error)) from error
    except PlanError as error:
        raise Refused("tool", error.reason, error.pointer) from error
    reasons = (*(() if found is None else found.reasons), *map(str, collisions[:MOST_TOLD]))
    if reasons:
        raise Refused("not_verified", "; ".join(reasons))
    if found is None:
        return VerificationData(reread_moves=len(path))
    return VerificationData(
        coverage_ratio=found.coverage_ratio, gouged_area_mm2=found.gouged_area_mm2,
        unreachable_area_mm2=found.unreachable_area_mm2, floor_tolerance_mm=found.floor_tolerance_mm, reread_moves=len(path),
    )  # fmt: skip


def _collisions(order: Order, shape: ToolShape, path: Toolpath) -> tuple[Fault, ...]:
    """With clamps, in the job's own frame; of a program also what no design is needed for."""
    setup = _setup(order, shape)
    found = fixture_faults(path, shape, setup.holder, _fixtures(order))
    if order.job.mode == "gcode" and setup.holder is not None:
        run = simulate(order.kernels, path, shape, setup)
        found += tuple(fault for fault in run.faults if fault.code in OF_ANY_PROGRAM)
    return found


def _setup(order: Order, shape: ToolShape) -> Setup:
    """A shank is known where its diameter is: it must not run into what the flutes did not cut."""
    tool = order.tool
    if tool is None or order.job.mode == "saw":
        return Setup(centre_cutting=True)
    part = None if tool.shank_diameter_mm is None else shank(tool.flute_length_mm, tool.shank_diameter_mm, shape)
    return Setup(centre_cutting=tool.center_cutting, holder=None if part is None else Holder((part,)))


def _fixtures(order: Order) -> list[Fixture]:
    """From the bed up: what is below a clamp is kept free as well."""
    return [
        box(fixture.name or f"fixture {n}", fixture.low[:2], fixture.high[:2], fixture.high[2])
        for n, fixture in enumerate(order.job.options.fixtures or (), start=1)
    ]
