"""Is what the tool meets measured right where the answer is known, and on the safe side where it is rounded?"""

from __future__ import annotations

import math
from dataclasses import astuple, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.engagement import Engagement, engagement
from rmos.cam_accel.gcode import interpret
from rmos.cam_accel.simulate.profile import profile_of
from rmos.cam_accel.stock import Disc, Reach, Stock, frame_of
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath, from_columns

TOOL_MM, FEED, RPM = 8.0, 1200, 12000
CELL_MM = TOOL_MM / 32
START = f"G21 G90\nM3 S{RPM}\nG0 Z5\n"


def path_of(moves: str, start: str = START) -> Toolpath:
    return interpret((start + moves).encode()).toolpath


def measured(moves: str, start: str = START, tool_mm: float = TOOL_MM) -> Engagement:
    found = engagement(path_of(moves, start), tool_mm)
    assert found is not None
    return found


def cut_to(x_mm: float, y_mm: float, z_mm: float, feed: float = FEED) -> str:
    return f"G1 X{x_mm:.9f} Y{y_mm:.9f} Z{z_mm:.9f} F{feed}\n"


def slot(angle: float, pieces: int = 1, x_mm: float = 0.0, y_mm: float = 0.0, mirrored: bool = False) -> str:
    """60 mm long and 2 mm deep."""
    side = -1 if mirrored else 1
    places = [
        (side * (x_mm + 60 * n / pieces * math.cos(angle)), y_mm + 60 * n / pieces * math.sin(angle)) for n in range(pieces + 1)
    ]
    down = f"G0 X{places[0][0]:.9f} Y{places[0][1]:.9f}\nG1 Z-2 F200\n"
    return down + "".join(cut_to(x, y, -2) for x, y in places[1:]) + "G0 Z5\n"


def stepped_beside_a_slot(step_mm: float, angle: float) -> str:
    """A rapid clears most of a long slot and a cut the rest; then the tool leaves its line slowly and cuts a strip."""

    def at(along_mm: float, aside_mm: float) -> tuple[float, float]:
        c, s = math.cos(angle), math.sin(angle)
        return along_mm * c - aside_mm * s, along_mm * s + aside_mm * c

    (x0, y0), (x1, y1) = at(0, 0), at(140, 0)
    clear = f"G0 X{x0:.9f} Y{y0:.9f}\nG0 Z-2\nG0 X{x1:.9f} Y{y1:.9f}\n" + cut_to(x0, y0, -2)
    return clear + cut_to(*at(60, step_mm), -2) + cut_to(*at(110, step_mm), -2) + "G0 Z5\n"


def is_near(found_mm: float, width_mm: float) -> bool:
    """Half a cell below to one and a half above: the largest of many windows is rather above."""
    return -CELL_MM / 2 <= found_mm - width_mm <= 1.5 * CELL_MM


@given(st.floats(0, 2 * math.pi), st.sampled_from([1, 7, 500]))
@settings(max_examples=25, deadline=None)
def test_a_slot_is_as_deep_and_wide_as_the_tool_goes(angle: float, pieces: int) -> None:
    """Pieces of 0.12 mm are shorter than a cell."""
    found = measured(slot(angle, pieces))
    assert found.max_axial_mm == 2.0
    assert TOOL_MM - CELL_MM / 2 <= found.max_radial_mm <= TOOL_MM
    assert is_near(found.max_removal_mm3_min / (2 * FEED), TOOL_MM)
    assert found.max_feed_per_turn_mm == FEED / RPM
    assert found.max_plunge_mm_min == 200
    assert (found.rapid_cuts, found.spindle_off_cuts, found.cell_mm) == (0, 0, CELL_MM)


@given(st.floats(0, 2 * math.pi), st.floats(0.15, 0.9))
@settings(max_examples=25, deadline=None)
def test_a_step_beside_a_slot_is_as_wide_as_the_step(angle: float, share: float) -> None:
    found = measured(stepped_beside_a_slot(share * TOOL_MM, angle))
    assert is_near(found.max_radial_mm, share * TOOL_MM)
    assert is_near(found.max_removal_mm3_min / (2 * FEED), share * TOOL_MM)
    assert found.max_axial_mm == 2.0


