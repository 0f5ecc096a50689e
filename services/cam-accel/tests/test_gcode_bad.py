"""Is every bad program refused, at its line, by its name, with GRBL's number for it, and once only?"""

from __future__ import annotations

import pytest
from rmos.cam_accel.gcode import DIALECTS, GRBL_ERRORS, NO_OFFSETS, GcodeError, Limits
from rmos.cam_accel.gcode.faults import MESSAGES
from rmos.cam_accel.kernels import choose

KERNELS = [choose("off"), choose("auto")]
OFFSETS = NO_OFFSETS.copy()
OFFSETS[0] = OFFSETS[6] = (0, 0, 0)
SMALL = Limits(program_bytes=10_000, moves=500, steps=300)
AT = "G0 X0 Y0 Z9 F100\n"
"""A first line after which place and feed are known."""

EVERYWHERE: list[tuple[str | bytes, int, str]] = [
    (b"", 1, "empty"), (b"\n\n\n", 1, "empty"), (b"G0 X1.\n\x00", 2, "binary"), (b"\x89PNG\r\n\x1a\n\x00\x00", 2, "binary"),
    ("G0 X1.\nG1 X2.", 2, "no_feed"), ("G1 X1. F0", 1, "no_feed"), ("G0 X1.\nG1 X2. F-5", 2, "negative"), ("X1.", 1, "no_motion"),
    ("G0 X1. X2.", 1, "repeated_word"), ("G0 X", 1, "no_number"), ("G0 X.", 1, "no_number"), ("G0 X1.\nG0 Y1..2", 2, "bad_word"),
    ("G0 X1e3", 1, "unsupported_word"), ("G0 X1000000000.", 1, "out_of_range"),
    ("G0 X" + "9" * 400 + ".", 1, "out_of_range"), ("G0 X200000.", 1, "too_far"), ("G0 A90.", 1, "unsupported_word"),
    ("G0 X1.\nG41 D1", 2, "unsupported_g"), ("G0 X1.\nM98 P1000", 2, "unsupported_m"), ("G0 X1.\nG38.2 Z-5. F10", 2, "unsupported_g"),
    ("/G0 X1.", 1, "block_delete"), ("G0 X1.\nG2 X5. F9.", 2, "arc_centre"), ("G0 X1. Y0\nF9\nG2 X9. Y0 R1.", 3, "arc_chord"),
    ("G0 X0 Y0\nF9\nG2 X9. Y0 I2.", 3, "arc_radius"), ("G0 X0 Y0\nF9\nG2 X9. R6. I5.", 3, "arc_both"), ("G0 X0 Y0\nF9\nG3 I5.", 3, "arc_end"),
    ("F9\nG0 X1.\nG2 X9. R6.", 3, "unknown_start"), ("G0 X1.\nG1 Y2. R3. F9.", 2, "unused_word"), ("G0 X1.\nG4", 2, "dwell"),
    ("G0 X1.\nT70000", 2, "tool_number"), ("G0 X1.\nT1.5", 2, "whole_number"), ("G0 X1.\nN-1 G0 X2.", 2, "negative"),
    ("G91\nG0 X1.", 2, "unknown_start"), ("G92 X0", 1, "unknown_start"), ("G0 X1.\nG92", 2, "no_axes"), ("G0 X1.\nM3.5", 2, "unsupported_m"),
    ("G55\nG0 X1.", 1, "needs_offset"), ("G0 X1.\n\u00e9", 2, "not_ascii"), ("G0 X1.\n@", 2, "bad_word"), ("G0 X1.\nGX", 2, "no_number"),
    ("G0 X1.\n" * 501, 501, "too_many_moves"), ("G0 X1.\n" * 1500, 1, "too_large"),
]  # fmt: skip

