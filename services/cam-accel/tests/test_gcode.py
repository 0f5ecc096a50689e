"""Does the reader do what a controller does, and refuse what it must, with line and column?"""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rmos.cam_accel.gcode import GcodeError, interpret
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
        ("G2 X10 Y0 R1 F100", "arc_radius", 1),
        ("G2 X10 F100", "arc_centre", 1),
        ("G1 X1", "no_feed", 1),
        ("G81 X1 Z-1 R1 F10", "unsupported_g", 1),
        ("M98 P1", "unsupported_m", 1),
        ("G0 X#1", "bad_word", 1),
        ("G0 G1 X1 F1", "modal_conflict", 1),
        ("X1", "no_motion", 1),
        ("G90 G91\nG0 X1", "modal_conflict", 1),
        ("G17 G18\nG0 X1", "modal_conflict", 1),
        ("M3 M5\nG0 X1", "modal_conflict", 1),
        ("G93 G1 X1 F0", "inverse_time", 1),
        ("G93 G1 X1 F-1", "inverse_time", 1),
        ("G1 X1 F" + "9" * 400, "out_of_range", 1),
        ("G1 X1 F-5", "no_feed", 1),
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
        ("G2 X10 R6 I5 F100", "arc_centre", 1),
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