def test_a_pass_over_air_cuts_nothing() -> None:
    """Down to the surface, and down to a floor that is there."""
    assert astuple(measured("G0 X0 Y0\nG1 Z0 F200\n" + cut_to(60, 0, 0)))[:7] == (0, 0, 0, 0, 0, 0, 0)
    again = slot(0) + "G0 X0 Y0\nG0 Z-2\n" + cut_to(60, 0, -2, 9000)
    assert measured(again) == measured(slot(0))


def test_passes_in_depth_are_as_deep_as_their_step() -> None:
    passes = "".join(f"G1 Z{-z} F200\nX{60 if z % 2 else 0} F{FEED}\n" for z in range(1, 7))
    assert measured("G0 X0 Y0\n" + passes).max_axial_mm == 1.0


def test_a_jump_to_full_depth_at_a_fresh_place_is_seen() -> None:
    passes = "".join(f"G1 Z{-z} F200\nX{60 if z % 2 else 0} F{FEED}\n" for z in range(1, 7))
    found = measured("G0 X0 Y0\n" + passes + "G0 Z5\nG0 Y30\nG1 Z-6 F200\n" + cut_to(5, 30, -6))
    assert found.max_axial_mm == 6.0


def test_a_ramp_is_as_deep_as_its_end_and_plunges_by_its_slope() -> None:
    found = measured("G0 X0 Y0\nG1 Z0 F200\n" + cut_to(60, 0, -3))
    slope = 3 / 60
    assert 3.0 - slope * 2 * CELL_MM <= found.max_axial_mm <= 3.0
    assert found.max_plunge_mm_min == pytest.approx(FEED * 3 / math.hypot(60, 3))
    assert found.max_radial_mm == TOOL_MM


def test_a_helix_is_no_deeper_than_its_pitch() -> None:
    turns = "".join(f"G3 X0 Y0 Z{-0.5 * n} I-3 F600\n" for n in range(1, 9))
    found = measured("G0 X0 Y0\nG1 Z0 F200\n" + turns)
    assert 0.4 <= found.max_axial_mm <= 0.5
    assert found.max_plunge_mm_min == pytest.approx(600 * 0.5 / math.hypot(6 * math.pi, 0.5))


def test_an_arc_across_the_plane_is_as_deep_as_its_lowest_point() -> None:
    found = measured("G18\nG0 X0 Y0 Z0\nG2 X20 Z0 I10 F600\n")
    assert 9.5 <= found.max_axial_mm <= 10.0
    assert found.max_plunge_mm_min == pytest.approx(600, rel=0.01)


def test_a_plunge_has_a_feed_and_a_removal_rate_but_no_width() -> None:
    found = measured("G0 X0 Y0\nG1 Z-10 F300\nG0 Z5\n")
    assert (found.max_axial_mm, found.max_radial_mm, found.max_plunge_mm_min) == (0, 0, 300)
    assert found.max_removal_mm3_min == pytest.approx(math.pi * 16 * 300, rel=0.03)
    assert found.max_feed_per_turn_mm == 300 / RPM


def test_a_step_too_steep_for_a_ramp_has_no_width() -> None:
    found = measured("G0 X0 Y0\nG1 Z0 F200\n" + cut_to(1, 0, -8))
    assert (found.max_axial_mm, found.max_radial_mm) == (0, 0)


HOLE_MM2 = math.pi * TOOL_MM**2 / 4


@pytest.mark.parametrize(
    ("moves", "feed"),
    [
        ("G0 X0 Y0\nG1 Z-2.5 F300\nG0 Z5\n", 300),
        ("G0 X0 Y0\nG1 Z-2 F200\n" + cut_to(60, 0, -2) + cut_to(21, 0, -2) + "G1 Z-4.5 F900\nG0 Z5\n", 900),
        ("G0 X0 Y0\nG1 Z-2 F200\n" + cut_to(60, 0, -2) + "G0 X30\nG1 Z-3 F900\nG0 Z-2\nX10\nG1 Z-2.01\nX15\n", 900),
        ("G0 X0 Y0\nG0 Z0\nG1 Z-1 F300\nG0 Z5\nX30\nZ-0.01\nG1 Y9 F900\n", 300),
    ],
    ids=["air before it", "way through air within stock", "rapids within stock", "another cut after it"],
)
def test_what_is_not_part_of_a_cut_does_not_thin_it(moves: str, feed: float) -> None:
    assert measured(moves).max_removal_mm3_min == pytest.approx(HOLE_MM2 * feed, rel=0.03)


