"""Do canned cycles become the moves that a controller makes of them?"""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.gcode import interpret
from rmos.cam_accel.gcode.cycles import PECK_CLEARANCE_MM
from rmos.contracts.toolpath import MoveKind, Switch, Toolpath

START = "G0 X0 Y0 Z10\nF100 S1000 M3\n"


def read(text: str, dialect: str = "linuxcnc", start: str = START) -> Toolpath:
    return interpret((start + text).encode(), dialect=dialect).toolpath


def rows(text: str, dialect: str = "linuxcnc", start: str = START) -> list[tuple[str, float, float, float]]:
    """(kind, x, y, z) of what the cycle's lines make."""
    path = read(text, dialect, start)
    kinds = [MoveKind(int(kind)).name for kind in path.kind]
    return list(zip(kinds, path.x_mm.tolist(), path.y_mm.tolist(), path.z_mm.tolist(), strict=True))[1:]


def heights(text: str, dialect: str = "linuxcnc", start: str = START) -> list[tuple[str, float]]:
    return [(kind, z) for kind, _, _, z in rows(text, dialect, start)]


def test_drilling_goes_over_the_hole_to_r_down_and_up_to_where_it_came_from() -> None:
    assert rows("G98 G81 X4 Y5 Z-3 R2") == [
        ("RAPID", 4, 5, 10), ("RAPID", 4, 5, 2), ("LINEAR", 4, 5, -3), ("RAPID", 4, 5, 10),
    ]  # fmt: skip


def test_under_g99_the_tool_stays_at_r_between_holes() -> None:
    found = rows("G99 G81 X4 Y5 Z-3 R2\nX6\nY9\nG80")
    assert found[2:] == [
        ("LINEAR", 4, 5, -3), ("RAPID", 4, 5, 2), ("RAPID", 6, 5, 2), ("LINEAR", 6, 5, -3), ("RAPID", 6, 5, 2), ("RAPID", 6, 9, 2),
        ("LINEAR", 6, 9, -3), ("RAPID", 6, 9, 2),
    ]  # fmt: skip


def test_g98_goes_back_to_the_height_before_the_first_of_a_row_of_cycles() -> None:
    assert heights("G99 G81 X4 Y5 Z-3 R2\nG98 X6\nG80")[-1] == ("RAPID", 10)


def test_below_r_the_tool_rises_before_it_travels_and_g98_ends_at_r() -> None:
    assert rows("G0 Z1\nG98 G81 X4 Y5 Z-3 R2")[1:] == [
        ("RAPID", 0, 0, 2), ("RAPID", 4, 5, 2), ("LINEAR", 4, 5, -3), ("RAPID", 4, 5, 2),
    ]  # fmt: skip


def test_pecking_clears_the_hole_after_each_peck_and_returns_just_above_the_last_depth() -> None:
    assert heights("G99 G83 X0 Y0 Z-3 R1 Q1.5")[1:] == [
        ("LINEAR", -0.5), ("RAPID", 1), ("RAPID", -0.5 + PECK_CLEARANCE_MM), ("LINEAR", -2), ("RAPID", 1),
        ("RAPID", -2 + PECK_CLEARANCE_MM), ("LINEAR", -3), ("RAPID", 1),
    ]  # fmt: skip


def test_chip_breaking_lifts_only_a_little() -> None:
    assert heights("G99 G73 X0 Y0 Z-3 R1 Q2")[1:] == [
        ("LINEAR", -1),
        ("RAPID", -1 + PECK_CLEARANCE_MM),
        ("LINEAR", -3),
        ("RAPID", 1),
    ]


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 30), st.integers(1, 40), st.integers(1, 25), st.sampled_from(["G73", "G83"]))
def test_no_peck_is_deeper_than_q_and_the_last_one_reaches_the_bottom(r: int, deep: int, peck: int, code: str) -> None:
    found = heights(f"G99 {code} X0 Y0 Z-{deep / 10} R{r / 10} Q{peck / 10}")
    cut = [r / 10, *(z for kind, z in found if kind == "LINEAR")]
    assert cut[-1] == -deep / 10
    assert all(0 < a - b <= peck / 10 + 2e-6 for a, b in itertools.pairwise(cut))


