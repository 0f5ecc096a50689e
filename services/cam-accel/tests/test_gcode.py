"""Does the reader do what a controller does, and refuse what it must, with line and column?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from rmos.cam_accel.gcode import NO_OFFSETS, OFFSET_CODES, GcodeError, interpret
from rmos.cam_accel.geometry import extent, length_mm, starts_and_ends
from rmos.contracts.toolpath import MoveKind


def diagnostic(text: str | bytes) -> tuple[str, int, int]:
    with pytest.raises(GcodeError) as error:
        interpret(text if isinstance(text, bytes) else text.encode())
    first = error.value.diagnostics[0]
    return first.code, first.line, first.column


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (b"", "empty", 1),
        (b"G1 X1\x00", "binary", 1),
        ("G21\nG1 X1 F1 (a (b) c)", "nested_comment", 2),
        ("G1 X1 F1 (open", "unclosed_comment", 1),
        ("G21 G90\nG2 X11 Y0 I5 J0 F100", "arc_radius", 2),
        ("G2 X10 Y0 R1 F100", "arc_chord", 1),
        ("G2 X10 F100", "arc_centre", 1),
        ("G1 X1", "no_feed", 1),
        ("G81 X1 Z-1 R1 F10", "unsupported_g", 1),
        ("M98 P1", "unsupported_m", 1),
        ("G0 X#1", "parameter", 1),
        ("G0 G1 X1 F1", "modal_conflict", 1),
        ("X1", "no_motion", 1),
        ("G90 G91\nG0 X1", "modal_conflict", 1),
        ("G17 G18\nG0 X1", "modal_conflict", 1),
        ("M3 M5\nG0 X1", "modal_conflict", 1),
        ("G93 G1 X1 F0", "inverse_time", 1),
        ("G93 G1 X1 F-1", "negative", 1),
        ("G1 X1 F" + "9" * 400, "out_of_range", 1),
        ("G1 X1 F-5", "negative", 1),
        ("G1 X1 F100\nG93 X2 F10\nG94 X3", "no_feed", 3),
        ("G91 G1 X1 F100", "unknown_start", 1),
        ("G0 X1\nG91 G1 X1 Z-1 F100", "unknown_start", 2),
        ("G0 X10\nG2 X10 I-10 F100", "unknown_start", 2),
        ("G0 X1 (done!)", "real_time", 1),
        ("G0 X1 ; ~", "real_time", 1),
        ("/G1 X1 F100", "block_delete", 1),
        ("%G1 X1 F100", "bad_word", 1),
        ("G0 X1\nM30\nG0 X9 Z-50", "after_end", 3),
        ("G0 X1 (caf\u00e9)", "not_ascii", 1),
        ("G2 X10 R6 I5 F100", "arc_both", 1),
        ("G0 X1 X2", "repeated_word", 1),
        ("G1 X1e9 F1", "unsupported_word", 1),
    ],
)
def test_a_bad_program_is_refused_with_its_place(text: str | bytes, code: str, line: int) -> None:
    found = diagnostic(text)
    assert found[:2] == (code, line)


def test_what_only_ends_a_program_again_may_stand_after_its_end() -> None:
    assert len(interpret(b"G0 X1\nM30\n%\nM5\nN9 M30\n(done)\n").toolpath) == 1


def test_all_errors_of_a_file_come_in_one_pass() -> None:
    with pytest.raises(GcodeError) as error:
        interpret(b"G81 X1\nG0 X1\nM98\n")
    assert [d.line for d in error.value.diagnostics] == [1, 3]


def placed(**machine: tuple[float, float, float]) -> NDArray[np.float64]:
    offsets = NO_OFFSETS.copy()
    for name, point in machine.items():
        offsets[OFFSET_CODES.index(int(name[1:]))] = point
    return offsets


PLACES = placed(g54=(-400, -300, -80), g55=(-100, -300, -70), g28=(-1, -2, -3))


def ends(text: str, offsets: NDArray[np.float64] = PLACES) -> list[tuple[float, float, float]]:
    path = interpret(text.encode(), offsets).toolpath
    return list(zip(path.x_mm.tolist(), path.y_mm.tolist(), path.z_mm.tolist(), strict=True))


def test_g53_goes_to_machine_coordinates_for_one_line() -> None:
    assert ends("G0 X1 Y1 Z1\nG53 G0 Z-3\nZ5") == [(1, 1, 1), (1, 1, 77), (1, 1, 5)]


def test_g53_takes_no_notice_of_g91_g92_and_other_offsets() -> None:
    assert ends("G0 X0\nG92 X9\nG55 G91\nG53 G0 X-390")[-1][0] == 10


def test_g28_goes_by_its_axis_words_and_moves_only_their_axes() -> None:
    assert ends("G0 X1 Y1 Z1\nG91 G28 Z4") == [(1, 1, 1), (1, 1, 5), (1, 1, 77)]
    assert ends("G0 X1 Y1 Z1\nG28") == [(1, 1, 1), (399, 298, 77)]


def test_a_retract_by_g91_g28_z0_may_open_a_program() -> None:
    assert ends("G91 G28 Z0\nG90\nG0 X5") == [(0, 0, 77), (5, 0, 77)]


def test_a_relative_way_home_from_an_unknown_place_is_refused() -> None:
    assert diagnostic_of("G91 G28 Z4") == "unknown_start"


def test_work_offsets_lie_beside_g54() -> None:
    assert ends("G55\nG0 X0 Y0 Z0\nG54\nX0 Y0 Z0") == [(300, 0, 10), (0, 0, 0)]


def test_g92_names_the_present_position_anew_until_it_is_taken_back() -> None:
    assert ends("G0 X10\nG92 X0\nG0 X5\nG92.1\nG0 X5", NO_OFFSETS) == [(10, 0, 0), (15, 0, 0), (5, 0, 0)]
    assert ends("G20\nG0 X1\nG92 X0\nG0 X1", NO_OFFSETS)[-1][0] == 50.8


def diagnostic_of(text: str) -> str:
    with pytest.raises(GcodeError) as error:
        interpret(text.encode(), PLACES)
    return error.value.diagnostics[0].code


@pytest.mark.parametrize("text", ["G92 X0", "G28 X0\nG92 Y0"])
def test_g92_at_a_place_the_program_never_named_is_refused(text: str) -> None:
    assert diagnostic_of(text) == "unknown_start"


@pytest.mark.parametrize("text", ["G28", "G30 Z0", "G53 G0 X1", "G55\nG0 X1", "G59\nG0 X1"])
def test_positions_that_nobody_stated_are_asked_for_by_name(text: str) -> None:
    with pytest.raises(GcodeError, match=r"options\.offsets\.g54"):
        interpret(text.encode())


def test_inverse_time_feeds_are_length_times_f_on_arcs_too() -> None:
    path = interpret(b"G93\nG0 X10 Y0\nG3 X-10 Y0 I-10 F2\nG1 X0 F3").toolpath
    assert path.feed_mm_min.tolist() == pytest.approx([0, 20 * math.pi, 30])


def test_a_dwell_does_not_swallow_the_move_of_its_line() -> None:
    path = interpret(b"G1 X0 F100\nG4 P1 X50\n").toolpath
    assert [(int(k), x) for k, x in zip(path.kind, path.x_mm, strict=True)] == [(1, 0), (4, 0), (1, 50)]


@pytest.mark.parametrize(
    ("text", "code"),
    [("G0 X1\n%\nG0 X2", "after_end"), ("G1 X1 R2 F9", "unused_word"), ("G2 I5 F9", "arc_end"), ("G0 G28 Z0", "axis_conflict")],
)
def test_what_a_controller_stops_at_is_refused_before_it(text: str, code: str) -> None:
    assert diagnostic_of(text) == code


def test_inches_become_mm() -> None:
    path = interpret(b"G20\nG1 X1 Y-2 F10\n").toolpath
    assert (path.x_mm[0], path.y_mm[0], path.feed_mm_min[0]) == (25.4, -50.8, 254.0)


def test_relative_moves_add_up() -> None:
    path = interpret(b"G0 X0\nG91\nG1 X1 F10\nX1\nG90\nX0\n").toolpath
    assert path.x_mm.tolist() == [0, 1, 2, 0]


def test_no_spaces_lower_case_line_numbers_and_comments_are_read() -> None:
    path = interpret(b"%\nn10g1x1.5y-.5f100(hi);there\nM30\n%\n").toolpath
    assert (path.x_mm.tolist(), path.y_mm.tolist()) == ([1.5], [-0.5])


@given(st.floats(1, 500), st.floats(0, 6.28), st.floats(0.1, 6.2), st.sampled_from(["G17", "G18", "G19"]), st.booleans())
def test_arcs_have_their_radius_and_their_turn(radius: float, start: float, turn: float, plane: str, ccw: bool) -> None:
    a, b = {"G17": ("X", "Y"), "G18": ("Z", "X"), "G19": ("Y", "Z")}[plane]
    centre = {"X": "I", "Y": "J", "Z": "K"}
    sign = 1 if ccw else -1
    p = (radius * math.cos(start), radius * math.sin(start))
    q = (radius * math.cos(start + sign * turn), radius * math.sin(start + sign * turn))
    arc = f"G{3 if ccw else 2} {a}{q[0]:.9f} {b}{q[1]:.9f} {centre[a]}{-p[0]:.9f} {centre[b]}{-p[1]:.9f}"
    path = interpret(f"{plane} G1 {a}{p[0]:.9f} {b}{p[1]:.9f} F100\n{arc}\n".encode()).toolpath
    n, begin, end = list(starts_and_ends(path))[1]
    assert path.kind[1] in (MoveKind.ARC_CW, MoveKind.ARC_CCW)
    assert math.isclose(length_mm(path, n, begin, end), radius * turn, rel_tol=1e-5, abs_tol=1e-5)


def test_the_extent_of_a_full_circle_is_the_circle() -> None:
    low, high = extent(interpret(b"G1 X10 Y0 F100\nG2 X10 I-10\n").toolpath)
    assert low[:2] == pytest.approx((-10, -10), abs=0.01)
    assert high[:2] == pytest.approx((10, 10), abs=0.01)


@pytest.mark.parametrize("code", ["G2", "G3"])
@pytest.mark.parametrize(("i", "j"), [(10, 0), (-10, 0), (0, 10), (0, -10), (-0.0, 10), (6, 8)])
def test_a_full_circle_has_its_whole_length_wherever_it_starts(code: str, i: float, j: float) -> None:
    path = interpret(f"G1 X1 Y2 F100\n{code} X1 Y2 I{i} J{j}\n".encode()).toolpath
    n, begin, end = list(starts_and_ends(path))[1]
    assert math.isclose(length_mm(path, n, begin, end), 20 * math.pi)


@pytest.mark.parametrize(
    ("program", "units", "distance"),
    [
        ("G21 G90\nG0 X1\n", True, True),
        ("G0 G20 X1\nG91 X1\n", True, False),
        ("G0 X1\nG21 G90\nX2\n", False, False),
        ("G4 P1\nG90\nG28 X0\nG21\n", False, True),
        ("(G21 G90)\nG0 X1\n", False, False),
    ],
)
def test_units_and_distance_mode_are_stated_before_or_with_the_first_move(program: str, units: bool, distance: bool) -> None:
    offsets = np.zeros((8, 3))
    found = interpret(program.encode(), offsets)
    assert (found.states_units, found.states_distance) == (units, distance)
