"""Does the gate see what it must, whoever made the path?"""

from __future__ import annotations

import itertools

import pyclipr
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pocket_gate import verify_pocket
from rmos.cam_accel import polygons
from rmos.cam_accel.gcode import interpret
from rmos.cam_accel.simulate.walls import joined

SQUARE = ((0.0, 0.0), (40.0, 0.0), (40.0, 40.0), (0.0, 40.0))


def gouge(program: str) -> float:
    path = interpret(program.encode()).toolpath
    return verify_pocket(path, 6, SQUARE, (), 3).gouged_area_mm2


def entries(program: str) -> str:
    return "; ".join(verify_pocket(interpret(program.encode()).toolpath, 6, SQUARE, (), 3).reasons)


def test_a_full_circle_through_the_walls_is_a_gouge() -> None:
    assert gouge("G0 X50 Y20 Z5\nG1 Z-2 F100\nG2 X50 Y20 I-30 J0\n") > 100


def test_a_rapid_through_a_wall_is_a_gouge() -> None:
    assert gouge("G0 X20 Y20 Z5\nG0 Z-2\nG0 X60 Y20\n") > 10


def test_an_arc_that_dips_below_between_its_ends_is_seen() -> None:
    """Seen from +Y, Z points right and X up: clockwise from the lowest X leads to -Z, so G2 dips."""
    below, above = (interpret(f"G18\nG0 X10 Y20 Z1\n{code} X30 Z1 I10 K0 F100\n".encode()).toolpath for code in ("G2", "G3"))
    assert "reaches Z -9" in " ".join(verify_pocket(below, 6, SQUARE, (), 3).reasons)
    assert "reaches" not in " ".join(verify_pocket(above, 6, SQUARE, (), 3).reasons)


@pytest.mark.parametrize(
    "program",
    [
        "G0 X20 Y20 Z5\nG1 Z-3 F100\n",
        "G0 X20 Y20 Z5\nG0 Z-3\n",
        "G0 X20 Y20 Z0\nG1 X20.1 Z-3 F100\n",
        "G0 X20 Y20 Z0\nG2 X20 Y20 Z-3 I0.01 J0 F100\n",
    ],
)
def test_a_way_straight_down_into_stock_is_found(program: str) -> None:
    assert "straight down" in entries(program)


def test_a_helix_and_a_ramp_are_ways_down() -> None:
    assert "down" not in entries("G0 X20 Y20 Z0\nG2 X20 Y20 Z-1 I3 J0 F100\n")
    assert "down" not in entries("G0 X20 Y20 Z0\nG1 X40 Z-1 F100\n")


def test_a_floor_that_rounds_to_the_last_decimal_counts_as_reached() -> None:
    program = "M3 S9000\nG0 X3 Y3 Z5\n" + "\n".join(
        f"G0 X3 Y{y}\nG1 X20 Z-3.124 F100\nG1 X37\nG1 X3\nG0 Z5" for y in range(3, 38, 2)
    )
    assert verify_pocket(interpret(program.encode()).toolpath, 6, SQUARE, (), 3.1242).coverage_ratio > 0.95


CORNERS = st.integers(0, 6).map(lambda n: n * 2.5)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(CORNERS, CORNERS), min_size=2, max_size=14), st.floats(0.5, 4))
def test_joined_lines_sweep_what_the_single_ones_do(corners: list[tuple[float, float]], radius: float) -> None:
    """Reversals, crossings and repeats included: on a coarse grid they are frequent."""
    single = [[a, b] for a, b in itertools.pairwise(corners) if a != b]
    if not single:
        return
    areas = [polygons.combine(pyclipr.Union, polygons.swept(lines, radius)) for lines in (single, joined(single + single))]
    for one, other in (areas, areas[::-1]):
        beyond = polygons.combine(pyclipr.Difference, one, polygons.offset(other, 2 * polygons.ARC_MM + 0.0005))
        assert polygons.area_mm2(beyond) == 0