def test_a_burst_is_a_mean_over_a_tool_radius() -> None:
    found = measured("G0 X0 Y0\nG0 Z0\nG1 Z-2 F4000\n" + cut_to(40, 0, -2))
    mean = (HOLE_MM2 * 2 + TOOL_MM * 2 * 2) / (2 / 4000 + 2 / FEED)
    assert found.max_removal_mm3_min == pytest.approx(mean, rel=0.05)


def test_a_short_rest_of_a_run_is_judged_with_the_window_before_it() -> None:
    found = measured("G0 X0 Y0\nG1 Z-2 F200\n" + cut_to(40, 0, -2) + cut_to(40.7, 0, -2, 12000))
    assert found.max_removal_mm3_min == pytest.approx(TOOL_MM * 2 * 4.7 / (4 / FEED + 0.7 / 12000), rel=0.05)


def test_a_fast_feed_down_a_hole_that_is_there_is_no_plunge() -> None:
    found = measured("G0 X0 Y0\nG1 Z-10 F300\nG0 Z5\nG1 Z-10 F4000\nG1 Z-11 F250\n")
    assert found.max_plunge_mm_min == 300


def test_rapids_through_stock_are_counted_one_by_one() -> None:
    assert measured("G0 X0 Y0\nG1 Z-2 F200\nG0 X30\nG0 X60\nG0 Z5\nG0 X0\n").rapid_cuts == 2
    assert measured("G0 X0 Y0\nG0 Z-2\n").rapid_cuts == 1


def test_rapids_above_and_down_to_the_old_floor_are_not_counted() -> None:
    """Nor those that come 2 um below it, or 0.2 mm, less than a cell, into a wall."""
    for moves in ("G0 X10\nZ-2\nZ5\n", "G0 X20.013\nZ-2.002\nX50.017\nZ1\n", "G0 X30 Y0.2\nZ-2\n", "G0 X70 Y9\n"):
        assert measured(slot(0) + moves).rapid_cuts == 0
    assert measured(slot(0) + "G0 X30\nZ-2.01\n").rapid_cuts == 1


def test_cuts_with_a_standing_spindle_are_counted_and_are_no_engagement() -> None:
    found = measured("G0 Z5\n" + slot(0), start="G21 G90\n")
    assert (found.spindle_off_cuts, found.max_axial_mm, found.max_removal_mm3_min) == (2, 0, 0)
    assert measured("G0 X0 Y0\n" + cut_to(60, 0, 2), start="G21 G90\nG0 Z5\n").spindle_off_cuts == 0


def test_a_wall_passed_twice_is_not_taken_for_a_deep_cut() -> None:
    """The second pass lies 0.03 mm nearer to the wall; the sliver is as high as both passes."""
    found = measured(slot(0.3) + slot(0.3, x_mm=-0.01, y_mm=0.03).replace("Z-2", "Z-4").replace("-2.000000000", "-4.000000000"))
    assert found.max_axial_mm == 2.0


@pytest.mark.parametrize("more_mm", [0.003, 0.02, 0.1, 0.25, 0.6])
def test_a_cut_shorter_than_a_cell_is_not_rounded_up_to_one(more_mm: float) -> None:
    x, y = math.cos(0.7), math.sin(0.7)
    further = f"G0 X{60 * x:.9f} Y{60 * y:.9f}\nG0 Z-2\n" + cut_to((60 + more_mm) * x, (60 + more_mm) * y, -2)
    assert measured(slot(0.7) + further + "G0 Z5\n").max_removal_mm3_min <= measured(slot(0.7)).max_removal_mm3_min


