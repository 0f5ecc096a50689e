"""What does cam-accel refuse before anything is released?"""

from __future__ import annotations

import pytest
from rmos.cam_accel.engine import read_program
from rmos.cam_accel.errors import Refused
from rmos.cam_accel.facts import path_facts, rapid_lowest_mm
from rmos.cam_accel.kernels import choose
from rmos.contracts.events import MachineFacts, PathFacts, ToolFacts

KERNELS = choose("off")
MACHINE = MachineFacts(machine_id="m", rapid_mm_min=5000, accel_mm_s2=400, junction_deviation_mm=0.01, controller="grbl")
TOOL = ToolFacts(tool_id="t", diameter_mm=6, flutes=2, flute_length_mm=20, center_cutting=True)


def test_a_program_of_several_tools_is_refused() -> None:
    with pytest.raises(Refused, match="T1, T2"):
        read_program(KERNELS, b"T1\nM3 S9000\nG1 X1 F100\nT2\nG1 X2\n")


def test_a_program_of_one_tool_is_read() -> None:
    assert len(read_program(KERNELS, b"T1\nM3 S9000\nG1 X1 F100\n").toolpath) == 1


def test_a_cut_with_a_standing_spindle_is_refused_with_its_line() -> None:
    with pytest.raises(Refused, match="line 2"):
        path_facts(KERNELS, read_program(KERNELS, b"G0 Z5\nG1 X1 F100\n"), MACHINE, TOOL)


def test_a_program_that_cuts_nothing_is_refused() -> None:
    with pytest.raises(Refused, match="cuts nothing"):
        path_facts(KERNELS, read_program(KERNELS, b"G0 X1\n"), MACHINE, TOOL)


def facts_of(program: bytes) -> PathFacts:
    found = read_program(KERNELS, program)
    return path_facts(KERNELS, found, MACHINE, TOOL)


def test_the_facts_tell_how_the_tool_meets_the_stock() -> None:
    facts = facts_of(b"G21\nM3 S9000\nG0 Z5\nG0 X0 Y0\nG1 Z-2 F200\nX40 F900\nG0 X60\nZ3\nX0\n")
    assert (facts.max_axial_mm, facts.max_radial_mm, facts.max_plunge_mm_min) == (2.0, 6.0, 200.0)
    assert (facts.max_feed_per_turn_mm, facts.rapid_cuts, facts.spindle_off_cuts) == (0.1, 1, 0)
    assert (facts.rapid_lowest_mm, facts.states_units, facts.states_distance) == (-2.0, True, False)
    assert facts.max_removal_mm3_min == pytest.approx(12 * 900, rel=0.04)


def test_what_cannot_be_measured_is_none() -> None:
    facts = path_facts(KERNELS, read_program(KERNELS, b"M3 S9000\nG1 X9000 Y9000 Z-1 F9\n"), MACHINE, TOOL)
    assert (facts.max_axial_mm, facts.max_removal_mm3_min, facts.rapid_cuts) == (None, None, None)


@pytest.mark.parametrize(
    ("program", "lowest_mm"),
    [
        (b"G0 X5 Y5\nG0 Z8\nX0\nX9 Z4\nZ-3\n", 4.0),
        (b"G0 X5 Z8\nG1 Z-1 F9\nG0 X0 Z7\n", -1.0),
        (b"G0 X5 Y5\nG0 Z8\nZ-3\n", None),
        (b"G0 X5 Z8\nG1 Z-1 F9\n", 8.0),
    ],
)
def test_the_lowest_rapid_is_one_that_travels_at_a_known_height(program: bytes, lowest_mm: float | None) -> None:
    assert rapid_lowest_mm(read_program(KERNELS, program).toolpath) == lowest_mm
