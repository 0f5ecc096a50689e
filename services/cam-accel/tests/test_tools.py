"""How high does a tool's edge stand over its tip?"""

from __future__ import annotations

import math

import pytest
from rmos.cam_accel.tools import ToolShape, shape_of
from rmos.contracts.events import ToolFacts


def test_a_flat_tool_is_flat_to_its_edge() -> None:
    assert ToolShape("flat", 6).height_mm(3) == 0


def test_a_ball_is_as_high_as_its_radius_at_the_edge() -> None:
    ball = ToolShape("ball", 6)
    assert (ball.height_mm(0), ball.height_mm(3)) == (0, 3)
    assert ball.height_mm(1.8) == pytest.approx(3 - 2.4)


def test_a_bull_is_flat_inside_its_corners() -> None:
    bull = ToolShape("bull", 6, corner_radius_mm=1)
    assert (bull.height_mm(2), bull.height_mm(3)) == (0, 1)


def test_a_ball_is_a_bull_whose_corner_is_all_of_it() -> None:
    bull, ball = ToolShape("bull", 6, corner_radius_mm=3), ToolShape("ball", 6)
    assert all(bull.height_mm(r / 10) == ball.height_mm(r / 10) for r in range(31))


def test_a_v_bit_opens_by_its_angle_from_its_tip() -> None:
    bit = ToolShape("cone", 12, tip_diameter_mm=0.2, tip_angle_deg=60)
    assert bit.height_mm(0.1) == 0
    assert bit.height_mm(1.1) == pytest.approx(1 / math.tan(math.radians(30)))


@pytest.mark.parametrize(
    "wrong",
    [("flat", 0), ("flat", math.nan), ("bull", 6, 0), ("bull", 6, 4), ("cone", 6, 0, 7, 60), ("cone", 6, 0, 0, 0)],
)
def test_what_no_tool_is_is_refused(wrong: tuple[object, ...]) -> None:
    with pytest.raises(ValueError):
        ToolShape(*wrong)  # type: ignore[arg-type]


def test_a_v_bit_without_an_angle_has_no_shape() -> None:
    bit = ToolFacts(tool_id="v", diameter_mm=6, flutes=1, flute_length_mm=9, center_cutting=True, kind="vbit")
    with pytest.raises(ValueError, match="tip_angle_deg of v is not known"):
        shape_of(bit)
