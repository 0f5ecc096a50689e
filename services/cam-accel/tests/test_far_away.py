"""Is what lies too far away for a kernel's whole numbers refused by both kernels alike?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rmos.cam_accel import kernels
from rmos.cam_accel.adaptive import Task
from rmos.cam_accel.kernels import Kernels, NativeKernels, ReferenceKernels
from rmos.cam_accel.simulate.errors import SimulationError
from rmos.cam_accel.simulate.grid import Grid, Stock, grid_of
from rmos.cam_accel.simulate.heightmap import full
from rmos.cam_accel.simulate.profile import flat_profile

BOTH: list[Kernels] = [ReferenceKernels(), *([NativeKernels(kernels._native)] if kernels._native is not None else [])]
GRID = Grid(-5.0, -5.0, 1.0, 10, 10)
POINTS, ENDS = np.array([(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0)]), np.array([4])
NOTHING = np.zeros((0, 2)), np.zeros(0, dtype=np.int64)
TASK = Task(POINTS, ENDS, *NOTHING, (4.0, 4.0), 4.0, 3.0, 1.0)


@pytest.mark.parametrize("which", BOTH, ids=lambda k: k.name)
def test_an_arc_whose_lowest_place_is_beyond_all_heights_is_refused(which: Kernels) -> None:
    path = replace(
        ReferenceKernels().interpret(b"G21 G90\nG0 X0 Y0 Z0\nG2 X2 Y0 I1 J0 F100\n").toolpath,
        plane=np.array([0, 1], np.uint8), i_mm=np.array([0.0, 9e4]), k_mm=np.array([0.0, 9e4]), kind=np.array([0, 3], np.uint8),
    )  # fmt: skip
    with pytest.raises(SimulationError, match="an arc reaches from Z") as refused:
        which.heightmap(path, flat_profile(6.0), GRID, full(GRID, 0.0), -50_000)
    assert refused.value.code == "place"
    assert which.engagement(replace(path, i_mm=np.array([0.0, 2e5])), 6.0) is None


def test_cells_finer_than_any_height_are_refused() -> None:
    with pytest.raises(SimulationError, match="at least 1e-06"):
        grid_of(Stock((0.0, 0.0), (1e-9, 1e-9)), 1e-12)


@pytest.mark.parametrize("which", BOTH, ids=lambda k: k.name)
@pytest.mark.parametrize(
    ("task", "why"),
    [
        (replace(TASK, start_mm=(-40.0, 4.0)), "start lies outside"),
        (replace(TASK, start_mm=(float("nan"), 4.0)), "start lies outside"),
        (replace(TASK, hole_mm=20.0), "start lies outside"),
        (replace(TASK, hole_mm=float("nan")), "hole has no radius"),
        (replace(TASK, radius_mm=0.0), "tool has no radius"),
        (replace(TASK, width_mm=7.0), "wider than the tool"),
        (replace(TASK, points_mm=POINTS * 1e9), "beyond 100000"),
        (replace(TASK, points_mm=POINTS * np.nan), "beyond 100000"),
        (replace(TASK, points_mm=NOTHING[0], ends=NOTHING[1]), "no area"),
        (replace(TASK, radius_mm=0.01, width_mm=0.01, hole_mm=0.0, cleared_mm=POINTS * 1e3, cleared_ends=ENDS), "too far"),
    ],
)
def test_what_is_no_task_of_clearing_is_refused(which: Kernels, task: Task, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        which.clear_area(task)
