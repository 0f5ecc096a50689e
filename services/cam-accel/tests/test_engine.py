"""What does cam-accel refuse before anything is released?"""

from __future__ import annotations

import pytest
from rmos.cam_accel.engine import Refused, path_facts, read
from rmos.cam_accel.kernels import choose
from rmos.contracts.events import MachineFacts

KERNELS = choose("off")
MACHINE = MachineFacts(machine_id="m", rapid_mm_min=5000, accel_mm_s2=400, junction_deviation_mm=0.01, controller="grbl")


def test_a_program_of_several_tools_is_refused() -> None:
    with pytest.raises(Refused, match="T1, T2"):
        read(KERNELS, b"T1 M6\nM3 S9000\nG1 X1 F100\nT2 M6\nG1 X2\n")


def test_a_program_of_one_tool_is_read() -> None:
    assert len(read(KERNELS, b"T1 M6\nM3 S9000\nG1 X1 F100\n")) == 1


def test_a_cut_with_a_standing_spindle_is_refused_with_its_line() -> None:
    with pytest.raises(Refused, match="line 2"):
        path_facts(KERNELS, read(KERNELS, b"G0 Z5\nG1 X1 F100\n"), MACHINE)


def test_a_program_that_cuts_nothing_is_refused() -> None:
    with pytest.raises(Refused, match="cuts nothing"):
        path_facts(KERNELS, read(KERNELS, b"G0 X1\n"), MACHINE)
