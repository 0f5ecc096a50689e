"""Do feed and stepover both change the time, as they do on a machine?"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from rmos.cam_accel.gcode import interpret
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.plan.cut import Cut
from rmos.cam_accel.plan.pocket import PocketRequest, plan_pocket
from rmos.cam_accel.timing import LimitsError, MachineLimits, move_times_s, move_times_total_s, what_if
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath

LIMITS = MachineLimits(rapid_mm_min=5000, accel_mm_s2=500, junction_deviation_mm=0.01, max_feed_mm_min=4000)
CUT = Cut(ToolShape("flat", 6.35), 3, 1500, 500, 18000, 5)
POCKET = PocketRequest(((0, 0), (71, 0), (71, 40), (0, 40)), (), 6, CUT, 0.4)


def pocket(stepover: float) -> Toolpath:
    return plan_pocket(replace(POCKET, stepover_ratio=stepover))


def test_a_smaller_stepover_and_a_lower_feed_are_never_faster() -> None:
    grid = what_if(pocket, (0.1, 0.2, 0.3, 0.4), (0.5, 1.0, 2.0), LIMITS, choose().move_times_total_s)
    assert grid.seconds.shape == (4, 3)
    assert (np.diff(grid.seconds, axis=0) < 0).all()
    assert (np.diff(grid.seconds, axis=1) < 0).all()
    assert grid.fastest == (0.4, 2.0, grid.seconds[3, 2])


def test_a_cell_is_the_time_of_that_path_at_that_feed() -> None:
    grid = what_if(pocket, (0.3,), (1.0, 0.5), LIMITS, choose().move_times_total_s)
    path = pocket(0.3)
    assert grid.seconds[0, 0] == pytest.approx(math.fsum(move_times_s(path, LIMITS)), rel=1e-12)
    slower = replace(path, feed_mm_min=path.feed_mm_min * 0.5)
    assert grid.seconds[0, 1] == pytest.approx(math.fsum(move_times_s(slower, LIMITS)), rel=1e-12)


def test_dwells_and_rapids_keep_their_time_at_any_feed() -> None:
    path = interpret(b"G0 X100\nG4 P2\nG0 X0").toolpath
    assert len(set(move_times_total_s(path, LIMITS, (0.1, 1.0, 10.0)))) == 1


def test_no_factor_lifts_a_feed_beyond_the_machine() -> None:
    path = interpret(b"G1 X100 F4000").toolpath
    once, more = move_times_total_s(path, LIMITS, (1.0, 3.0))
    assert more == once


@pytest.mark.parametrize("factors", [(0.0,), (-1.0,), (math.nan,), (math.inf,), (1.0, 1e9)])
def test_a_factor_that_is_none_is_refused_in_both_kernels(factors: tuple[float, ...]) -> None:
    path = interpret(b"G1 X100 F4000").toolpath
    for kernels in (choose("off"), choose()):
        with pytest.raises(LimitsError, match="feed factor"):
            kernels.move_times_total_s(path, LIMITS, factors)


def test_an_empty_or_endless_grid_is_refused() -> None:
    for stepovers, factors in (((), (1.0,)), ((0.4,), ()), ((0.4,) * 101, (1.0,) * 100)):
        with pytest.raises(LimitsError, match="cells are allowed"):
            what_if(pocket, stepovers, factors, LIMITS, move_times_total_s)
