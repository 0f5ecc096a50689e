"""Is a posted program the planned path, and is a difference seen?"""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from rmos.cam_accel.gcode import interpret
from rmos.cam_accel.post import differences, post_grbl
from rmos.contracts.toolpath import MoveKind, Toolpath

PROGRAM = b"""G21 G90 G17
G0 Z5
G0 X10 Y0
M3 S12000
G1 Z-1 F0.04
G2 X0 Y10 I-10 J0 F800
G1 X0 Y0 F600
M5
G4 P1
M3 S9000
G1 X3 Y4 F500
G0 Z5
"""


def path_of(program: bytes = PROGRAM) -> Toolpath:
    return interpret(program).toolpath


def reread(path: Toolpath) -> Toolpath:
    return interpret(post_grbl(path, "job", 5)).toolpath


def test_rapids_before_the_spindle_restarts_arcs_and_slow_feeds_read_back_the_same() -> None:
    assert differences(path_of(), reread(path_of()), 5) == []


def test_the_spindle_gets_its_dwell_before_each_first_cut() -> None:
    lines = post_grbl(path_of(), "job", 5).decode().splitlines()
    starts = [n for n, line in enumerate(lines) if line.startswith("M3 ")]
    assert len(starts) == 2
    assert all(lines[n + 1] == "G4 P2" for n in starts)


def test_the_same_path_gives_the_same_bytes() -> None:
    assert post_grbl(path_of(), "job", 5) == post_grbl(path_of(), "job", 5)


@pytest.mark.parametrize("column", ["x_mm", "y_mm", "z_mm", "feed_mm_min", "spindle_rpm"])
@pytest.mark.parametrize("row", range(7))
def test_a_change_in_any_move_is_seen(column: str, row: int) -> None:
    path = path_of()
    again = reread(path)
    moves = [n for n, kind in enumerate(again.kind.tolist()) if kind != MoveKind.DWELL][1:-1]
    assert len(moves) == 7
    changed = getattr(again, column).copy()
    changed[moves[row]] += 1.0
    assert differences(path, replace(again, **{column: changed}), 5) != []


@pytest.mark.parametrize("column", ["i_mm", "j_mm"])
def test_a_change_of_an_arc_centre_is_seen(column: str) -> None:
    again = reread(path_of())
    changed = getattr(again, column).copy()
    changed[again.kind.tolist().index(MoveKind.ARC_CW)] += 1.0
    assert differences(path_of(), replace(again, **{column: changed}), 5) != []


@pytest.mark.parametrize("row", [0, -1])
def test_a_first_or_last_move_that_is_no_lift_is_seen(row: int) -> None:
    again = reread(path_of())
    z = again.z_mm.copy()
    z[row] = -50
    assert differences(path_of(), replace(again, z_mm=z), 5) != []


def test_an_arc_shorter_than_the_last_decimal_never_becomes_a_circle() -> None:
    turn = 0.0004 / 10
    x, y = 10 * math.cos(turn), 10 * math.sin(turn)
    path = path_of(f"M3 S9000\nG0 X10 Y0 Z5\nG3 X{x:.9f} Y{y:.9f} I-10 J0 F100\nG1 X0 Y0\n".encode())
    again = reread(path)
    assert not any(kind in (MoveKind.ARC_CW, MoveKind.ARC_CCW) for kind in again.kind.tolist())
    assert differences(path, again, 5) == []


def test_a_full_circle_stays_one() -> None:
    path = path_of(b"M3 S9000\nG0 X10 Y0 Z5\nG3 X10 Y0 I-10 J0 F100\n")
    again = reread(path)
    assert MoveKind.ARC_CCW in again.kind.tolist()
    assert differences(path, again, 5) == []