BAD: list[tuple[str, str, int, str]] = [
    ("grbl", "G0 X1 (a (b) c)", 1, "nested_comment"), ("grbl", "G0 X1\n(open", 2, "unclosed_comment"), ("grbl", "G0 X1)", 1, "comment"),
    ("grbl", AT + "G81 X1 Z-1 R1", 2, "unsupported_g"), ("grbl", AT + "M6", 2, "unsupported_m"), ("grbl", AT + "G43 H1", 2, "unsupported_g"),
    ("grbl", AT + "G64", 2, "unsupported_g"), ("grbl", "G0 G1 X1 F1", 1, "modal_conflict"), ("grbl", "M3 M5\nG0 X1", 1, "modal_conflict"),
    ("grbl", "M7 M8\nG0 X1", 1, "modal_conflict"), ("grbl", AT + "G0 G28 Z0", 2, "axis_conflict"), ("grbl", AT + "G10 L2 P1 G0 X1", 2, "axis_conflict"),
    ("grbl", AT + "G1 X1 P5", 2, "unused_word"), ("grbl", AT + "G0 X#1", 2, "parameter"), ("grbl", AT + "O100 sub", 2, "parameter"),
    ("grbl", AT + "G10 P1 X1", 2, "offset_number"), ("grbl", AT + "G10 L20 P7 X1", 2, "offset_number"), ("grbl", AT + "G10 L1 P1 X1", 2, "unsupported_l"),
    ("grbl", AT + "G10 L2 P1 X1", 2, "needs_offset"), ("grbl", AT + "G10 L20 P1", 2, "no_axes"), ("grbl", "G0 XNAN", 1, "no_number"), ("linuxcnc", "G0 XNAN", 1, "formula"), ("mach", "G0 X-inf", 1, "no_number"),
    ("grbl", "G0 X1 (!)", 1, "real_time"), ("grbl", "G0 X1 ; ~", 1, "real_time"), ("grbl", AT + "M30\nG0 X9", 3, "after_end"),
    ("grbl", AT + "%\nG0 X9", 3, "after_end"), ("grbl", "G93 G1 X1 Y0 F0", 1, "inverse_time"), ("grbl", AT + "G93\nG1 X1", 3, "inverse_time"),
    ("grblhal", AT + "G84 X1 Z-1 R1", 2, "unsupported_g"), ("grblhal", AT + "G81 X1 Z-1", 2, "cycle_place"), ("grblhal", AT + "G83 X1 Z-1 R1", 2, "cycle_word"),
    ("grblhal", AT + "G59.1", 2, "unset_offset"), ("grblhal", AT + "G10 L2 P10 X1", 2, "offset_number"), ("grblhal", AT + "M6", 2, "no_tool"),
    ("grblhal", AT + "G81 X1 Z-1 R1 L0", 2, "cycle_repeats"), ("grblhal", AT + "G64", 2, "unsupported_g"),
    ("linuxcnc", AT + "G73 X1 Z-1 R1 Q0", 2, "cycle_word"), ("linuxcnc", AT + "G82 X1 Z-1 R1", 2, "cycle_word"), ("linuxcnc", AT + "G81 X1 Z2 R1", 2, "cycle_bottom"),
    ("linuxcnc", AT + "G81 X1 R2", 2, "cycle_place"), ("linuxcnc", AT + "G81", 2, "no_axes"), ("linuxcnc", AT + "G81 X1 Z-1 R1\nR2", 3, "no_axes"),
    ("linuxcnc", AT + "G93 G81 X1 Z-1 R1", 2, "cycle_feed"), ("linuxcnc", AT + "G84 X1 Z-1 R1", 2, "cycle_spindle"), ("linuxcnc", AT + "M4 S9\nG84 X1 Z-1 R1", 3, "cycle_spindle"),
    ("linuxcnc", AT + "G86 X1 Z-1 R1", 2, "unsupported_g"), ("linuxcnc", AT + "G76 P1 Z-1", 2, "unsupported_g"), ("linuxcnc", "G81 X1 Z-1 R1 F9", 1, "unknown_start"),
    ("linuxcnc", AT + "G2 X5 Y0 R9 P0", 2, "arc_turns"), ("linuxcnc", AT + "G2 X5 Y0 R9 P1.5", 2, "arc_turns"), ("linuxcnc", AT + "G90.1 G2 X5 Y0 I2.5", 2, "arc_centre"),
    ("linuxcnc", AT + "G0 X#7", 2, "unset_parameter"), ("linuxcnc", AT + "G0 X#<depth>", 2, "unset_parameter"), ("linuxcnc", AT + "G0 X[1/0]", 2, "formula_value"),
    ("linuxcnc", AT + "G0 X[1+]", 2, "formula"), ("linuxcnc", AT + "G0 X[1", 2, "formula"), ("linuxcnc", AT + "G0 X[2 FOO 3]", 2, "formula"),
    ("linuxcnc", AT + "G0 XSQRT[-1]", 2, "formula_value"), ("linuxcnc", AT + "G0 XATAN[1]", 2, "formula"), ("linuxcnc", AT + "G0 X[[-8]**0.5]", 2, "formula_value"),
    ("linuxcnc", AT + "G0 X" + "[" * 400 + "1" + "]" * 400, 2, "too_deep"), ("linuxcnc", AT + "#0=1", 2, "parameter_number"), ("linuxcnc", AT + "#5221=3", 2, "parameter_number"),
    ("linuxcnc", AT + "#1.5=3", 2, "parameter_number"), ("linuxcnc", AT + "#1 3", 2, "formula"), ("linuxcnc", AT + "#<a=3", 2, "formula"),
    ("linuxcnc", AT + "o1 if [1]", 2, "flow_open"), ("linuxcnc", AT + "o1 endif", 2, "flow"), ("linuxcnc", AT + "o1 if [1]\no2 endif\no1 endif", 3, "flow"),
    ("linuxcnc", AT + "o1 else", 2, "flow"), ("linuxcnc", AT + "o1 break", 2, "flow"), ("linuxcnc", AT + "o1 return", 2, "flow"), ("linuxcnc", AT + "o9 call", 2, "no_sub"),
    ("linuxcnc", AT + "O100", 2, "flow"), ("linuxcnc", AT + "o1 if 3\no1 endif", 2, "formula"), ("linuxcnc", AT + "o1 if [1] G0 X1\no1 endif", 2, "flow"),
    ("linuxcnc", AT + "o1 while [1]\no1 endwhile", 3, "too_many_steps"), ("linuxcnc", "o1 sub\no1 call\no1 endsub\no1 call", 2, "flow_deep"),
    ("linuxcnc", AT + "o1 while [1]\nG0 X1\no1 endwhile", 4, "too_many_steps"),
    ("mach", AT + "G10 L20 P1 G91 X1", 2, "relative_offset"), ("mach", AT + "#1=2", 2, "parameter"), ("mach", AT + "G43 H1\nG53 G0 Z0", 3, "tool_length"),
    ("mach", AT + "G43 H1\nG28 Z0", 3, "tool_length"), ("mach", AT + "G53 G2 X1 R1", 2, "g53_motion"), ("mach", AT + "G81 G53 X1 Z-1 R1", 2, "g53_motion"),
    ("mach", AT + "G95", 2, "unsupported_g"), ("mach", AT + "G61.1", 2, "unsupported_g"), ("mach", AT + "H1", 2, "unused_word"),
    ("marlin", "G90 G21\nG0 X1", 1, "one_command"), ("marlin", "G0 X1\nX2", 2, "no_motion"), ("marlin", "G0 X1 (note)", 1, "comment_form"),
    ("marlin", "N3 T0*58\nG0 X1", 1, "checksum"), ("marlin", "N3 T0*\nG0 X1", 1, "checksum"), ("marlin", "G28\nG0 X1", 1, "unsupported_g"),
    ("marlin", "G0 X1\nG1 X2 E3 F9", 2, "unsupported_word"), ("marlin", "G0 X1\nM104 S200", 2, "unsupported_m"), ("marlin", "G0 X1\nM30", 2, "unsupported_m"),
    ("marlin", "G0 X1\nG81 X2", 2, "unsupported_g"), ("marlin", "G0 X1\nG4 P5 S5", 2, "dwell"), ("marlin", "G0 X1\nG93", 2, "unsupported_g"),
    ("fanuc", "G0 X10", 1, "needs_point"), ("fanuc", "G0 X1.\nG1 Y-5 F100", 2, "needs_point"), ("fanuc", "G0 X1. ;note", 1, "comment_form"),
    ("fanuc", "O1\nG0 X1.\nO2", 3, "parameter"), ("fanuc", "G0 X1.\n#100=5", 2, "parameter"), ("fanuc", "G0 X1.\nG4 X2", 2, "needs_point"),
    ("fanuc", "G0 X1.\nG4 X1. Y2.", 2, "axis_conflict"), ("fanuc", "G0 X1.\nG4 X1. P100", 2, "dwell"), ("fanuc", "G0 X1.\nG65 P9010", 2, "unsupported_g"),
    ("fanuc", "G0 X1. Y1. Z9.\nG83 X1. Z-1. R1. Q500 F9", 2, "needs_point"), ("fanuc", "G0 X1. Y1. Z9.\nG81 X1. Z-1. R1. K2 L2 F9", 2, "cycle_repeats"),
    ("fanuc", "G0 X1.\nG91.1", 2, "unsupported_g"), ("fanuc", "G0 X1.\nG10 L20 P1 X0", 2, "unsupported_l"), ("fanuc", "G0 X1.\nG30 P3", 2, "unused_word"),
]  # fmt: skip
CASES = [*((d, *case) for case in EVERYWHERE for d in DIALECTS), *BAD]