def test_a_dwell_at_the_bottom_is_in_the_dialects_unit() -> None:
    assert read("G82 X1 Y1 Z-1 R1 P2").dwell_s.max() == 2
    fanuc = read("G82 X1. Y1. Z-1. R1. P250 F9", "fanuc", "G0 X0 Y0 Z10.\nM3 S99\n")
    assert fanuc.dwell_s.max() == 0.25


def test_tapping_reverses_the_spindle_at_the_bottom_and_comes_out_at_the_feed() -> None:
    path = read("G99 G84 X0 Y0 Z-3 R1\nG0 X5")
    found = [(int(k), z, int(s)) for k, z, s in zip(path.kind, path.z_mm, path.switches, strict=True)][2:]
    ccw = int(Switch.COUNTER_CLOCKWISE)
    assert found == [(MoveKind.LINEAR, -3, 0), (MoveKind.LINEAR, 1, ccw), (MoveKind.RAPID, 1, 0)]
    assert path.spindle_rpm.min() == 0
    assert set(path.spindle_rpm[1:].tolist()) == {1000.0}


@pytest.mark.parametrize("code", ["G85", "G89 P1"])
def test_boring_comes_out_at_the_feed(code: str) -> None:
    linear = [z for kind, z in heights(f"G98 {code} X0 Y0 Z-3 R1") if kind == "LINEAR"]
    assert linear == [-3, 10]
    fanuc = heights(f"G98 {code}00 X0 Y0 Z-3. R1. F9".replace("G8500", "G85"), "fanuc", "G0 X0 Y0 Z10.\n")
    assert [z for kind, z in fanuc if kind == "LINEAR"] == [-3, 1]
    assert fanuc[-1] == ("RAPID", 10)


def test_under_g91_r_is_from_here_the_bottom_from_r_and_repeats_step_on() -> None:
    found = rows("G91 G98 G81 X4 Y5 Z-3 R-8 L3")
    assert [(x, y, z) for kind, x, y, z in found if kind == "LINEAR"] == [(4, 5, -1), (8, 10, -1), (12, 15, -1)]
    assert found[-1] == ("RAPID", 12, 15, 10)


@pytest.mark.parametrize(("plane", "hole", "deep"), [("G17", "XY", "Z"), ("G18", "ZX", "Y"), ("G19", "YZ", "X")])
def test_cycles_go_down_along_the_third_axis_of_the_plane(plane: str, hole: str, deep: str) -> None:
    path = interpret(f"G0 X9 Y9 Z9 F50\n{plane} G99 G81 {hole[0]}1 {hole[1]}2 {deep}-3 R4".encode(), dialect="mach").toolpath
    ends = {"X": path.x_mm, "Y": path.y_mm, "Z": path.z_mm}
    assert ends[deep].tolist() == [9, 9, 4, -3, 4]
    assert (ends[hole[0]][-1], ends[hole[1]][-1]) == (1, 2)


def test_each_move_of_a_cycle_has_the_number_of_its_line() -> None:
    path = read("G99 G83 X0 Y0 Z-3 R1 Q1\nX5")
    assert path.line.tolist()[1:] == sorted(path.line.tolist()[1:])
    assert set(path.line.tolist()) == {1, 3, 4}


def test_in_inches_all_words_of_a_cycle_are_inches() -> None:
    path = interpret(b"G20 G0 X0 Y0 Z1 F10\nG99 G83 X0 Y0 Z-1 R0.5 Q0.75", dialect="linuxcnc").toolpath
    cut = path.z_mm[path.is_cut].tolist()
    assert cut == pytest.approx([-0.25 * 25.4, -25.4])


def test_heights_of_another_origin_are_asked_for_again() -> None:
    for change in ("G92 Z3", "G20", "G54", "G91"):
        with pytest.raises(ValueError, match="needs R in its first line"):
            read(f"G99 G81 X1 Y1 Z-3 R2\n{change}\nX5")
