"""Does each dialect mean what its controller means: dwells, comments, checksums, tools, turns, offsets?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from rmos.cam_accel.gcode import DIALECTS, NO_OFFSETS, GcodeError, Limits, interpret
from rmos.cam_accel.geometry import lengths_mm
from rmos.contracts.toolpath import MoveKind, Switch, Toolpath

MILLS = ("grblhal", "linuxcnc", "mach", "fanuc")
G54 = NO_OFFSETS.copy()
G54[0] = (-400, -300, -80)


def read(text: str, dialect: str, offsets: NDArray[np.float64] = NO_OFFSETS) -> Toolpath:
    return interpret(text.encode(), offsets, dialect).toolpath


def ends(path: Toolpath) -> list[tuple[float, float, float]]:
    return list(zip(path.x_mm.tolist(), path.y_mm.tolist(), path.z_mm.tolist(), strict=True))


@pytest.mark.parametrize(
    ("dialect", "text", "seconds"),
    [
        ("grbl", "G4 P2", 2), ("grblhal", "G4 P0.5", 0.5), ("linuxcnc", "G4 P2", 2), ("mach", "G4 P2", 2),
        ("marlin", "G4 P2", 0.002), ("marlin", "G4 S2", 2), ("fanuc", "G4 X2.", 2), ("fanuc", "G4 U2.5", 2.5), ("fanuc", "G4 P2", 0.002),
    ],
)  # fmt: skip
def test_a_dwell_lasts_what_its_controller_makes_of_it(dialect: str, text: str, seconds: float) -> None:
    path = read(f"G0 X1.\n{text}", dialect)
    assert path.dwell_s.tolist() == [0, seconds]
    assert path.x_mm.tolist() == [1, 1]


def test_marlins_dwell_word_s_is_no_spindle_speed() -> None:
    assert read("M3 S900\nG4 S2\nG0 X1", "marlin").spindle_rpm.tolist() == [900, 900]


def test_a_line_with_a_true_checksum_is_read_and_its_number_taken_away() -> None:
    line = "N3 G0 X5"
    found = 0
    for sign in line:
        found ^= ord(sign)
    assert ends(read(f"{line}*{found} ; sent", "marlin")) == [(5, 0, 0)]
    assert ends(read("N3 T0*57\nG0 X1", "marlin")) == [(1, 0, 0)]


def test_a_fanuc_program_may_begin_with_its_number() -> None:
    assert len(read("%\nO1234 (BRIDGE)\nN10 G0 X1.\nM30\n%", "fanuc")) == 1


@pytest.mark.parametrize("dialect", MILLS)
def test_m6_puts_the_selected_tool_into_the_spindle_and_stops_it(dialect: str) -> None:
    program = interpret(b"T3\nM3 S500\nG0 X1.\nM6\nG0 X2.\nT5 M6\nM3\nG0 X3.", dialect=dialect)
    path = program.toolpath
    changes = MoveKind.TOOL_CHANGE
    assert path.kind.tolist() == [0, changes, 0, changes, 0]
    assert path.tool.tolist() == [0, 3, 3, 5, 5]
    assert path.spindle_rpm.tolist() == [500, 0, 0, 0, 500]
    assert path.x_mm.tolist() == [1, 1, 2, 2, 3]
    assert program.tools == (3, 5)


def test_a_tool_that_is_only_selected_is_in_no_spindle() -> None:
    assert interpret(b"T3\nG0 X1", dialect="mach").tools == ()
    assert interpret(b"T3\nG0 X1\nT4", dialect="grbl").tools == (3, 4)


def test_the_same_tool_twice_is_changed_twice() -> None:
    assert read("T1 M6\nM6\nG0 X1", "linuxcnc").kind.tolist() == [6, 6, 0]


def test_stops_are_rows_at_the_place_where_the_line_ends() -> None:
    path = read("G0 X1.\nG0 X2. M0\nM1\nG0 X3.", "grbl")
    assert [(int(k), x) for k, x in zip(path.kind, path.x_mm, strict=True)] == [(0, 1), (0, 2), (5, 2), (5, 2), (0, 3)]


def test_switches_tell_coolant_and_the_way_the_spindle_turns() -> None:
    path = read("M4 S100\nG0 X1.\nM7\nG0 X2.\nM8\nG0 X3.\nM3\nG0 X4.\nM9\nG0 X5.\nM4 M8\nG0 X6.\nM5\nG0 X7.", "linuxcnc")
    mist, flood, ccw = Switch.MIST, Switch.FLOOD, Switch.COUNTER_CLOCKWISE
    assert path.switches.tolist() == [ccw, ccw | mist, ccw | mist | flood, mist | flood, 0, ccw | flood, flood]
    assert path.spindle_rpm.tolist() == [100, 100, 100, 100, 100, 100, 0]


def test_p_of_an_arc_counts_turns_in_all_for_linuxcnc_and_besides_for_marlin() -> None:
    three = read("G0 X10 Y0 Z0\nF9\nG3 X10 Y0 Z-3 I-10 P3", "linuxcnc")
    assert ends(three)[1:] == [(10, 0, -1), (10, 0, -2), (10, 0, -3)]
    assert ends(read("G0 X10 Y0 Z0\nF9\nG3 X10 Y0 Z-3 I-10 P2", "marlin"))[1:] == ends(three)[1:]


def test_turns_rise_evenly_and_are_as_long_as_the_whole_helix() -> None:
    path = read("G0 X10 Y0 Z0\nF9\nG3 X0 Y10 Z-4.5 I-10 P3", "linuxcnc")
    assert path.z_mm.tolist()[1:] == pytest.approx([-2, -4, -4.5])
    turn = 4.5 * math.pi
    assert lengths_mm(path)[1:].sum() == pytest.approx(math.hypot(10 * turn, 4.5))


def test_inverse_time_covers_all_turns() -> None:
    path = read("G0 X10 Y0 Z0\nG93\nG3 X10 Y0 I-10 P2 F1", "linuxcnc")
    assert path.feed_mm_min.tolist()[1:] == pytest.approx([40 * math.pi] * 2)


@pytest.mark.parametrize("dialect", ["linuxcnc", "mach"])
def test_absolute_centres_are_places_of_the_program(dialect: str) -> None:
    start = "G0 X10 Y5\nF9\nG92 X110\n"
    relative, absolute = read(start + "G2 X130 Y5 I10 J0", dialect), read(start + "G90.1 G2 X130 Y5 I120 J5", dialect)
    assert ends(relative) == ends(absolute)
    assert absolute.i_mm.tolist() == relative.i_mm.tolist() == [0, 10]


def test_g10_l20_calls_the_present_place_by_a_name_in_its_own_offset() -> None:
    assert ends(read("G0 X5 Y5 Z0\nG10 L20 P1 X0\nG0 X1", "grbl")) == [(5, 5, 0), (6, 5, 0)]


def test_g10_l20_makes_another_offset_known() -> None:
    assert ends(read("G0 X5 Y6 Z7\nG10 L20 P2 X0 Y0 Z0\nG55\nG0 X1 Y1 Z1", "grblhal"))[-1] == (6, 7, 8)


def test_g10_l2_states_an_offset_in_machine_coordinates() -> None:
    path = read("G0 X0 Y0 Z0\nG10 L2 P2 X-390 Y-300 Z-80\nG55\nG0 X1 Y1 Z1", "linuxcnc", G54)
    assert ends(path)[-1] == (11, 1, 1)


def test_g10_l2_p0_moves_the_offset_in_effect() -> None:
    assert ends(read("G0 X0\nG10 L2 P0 X-399\nG0 X0", "grbl", G54))[-1][0] == 1


def test_linuxcnc_has_three_more_offsets() -> None:
    assert ends(read("G0 X5 Y6 Z7\nG10 L20 P9 X0 Y0 Z0\nG59.3\nG0 X1 Y1 Z1", "linuxcnc"))[-1] == (6, 7, 8)


def test_g92_2_sets_the_shift_aside_and_g92_3_brings_it_back() -> None:
    path = read("G0 X10\nG92 X0\nG92.2\nG0 X1\nG92.3\nG0 X1\nG92.1\nG92.3\nG0 X1", "linuxcnc")
    assert path.x_mm.tolist() == [10, 1, 11, 1]


def test_after_a_tool_length_comes_into_effect_z_must_be_stated_before_it_is_stepped() -> None:
    assert ends(read("G0 X0 Y0 Z5\nG43 H1 Z9\nG91 G0 Z-1", "mach"))[-1][2] == 8
    with pytest.raises(GcodeError, match="never set"):
        read("G0 X0 Y0 Z5\nG43 H1\nG91 G0 Z-1", "mach")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_reads_what_all_have_in_common(dialect: str) -> None:
    path = read("G21\nG90\nG17\nM3 S100\nG0 X1. Y2. Z3.\nG1 X2. F50\nG2 X4. Y2. I1. J0\nM5\nM0", dialect)
    assert path.kind.tolist() == [0, 1, 2, 5]


def test_limits_are_the_callers() -> None:
    assert len(interpret(b"G0 X1\nX2\n", limits=Limits(moves=2)).toolpath) == 2
    with pytest.raises(GcodeError, match="more than 1 moves"):
        interpret(b"G0 X1\nX2\n", limits=Limits(moves=1))


def test_g10_l20_reckons_with_the_shift_of_g92() -> None:
    assert read("G0 X5\nG92 X1\nG10 L20 P1 X0\nG0 X1", "linuxcnc").x_mm.tolist() == [5, 6]


@pytest.mark.parametrize(
    ("text", "takers"),
    [
        ("G64", "linuxcnc mach fanuc"), ("G64 P0.01 Q0.01", "linuxcnc mach fanuc"), ("G61", "grbl grblhal linuxcnc mach fanuc"),
        ("G61.1", "linuxcnc"), ("G90.1", "linuxcnc mach"), ("G91.1", "grbl grblhal linuxcnc mach"), ("G93", "grbl grblhal linuxcnc mach fanuc"),
        ("G97", "grblhal linuxcnc fanuc"), ("G69", "mach fanuc"), ("M6", "grblhal linuxcnc mach fanuc"), ("M7", " ".join(DIALECTS)),
        ("G43 H1", "grblhal linuxcnc mach fanuc"), ("G49", "grbl grblhal linuxcnc mach fanuc"), ("G92.1", "grbl grblhal linuxcnc mach"),
        ("G92.2", "grblhal linuxcnc mach"), ("M30", "grbl grblhal linuxcnc mach fanuc"), ("M48", "grblhal linuxcnc mach fanuc"),
        ("G84 X1. Z-1. R1. F9", "linuxcnc mach fanuc"), ("G81 X1. Z-1. R1. F9", "grblhal linuxcnc mach fanuc"), ("#1=2", "linuxcnc"),
        ("(note)", "grbl grblhal linuxcnc mach fanuc"), (";note", "grbl grblhal linuxcnc mach marlin"), ("G0 X1 ; hold!", "linuxcnc mach marlin"),
    ],
)  # fmt: skip
def test_each_dialect_takes_its_own_codes_and_no_others(text: str, takers: str) -> None:
    def takes(dialect: str) -> bool:
        try:
            read(f"T1\nM3 S9\nG0 X0 Y0 Z5.\n{text}", dialect)
        except GcodeError:
            return False
        return True

    assert [dialect for dialect in DIALECTS if takes(dialect)] == takers.split()