def places(dialect: str, text: str | bytes) -> list[tuple[int, str]]:
    data, told = text if isinstance(text, bytes) else text.encode(), []
    for kernels in KERNELS:
        with pytest.raises(GcodeError) as error:
            kernels.interpret(data, OFFSETS if "G53" in str(text) or "G28" in str(text) else NO_OFFSETS, dialect, SMALL)
        told.append(error.value.diagnostics)
    assert told[0] == told[1]
    assert all(d.grbl_error == GRBL_ERRORS[d.code] for d in told[0])
    return [(d.line, d.code) for d in told[0]]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_is_wrong_everywhere_is_refused_in_every_dialect(dialect: str) -> None:
    for text, line, code in EVERYWHERE:
        assert places(dialect, text)[0] == (line, code), text[:60]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_is_wrong_for_one_controller_is_refused_in_its_dialect(dialect: str) -> None:
    for _, text, line, code in (case for case in BAD if case[0] == dialect):
        assert places(dialect, text)[0] == (line, code), text[:60]


def test_every_fault_that_can_be_told_has_a_bad_program() -> None:
    assert {case[-1] for case in CASES} == set(MESSAGES)


FOLLOWED = [
    ("G0 X0 Y0\nG1 X#1 F100\nX2\nY3\nG2 X4 Y3 R5", 2), ("G1 XX F100\nG1 X1\nX2 Y2", 1), ("G0 X0 Y0 Z1\nG1 X4 Y0 Q1 F9\nG2 X9 Y0 I2.5\nG1 X1", 2),
    ("G0 Y0 F9\nG95 G1 X1\nX2", 2), ("G0 X0 Y0\nG2 X1 Y0 I0.5 Q1 F9\nX2 I0.5", 2), ("G0 A1\nG91 X1 Y1", 1),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line"), FOLLOWED)
def test_one_mistake_gives_one_place(text: str, line: int) -> None:
    assert [number for number, _ in places("grbl", text)] == [line]


def test_the_tool_that_a_refused_line_names_is_not_missed_later() -> None:
    assert places("mach", "G0 X0 Y0 Z0\nT1 M6 Q5\nM6") == [(2, "unused_word")]
    assert places("linuxcnc", "#1=[2/0]\nG0 X#1") == [(1, "formula_value")]


def test_a_second_mistake_of_the_same_kind_is_told_once_the_first_is_made_good() -> None:
    assert places("grbl", "G1 X1\nF5 G1 X2\nQ1\nF0\nG1 X3") == [(1, "no_feed"), (3, "unsupported_word"), (5, "no_feed")]


def test_the_end_of_a_program_is_told_once() -> None:
    assert places("grbl", "G0 X1\nM30\n" + "G0 X2\n" * 50) == [(3, "after_end")]


def test_a_text_with_accents_tells_its_other_faults_too() -> None:
    assert places("grbl", "(caf\u00e9)\nG0 X1\n(a (b))\nG1 X2") == [(1, "not_ascii"), (3, "nested_comment"), (4, "no_feed")]


def test_a_line_of_a_million_signs_is_judged_as_any_other() -> None:
    for kernels in KERNELS:
        for text, code in (
            ("(" * 1_000_000, "nested_comment"),
            ("G" * 1_000_000, "no_number"),
            ("G0X" + "1" * 1_000_000, "out_of_range"),
        ):
            with pytest.raises(GcodeError) as error:
                kernels.interpret(text.encode())
            assert error.value.diagnostics[0].code == code


def test_messages_name_the_thing_and_the_remedy() -> None:
    def message(dialect: str, text: str) -> str:
        with pytest.raises(GcodeError) as error:
            KERNELS[0].interpret(text.encode(), dialect=dialect)
        return error.value.diagnostics[0].message

    assert message("grbl", "G0 X1\nG42 D1") == "G42 (cutter radius compensation) is not supported"
    assert message("fanuc", "G0 X10").endswith("write X10.")
    assert "M3 first" in message("linuxcnc", AT + "G84 X1 Z-1 R1")
    assert "'#7'" in message("linuxcnc", "G0 X#7")
    assert "begin with (" in message("marlin", "G0 X1 (a)")
