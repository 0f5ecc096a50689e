"""Does the report tell what each move does: how much, how deep, at what angle, and what is in its way?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.gcode import interpret
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.simulate.collisions import Cylinder, Fixture, Holder, box, post, shank
from rmos.cam_accel.simulate.errors import SimulationError
from rmos.cam_accel.simulate.grid import Stock
from rmos.cam_accel.simulate.report import Setup, Simulation, simulate
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import from_columns

KERNELS = choose()
FLAT, BALL = ToolShape("flat", 8.0), ToolShape("ball", 8.0)
STOCK = Stock((-40.0, -40.0), (40.0, 40.0))


def ran(moves: str, tool: ToolShape = FLAT, **setup: Any) -> Simulation:
    path = interpret(("G21 G90\nM3 S9000\nG0 Z5\n" + moves).encode()).toolpath
    return simulate(KERNELS, path, tool, Setup(**{"stock": STOCK, "cell_mm": 0.1, **setup}))


def beside(width: float, angle: float, pieces: int = 1, z: float = -2.0) -> str:
    """A slot, then a pass beside it that takes `width`; the last moves are that pass."""
    c, s = math.cos(angle), math.sin(angle)

    def at(along: float, aside: float) -> str:
        return f"X{along * c - aside * s:.6f} Y{along * s + aside * c:.6f}"

    lines = [f"G0 {at(-25, 0)}", f"G1 Z{z} F200", f"G1 {at(25, 0)} F900", "G0 Z5", f"G0 {at(-21, width)}", f"G0 Z{z}"]
    return "\n".join([*lines, *(f"G1 {at(-21 + 42 * n / pieces, width)}" for n in range(1, pieces + 1))]) + "\n"


@given(st.floats(0, 2 * math.pi), st.floats(0.05, 1.0), st.sampled_from([1, 10, 400]))
@settings(max_examples=20, deadline=None)
def test_the_angle_of_engagement_is_that_of_the_width(angle: float, share: float, pieces: int) -> None:
    """To a cell of width; pieces of an eighth of a millimetre are told as long ones are."""
    found = ran(beside(share * 8, angle, pieces))
    middle = found.engagement_deg[-max(1, pieces // 2)]
    low, high = (math.degrees(math.acos(1 - 2 * min(1, max(0, share + by)))) for by in (-0.1 / 8, 0.1 / 8))
    assert low - 0.5 <= middle <= high + 0.5
    assert found.axial_mm[-1] == 2.0


def test_a_slot_engages_half_of_the_circumference_and_a_plunge_all_of_it() -> None:
    found = ran("G0 X-20 Y0\nG1 Z-2 F200\nG1 X20 F900\nG1 X-20\n")
    assert found.engagement_deg[2:].tolist() == pytest.approx([360, 180, 0], abs=9)
    assert found.engagement_deg[4] == 0
    assert (found.max_axial_mm, found.max_engagement_deg) == (2.0, 360.0)


def test_arcs_are_engaged_by_their_width_as_lines_are() -> None:
    """A ring of 20 mm in stock, then one 2 mm wider: the tool's circle meets the old wall where
    22² + 4² + 2 22 4 cos = 24², which is 64.4 degrees from the new one; a straight wall would be met at 60."""
    found = ran("G0 X20 Y0\nG1 Z-2 F200\nG3 X20 Y0 I-20 F900\nG1 X22 Y0\nG3 X22 Y0 I-22\n")
    assert found.engagement_deg[5] == pytest.approx(math.degrees(math.acos(76 / 176)), abs=2)


def test_a_ball_is_as_wide_as_it_is_at_its_depth() -> None:
    """A slot by its tip only: the width is 2 sqrt(2 r a - a²), which is all of it, and so 180 degrees."""
    found = ran("G0 X-20 Y0\nG1 Z-0.5 F200\nG1 X20 F900\n", BALL)
    assert found.engagement_deg[3] == pytest.approx(180, abs=20)
    assert found.axial_mm[3] == pytest.approx(0.5, abs=1e-3)
    assert found.removed_mm3 < 40 * 8 * 0.5 / 2


def test_removed_volume_and_depth_are_told() -> None:
    found = ran("G0 X-20 Y0\nG1 Z-2 F200\nG1 X20 F900\n")
    assert found.removed_mm3 == pytest.approx((40 * 8 + math.pi * 16) * 2, rel=2e-3)
    assert found.lowest_mm == -2.0
    assert found.faults[0].code == "plunge"


def test_stock_with_another_top_and_a_bottom() -> None:
    found = ran("G0 X0 Y0\nG0 Z12\nG1 Z3 F100\n", stock=Stock((-10, -10), (10, 10), 10.0, 4.0))
    assert found.lowest_mm == 6.0
    assert found.removed_mm3 == pytest.approx(math.pi * 16 * 4, rel=0.01)


def test_a_shank_wider_than_the_tool_runs_into_the_wall_of_a_deep_slot() -> None:
    part = shank(6.0, 12.0, FLAT)
    assert part is not None
    deep = "G0 X-20 Y0\n" + "".join(f"G1 Z{-z} F100\nX{20 if z % 4 else -20} F900\n" for z in range(2, 9, 2))
    found = ran(deep, holder=Holder((part,)), centre_cutting=True)
    assert {fault.code for fault in found.faults} == {"holder"}
    assert found.faults[0].move == next(n for n, z in enumerate(found.path.z_mm) if z < -6)
    assert "the shank runs into stock" in str(found.faults[0])
    assert shank(6.0, 8.0, FLAT) is None


@pytest.mark.parametrize(
    ("moves", "hits"),
    [
        ("G0 X0 Y0\nG1 X20 Y0 Z-1 F500\n", True),
        ("G0 X0 Y0\nG0 Z1\nX20\n", True),
        ("G0 X0 Y0 Z20\nX20\n", False),
        ("G0 X0 Y30\nG1 Z-1 F500\nX20\n", False),
        ("G0 X0 Y0 Z9\nG1 X8 Z-1 F500\n", True),
        ("G18\nG0 X0 Y0 Z30\nG3 X20 Z30 I10 F500\n", False),
        ("G18\nG0 X0 Y0 Z30\nG2 X30 Z30 I15 F500\n", False),
        ("G18\nG0 X2 Y0 Z15\nG2 X22 Z15 I10 F500\n", True),
    ],
)
def test_a_clamp_is_hit_by_rapids_feeds_ramps_and_arcs_that_come_near(moves: str, hits: bool) -> None:
    clamp = box("a clamp", (10, -5), (14, 5), 10.0, 0.5)
    assert bool(ran(moves, fixtures=(clamp,)).of("fixture")) == hits


@given(st.floats(0, 2 * math.pi), st.floats(0.02, 3))
@settings(max_examples=30, deadline=None)
def test_a_round_clamp_is_kept_at_its_distance(angle: float, gap: float) -> None:
    clamp = post("a post", (20.0, 20.0), 10.0, 10.0, 1.0)
    for distance, hits in ((5 + 4 + 1 + gap, False), (5 + 4 + 1 - gap, True)):
        x, y = 20 + distance * math.cos(angle), 20 + distance * math.sin(angle)
        moves = f"G0 Z30\nG0 X{x:.6f} Y{y:.6f}\nG1 Z2 F100\nG0 Z30\n"
        assert bool(ran(moves, fixtures=(clamp,), cell_mm=1.0).of("fixture")) == hits


def test_the_holder_meets_a_clamp_that_the_tool_passes() -> None:
    clamp, holder = box("a clamp", (10, -5), (14, 5), 10.0, 0.5), Holder((Cylinder("the collet nut", 30.0, 20.0),))
    moves = "G0 X0 Y0\nG1 Z-12 F100\n"
    assert not ran(moves, fixtures=(clamp,)).of("fixture")
    assert "the collet nut comes within" in str(ran(moves, fixtures=(clamp,), holder=holder).of("fixture")[0])


def test_the_envelope_is_kept_by_size_and_by_place() -> None:
    moves = "G0 X-20 Y0\nG1 X20 F100\n"
    assert ran(moves, envelope_mm=(40, 10, 10)).of("envelope") == ()
    assert "X needs 40.000 mm" in str(ran(moves, envelope_mm=(39, 10, 10)).of("envelope")[0])
    assert ran(moves, envelope_mm=(50, 10, 10), placed_at_mm=(25, 0, 0)).of("envelope") == ()
    assert "X runs from -10.000 to 30.000" in str(
        ran(moves, envelope_mm=(50, 10, 10), placed_at_mm=(10, 0, 0)).of("envelope")[0]
    )


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Cylinder("c", 0.0, 1.0), "no part has"),
        (lambda: Cylinder("c", 5.0, math.nan), "no part has"),
        (lambda: Fixture("f", ((0, 0), (1, 1)), 5.0), "at least three"),
        (lambda: box("f", (0, 0), (math.inf, 1), 5.0), "at least three"),
        (lambda: Fixture("f", ((0, 0), (9, 9), (9, 0), (0, 9)), 5.0), "crosses itself"),
        (lambda: ran("G0 X1\n", heights=np.zeros((3, 3), dtype=np.int32)), "not whole units"),
    ],
)
def test_bad_input_is_refused_with_its_cause(make: Any, words: str) -> None:
    with pytest.raises(SimulationError, match=words):
        make()


def test_a_path_without_moves_is_no_error() -> None:
    found = simulate(KERNELS, from_columns({"kind": []}), FLAT, Setup(stock=STOCK, cell_mm=1.0))
    assert (found.removed_mm3, found.max_axial_mm, found.faults) == (0, 0, ())