def test_slow_spirals_add_up() -> None:
    """Every turn goes 2 um deeper, which alone would not be a cut."""
    turns = "".join(f"G3 X0 Y0 Z{-0.002 * n:.3f} I-3 F600\n" for n in range(1, 30))
    found = measured("G0 X0 Y0\nG1 Z0 F200\n" + turns)
    assert 0 < found.max_axial_mm < 0.01
    assert found.max_plunge_mm_min > 0


@given(st.floats(0, 2 * math.pi), st.sampled_from([2, 3, 11]))
@settings(max_examples=15, deadline=None)
def test_splitting_a_line_changes_nothing_beyond_a_cell(angle: float, pieces: int) -> None:
    one, other = measured(slot(angle)), measured(slot(angle, pieces))
    assert replace(one, max_radial_mm=0, max_removal_mm3_min=0) == replace(other, max_radial_mm=0, max_removal_mm3_min=0)
    assert other.max_radial_mm == pytest.approx(one.max_radial_mm, abs=CELL_MM)
    assert other.max_removal_mm3_min == pytest.approx(one.max_removal_mm3_min, abs=CELL_MM * 2 * FEED)


@given(st.integers(-400, 400), st.integers(-400, 400))
@settings(max_examples=10, deadline=None)
def test_moving_a_path_by_whole_cells_changes_nothing(x_cells: int, y_cells: int) -> None:
    """Ends on a grid of 1/64 mm, so that no coordinate is rounded."""
    path = path_of("G0 X0 Y0\nG1 Z-2 F200\nX30.25 Y10.5 F900\nX12 Y-7.75 Z-3\nG0 X30 Z-1\nG0 Z5\n")
    places = np.array([path.x_mm, path.y_mm]) + np.array([[x_cells * CELL_MM], [y_cells * CELL_MM]])
    moved = replace(path, x_mm=places[0], y_mm=places[1])
    assert engagement(moved, TOOL_MM) == engagement(path, TOOL_MM)


@given(st.floats(0, 2 * math.pi))
@settings(max_examples=10, deadline=None)
def test_the_mirror_image_is_the_same_to_a_cell(angle: float) -> None:
    one, other = measured(slot(angle)), measured(slot(angle, mirrored=True))
    assert other.max_axial_mm == one.max_axial_mm
    assert other.max_radial_mm == pytest.approx(one.max_radial_mm, abs=CELL_MM)
    assert other.max_removal_mm3_min == pytest.approx(one.max_removal_mm3_min, abs=CELL_MM * 2 * FEED)


@given(st.floats(0, 2 * math.pi), st.floats(5, 30))
@settings(max_examples=25, deadline=None)
def test_all_that_is_taken_is_the_swept_area(angle: float, length_mm: float) -> None:
    x, y = length_mm * math.cos(angle), length_mm * math.sin(angle)
    frame = frame_of(Reach(min(x, 0), min(y, 0), max(x, 0), max(y, 0), length_mm), TOOL_MM)
    assert frame is not None
    stock, disc, steps = Stock(frame), Disc(frame.across), math.ceil(length_mm / frame.cell_mm)
    taken = sum(stock.cut(disc, frame.spot((x * n / steps, y * n / steps, -1.0))).sum() for n in range(steps + 1))
    swept_mm2 = TOOL_MM * length_mm + math.pi * TOOL_MM**2 / 4
    outline_mm = 2 * length_mm + math.pi * TOOL_MM
    assert abs(taken / 1000 * frame.cell_mm**2 - swept_mm2) <= outline_mm * frame.cell_mm / 2


def test_large_areas_are_measured_more_coarsely_and_larger_ones_not_at_all() -> None:
    def facing(mm: float) -> Engagement | None:
        columns = {"kind": [0, 1, 1], "x_mm": [0, 0, mm], "y_mm": [0, 0, mm], "z_mm": [5, -1, -1.0]}
        return engagement(from_columns({**columns, "feed_mm_min": [0, 100, 900], "spindle_rpm": [9000] * 3}), 2.0)

    coarse = facing(600)
    assert coarse is not None
    assert coarse.cell_mm == 2 / 12
    assert (coarse.max_axial_mm, coarse.max_radial_mm) == (1.0, 2.0)
    assert facing(5000) is None


