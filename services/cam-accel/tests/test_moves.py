"""Are planned moves written down as they run?"""

from __future__ import annotations

import math

import pytest
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.moves import Moves
from rmos.cam_accel.tools import ToolShape

CUT = Cut(ToolShape("flat", 6), 2.0, 1000, 300, 18000, 5)


def test_every_pass_takes_the_same_step_and_the_last_reaches_the_floor() -> None:
    assert CUT.levels_mm(5.0) == [-5 / 3, -10 / 3, -5.0]
    assert CUT.levels_mm(2.0) == [-2.0]


def test_travel_lifts_before_it_goes_sideways() -> None:
    moves = Moves(CUT)
    moves.travel(10, 0, 0.5)
    moves.line(10, 0, -1, 300)
    moves.travel(20, 0, 0.5)
    path = moves.toolpath()
    assert path.z_mm.tolist() == [5, 0.5, -1, 5, 5, 0.5]
    assert path.x_mm.tolist() == [10, 10, 10, 10, 20, 20]


@pytest.mark.parametrize("wrong", [0, -1, math.nan, math.inf])
def test_no_setting_is_anything_but_positive(wrong: float) -> None:
    with pytest.raises(PlanError, match="feed_mm_min must be positive"):
        Cut(ToolShape("flat", 6), 2.0, wrong, 300, 18000, 5)
