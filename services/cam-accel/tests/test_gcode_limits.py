"""Does the reader stop where its limits are, in both kernels alike?"""

from __future__ import annotations

import pytest
from rmos.cam_accel.gcode import NO_OFFSETS, Diagnostic, GcodeError, Limits
from rmos.cam_accel.kernels import choose

KERNELS = [choose("off"), choose("auto")]


def refused(data: bytes, dialect: str = "grbl", limits: Limits = Limits()) -> tuple[Diagnostic, ...]:
    told = []
    for kernels in KERNELS:
        with pytest.raises(GcodeError) as error:
            kernels.interpret(data, NO_OFFSETS, dialect, limits)
        told.append(error.value.diagnostics)
    assert told[0] == told[1]
    return told[0]


def test_a_program_that_is_too_large_is_refused_before_it_is_read() -> None:
    assert [d.code for d in refused(b"G0X1Y1Z1\n\n\n", limits=Limits(program_bytes=10))] == ["too_large"]


def test_the_move_that_is_one_too_many_ends_the_reading() -> None:
    for kernels in KERNELS:
        assert len(kernels.interpret(b"G0X1\nX2\nX3\n", limits=Limits(moves=3)).toolpath) == 3
    found = refused(b"G0X1\nX2\nX3\nX4\nX5\nQ6\n", limits=Limits(moves=3))
    assert [(d.line, d.code) for d in found] == [(4, "too_many_moves")]


def test_a_hundred_places_are_told() -> None:
    assert len(refused(b"X\n" * 300)) == 100


def test_ten_thousand_refused_lines_are_enough() -> None:
    found = refused(b"G1 Q1\n" + b"X1 Y1\n" * 10_050 + b"M99\n")
    assert [(d.line, d.code) for d in found] == [(1, "unsupported_word")]


@pytest.mark.parametrize(
    "loop",
    [
        "o1 while [1]\no1 endwhile",
        "o1 do\nG4 P0\no1 while [1]",
        "o1 repeat [999999]\no1 endrepeat",
        "o1 repeat [90]\no2 repeat [90]\nG0 X1\no2 endrepeat\no1 endrepeat",
    ],
)
def test_loops_that_do_not_end_are_refused_at_their_line(loop: str) -> None:
    found = refused(b"G0 X1\n" + loop.encode(), "linuxcnc", Limits(steps=3000))
    assert [d.code for d in found] == ["too_many_steps"]


def test_pecks_without_end_are_refused() -> None:
    text = b"G0 X0 Y0 Z90 F9\nG83 X1 Y1 Z-90 R90 Q0.0000001\n"
    assert refused(text, "mach", Limits(moves=3000))[0].code == "too_many_moves"


def test_repeats_without_end_are_refused() -> None:
    text = b"G0 X0 Y0 Z9 F9\nG91 G81 X0 Y0 Z-1 R-1 L9999999\n"
    assert refused(text, "mach", Limits(moves=3000))[0].code == "too_many_moves"


def test_loops_calls_and_blocks_within_each_other_have_a_depth() -> None:
    assert refused(b"o1 sub\no1 call\no1 endsub\no1 call", "linuxcnc")[0].code == "flow_deep"
    deep = "".join(f"o{n} if [1]\n" for n in range(200)) + "".join(f"o{n} endif\n" for n in reversed(range(200)))
    assert refused(deep.encode(), "linuxcnc")[0].code == "flow"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 300_000, "(a" * 150_000, "o1 if [1]\n" * 50_000, "o1 elseif [1]\n" * 50_000, "G0 X" + "[" * 300_000, "#" * 300_000,
        "G1 X1 ;" + "(" * 300_000, "G0 X-" + "-" * 300_000, "G0 X" + "1" * 300_000, "\r\n" * 150_000, "X(a)" * 75_000,
    ],
)  # fmt: skip
def test_what_is_made_to_be_slow_takes_time_in_line_with_its_size(text: str) -> None:
    """Anything quadratic would take minutes here, and the suite's own limit would end it."""
    assert refused(text.encode(), "linuxcnc")