@pytest.mark.parametrize("bad", [math.nan, math.inf, -1e7])
def test_what_is_no_place_is_not_measured(bad: float) -> None:
    path = from_columns({"kind": [1, 1], "z_mm": [-1, -1], "x_mm": [5, bad], "feed_mm_min": [9, 9]})
    assert engagement(path, TOOL_MM) is None
    assert engagement(from_columns({"kind": [0]}), bad) is None


def test_a_cut_without_a_feed_is_an_error() -> None:
    with pytest.raises(ValueError, match="move 0 has no feed"):
        engagement(from_columns({"kind": [1], "x_mm": [5.0]}), TOOL_MM)


def shaped(tool: ToolShape, moves: str) -> Engagement:
    found = engagement(path_of(moves), tool.diameter_mm, profile_of(tool))
    assert found is not None
    return found


BALL, V_BIT = ToolShape("ball", 8.0), ToolShape("cone", 8.0, tip_angle_deg=90)


@pytest.mark.parametrize("depth_mm", [0.5, 1.5, 4.0])
def test_a_ball_takes_the_segment_of_its_circle(depth_mm: float) -> None:
    found = shaped(BALL, f"G0 X0 Y0\nG1 Z{-depth_mm} F200\n" + cut_to(60, 0, -depth_mm))
    half = math.acos(1 - depth_mm / 4)
    area_mm2 = 16 * (half - math.sin(half) * math.cos(half))
    assert found.max_removal_mm3_min == pytest.approx(area_mm2 * FEED, rel=0.03)
    assert depth_mm - 0.01 <= found.max_axial_mm <= depth_mm
    assert found.max_radial_mm == pytest.approx(area_mm2 / depth_mm, rel=0.03)
    assert found.max_plunge_mm_min == 200


@pytest.mark.parametrize("depth_mm", [0.2, 1.0, 3.5])
def test_a_v_bit_takes_its_triangle(depth_mm: float) -> None:
    """Its depth is told to the rise of its edge over a cell."""
    found = shaped(V_BIT, f"G0 X0 Y0\nG1 Z{-depth_mm} F200\n" + cut_to(60, 0, -depth_mm))
    assert found.cell_mm == pytest.approx(max(2 * depth_mm, 0.5) / 32)
    assert depth_mm - found.cell_mm <= found.max_axial_mm <= depth_mm
    assert found.max_removal_mm3_min == pytest.approx(depth_mm**2 * FEED, rel=0.08)
    assert found.max_radial_mm == pytest.approx(depth_mm, rel=0.08)


def test_a_second_pass_of_a_v_bit_takes_only_what_is_left_though_along_its_whole_edge() -> None:
    ends = ((0, 60, 1), (10, 50, 2), (20, 40, 3))
    passes = "".join(f"G0 Z5\nG0 X{a} Y0\nG1 Z{-z} F200\nX{b} F{FEED}\n" for a, b, z in ends)
    found = shaped(V_BIT, passes)
    assert found.max_removal_mm3_min == pytest.approx((9 - 4) * FEED, rel=0.08)
    assert 3.0 - found.cell_mm <= found.max_axial_mm <= 3.0
    assert shaped(V_BIT, passes + "G0 Z5\nX20\nG0 Z-3\nG0 X40\n").rapid_cuts == 0
    assert shaped(V_BIT, passes + "G0 Z5\nX20\nG0 Z-3.5\nG0 X40\n").rapid_cuts == 2


def test_a_tool_with_a_small_corner_is_nearly_flat() -> None:
    bull = ToolShape("bull", 8.0, corner_radius_mm=0.01)
    found, flat = shaped(bull, slot(0.3)), measured(slot(0.3))
    assert found.max_removal_mm3_min == pytest.approx(flat.max_removal_mm3_min, rel=0.01)
    assert found.max_axial_mm == flat.max_axial_mm
