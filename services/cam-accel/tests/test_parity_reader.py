"""Do both readers tell the same of any program, in every dialect: the same columns bit for bit, or the same faults?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rmos.cam_accel import kernels
from rmos.cam_accel.gcode import DIALECTS, NO_OFFSETS, GcodeError, Limits
from rmos.cam_accel.gcode.dialects import dialect_named
from rmos.cam_accel.kernels import NativeKernels, ReferenceKernels
from rmos.contracts.toolpath import COLUMNS

pytestmark = pytest.mark.skipif(kernels._native is None, reason="the native kernels are not built here")
REFERENCE = ReferenceKernels()
OFFSETS = NO_OFFSETS.copy()
OFFSETS[:3] = (-400.25, -300, -80.1), (-200, -300, -80.1), (-1 / 3, 7, 9)
OFFSETS[6] = (-1, -2, -3)
SMALL = Limits(moves=4000, steps=3000)


def reading(which: Any, data: bytes, offsets: Any, dialect: str, limits: Limits) -> Any:
    """Everything a reader tells, as comparable bytes and values."""
    try:
        program = which.interpret(data, offsets, dialect, limits)
    except GcodeError as error:
        return error.diagnostics
    told = program.tools, program.states_units, program.states_distance
    return [getattr(program.toolpath, name).tobytes() for name in COLUMNS], told


def both_read(data: bytes, offsets: Any = NO_OFFSETS, dialect: str = "grbl", limits: Limits = SMALL) -> Any:
    assert kernels._native is not None
    found = reading(NativeKernels(kernels._native), data, offsets, dialect, limits)
    assert found == reading(REFERENCE, data, offsets, dialect, limits)
    return found


@pytest.mark.parametrize("dialect", DIALECTS)
def test_both_tables_list_the_same_codes_and_words(dialect: str) -> None:
    listed = dialect_named(dialect)
    for tenths in range(1200):
        for letter, codes in (("G", listed.g), ("M", listed.m)):
            found = both_read(f"{letter}{tenths / 10:g}".encode(), np.zeros((8, 3)), dialect)
            refused = isinstance(found[0], list) or not found[0].code.startswith("unsupported")
            assert refused == (tenths in codes), (letter, tenths)
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        both_read(f"G0 X1. {letter}1.".encode(), dialect=dialect)


NUMBERS = st.one_of(
    st.integers(-20, 20).map(str),
    st.decimals(-200, 200, places=4).map(str),
    st.from_regex(r"[+-]?([0-9]{1,25}\.?[0-9]{0,25}|\.[0-9]{1,25})", fullmatch=True),
)
GAPS = st.sampled_from(["", "", "", " ", "\t", "(note)", " (a)(b) "])
CODES = [
    "G0",
    "G1",
    "G2",
    "G3",
    "G4",
    "G10",
    "G17",
    "G18",
    "G19",
    "G20",
    "G21",
    "G28",
    "G30",
    "G40",
    "G43",
    "G49",
    "G53",
    "G54",
    "G55",
    "G56",
    "G57",
    "G59.1",
    "G61",
    "G64",
    "G73",
    "G80",
    "G81",
    "G82",
    "G83",
    "G84",
    "G85",
    "G89",
    "G90",
    "G90.1",
    "G91",
    "G91.1",
    "G92",
    "G92.1",
    "G92.2",
    "G92.3",
    "G93",
    "G94",
    "G97",
    "G98",
    "G99",
    "M0",
    "M1",
    "M3",
    "M4",
    "M5",
    "M6",
    "M7",
    "M8",
    "M9",
    "M30",
    "M98",
    "G95",
    "G41",
]
WORDS = st.one_of(
    st.sampled_from(CODES),
    st.tuples(st.sampled_from("XXYYZZIJKRFFSPTNDHQULxyz"), GAPS, NUMBERS).map("".join),
)
LINES = st.lists(st.tuples(WORDS, GAPS).map("".join), max_size=6).map("".join)
ODD = [
    "%",
    "",
    ";end",
    "(open",
    "G1 X1(a(b)",
    "O100",
    "/X1",
    "X#1",
    "#1=2",
    "G1X1*3",
    "N1G0X1*62",
    "X[1+2]",
    "x-#<a>",
    "G1 ;a;b",
    ")",
]


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(DIALECTS),
    st.lists(st.one_of(LINES, st.sampled_from(ODD)), max_size=12),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)
def test_any_words_in_any_order_are_read_alike(dialect: str, lines: list[str], end: str, placed: bool) -> None:
    both_read(end.join(lines).encode(), OFFSETS if placed else NO_OFFSETS, dialect)


def number(low: float, high: float) -> st.SearchStrategy[str]:
    return st.integers(round(low * 1000), round(high * 1000)).map(lambda n: f"{n / 1000:.3f}")


def line(*parts: str | st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*[st.just(part) if isinstance(part, str) else part for part in parts]).map("".join)


def maybe(*parts: str | st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.just(""), line(*parts))


N, UP, FEED = number(-50, 50), number(2, 9), number(1, 3000)
AXES = st.one_of(line("X", N), line("Y", N), line("X", N, " Y", N), line("X", N, "Y", N, "Z", N), line("Z", N))
PLANAR = line("X", N, " Y", N)
MOVES = st.one_of(
    line("G0", AXES), line("G1", AXES, maybe("F", FEED)), line("G1", AXES, " F", FEED),
    line(st.sampled_from(["G2", "G3"]), "X", N, "Y", N, "R", number(60, 90)), line("G0 X1. Y2.\nG3X1.Y2.I", UP, "J", UP),
    line("G0X0.Y0.\nG2X3.Y3.Z", N, "J3.0", maybe("P", st.sampled_from("1234"))),
)  # fmt: skip
MODES = st.one_of(
    st.sampled_from(["G17", "G18", "G19", "G20", "G21", "G90", "G91", "G93", "G94", "G98", "G99", "G40", "G49", "G80", "M3", "M5", "M8", "M9", "M0", "M1", "G61", "G92.1"]),
    line("S", number(1, 20000)), line("M4 S", FEED), line("G92 ", AXES), line("F", FEED),
    st.sampled_from(["T3\nM6", "T12", "M7", "G54", "G55", "G28", "G53 G0 Z-3.", "G43 H3"]), st.sampled_from(["G56", "G91 G28 Z0.", "M30", "%"]),
    line(st.sampled_from(["G10L20P1", "G10 L2 P2", "G10L2P0", "G10L20P7"]), AXES), st.sampled_from(["G59.1", "G92.2", "G92.3", "G90.1", "G91.1"]),
)  # fmt: skip
SECONDS = line("G4 P", UP)
DWELLS = {
    "marlin": st.one_of(line("G4P", st.integers(0, 900).map(str)), line("G4 S", UP)),
    "fanuc": st.one_of(line("G4 X", UP), line("G4U", UP), line("G4P", st.integers(0, 900).map(str))),
}
CYCLES = st.one_of(
    line("G0Z9.\n", st.sampled_from(["G81", "G85", "G98G81"]), PLANAR, "Z-", UP, "R", UP),
    line("G99G82", PLANAR, "Z-", UP, "R1.0P", st.sampled_from("05")), line("G89", PLANAR, "R2.0Z1.5P1"),
    line(st.sampled_from(["G73", "G83"]), PLANAR, "Z-", UP, "R", UP, "Q", number(0.3, 3)), line("M3\nG84", PLANAR, "Z-", UP, "R", UP, maybe("P1")),
    line("G91G81", PLANAR, "Z-", UP, "R-", number(0.1, 1), st.sampled_from(["L3", "K2", ""]), "\nG90"), line(PLANAR, maybe("L2")), line("Z-", UP),
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(number(-9, 9), st.sampled_from(["#1", "#2", "#<a>", "#<_b>", "##3"])),
    lambda inner: st.one_of(
        line("[", inner, st.sampled_from(["+", "-", "*", "/", "**", " MOD ", " EQ ", " GT ", " LE ", " AND ", " XOR ", " NE "]), inner, "]"),
        line(st.sampled_from(["ABS", "SQRT", "SIN", "COS", "TAN", "ASIN", "ACOS", "EXP", "LN", "ROUND", "FIX", "FUP"]), "[", inner, "]"),
        line("ATAN[", inner, "]/[", inner, "]"), line("-", inner), line("[", inner, "*2-", inner, "/3]"), st.just("EXISTS[#<a>]"),
    ),
    max_leaves=6,
)  # fmt: skip
TESTS = line("[", VALUES, st.sampled_from([" LT ", " GE ", " NE "]), VALUES, "]")
FORMULAS = st.one_of(
    line("#", st.sampled_from(["1", "2", "<a>", "<_b>"]), "=", VALUES), line("G1X[", VALUES, "] F100"), line("G0Y", VALUES)
)


def programs(dialect: str) -> st.SearchStrategy[str]:
    """Mostly valid lines of the dialect, with a prelude that makes the place and the feed known."""
    kinds = [MOVES, MOVES, MOVES, MODES, DWELLS.get(dialect, SECONDS)]
    kinds += [] if dialect in ("grbl", "marlin") else [CYCLES, CYCLES]
    kinds += [FORMULAS, FORMULAS, BLOCKS] if dialect == "linuxcnc" else []
    prelude = ["G90", "G21", "G0 X1. Y2. Z3.", "M3 S900", "G1 X2. F500"]
    prelude += ["#1=2", "#2=-3.5", "#3=1", "#<a>=0.5", "#<_b>=4"] if dialect == "linuxcnc" else []
    return st.lists(st.one_of(kinds), min_size=1, max_size=14).map(lambda lines: "\n".join([*prelude, *lines]))


BODY = st.lists(
    st.one_of(MOVES, FORMULAS, st.sampled_from(["o1 break", "o1 continue", "o7 call [1] [2]", "o3 return"])), max_size=3
).map("\n".join)
BLOCKS = st.one_of(
    line("o1 if ", TESTS, "\n", BODY, "\no1 elseif ", TESTS, "\n", BODY, "\no1 else\n", BODY, "\no1 endif"),
    line("#1=0\no1 while [#1 LT 3] (three)\n#1=[#1+1]\n", BODY, "\no1 endwhile"), line("o2 repeat [", VALUES, "]\nG1 X1. F5\no2 endrepeat ;end"),
    line("#2=0\no1 do\n#2=[#2+1]\n", BODY, "\no1 while [#2 LT 4]"), line("o7 sub\nG1 X#1 Y#2 F9\n", BODY, "\no7 endsub\no7 call [", VALUES, "] [3]"),
    st.sampled_from(["o5 endif", "o6 if [1]", "o<a b> call", "o8 sub", "O9"]),
)  # fmt: skip


@settings(max_examples=900, deadline=None)
@given(st.sampled_from(DIALECTS).flatmap(lambda d: st.tuples(st.just(d), programs(d))), st.booleans())
def test_any_program_of_a_dialect_is_read_alike(chosen: tuple[str, str], placed: bool) -> None:
    dialect, text = chosen
    both_read(text.encode(), OFFSETS if placed else NO_OFFSETS, dialect)


@settings(max_examples=250, deadline=None)
@given(VALUES)
def test_any_expression_has_the_same_value(text: str) -> None:
    both_read(f"#1=2\n#2=-3.5\n#3=1\n#<a>=.5\n#<_b>=4\nG0 X{text}".encode(), dialect="linuxcnc")


@settings(max_examples=250, deadline=None)
@given(st.binary(max_size=60), st.sampled_from(DIALECTS))
def test_any_bytes_are_refused_alike(data: bytes, dialect: str) -> None:
    both_read(data, dialect=dialect)


@settings(max_examples=250, deadline=None)
@given(st.text(alphabet="GXYZ#[]<>=*+-/.%()oO;1230 \tNsubeifrtwhlandNmM\n", max_size=60), st.sampled_from(DIALECTS))
def test_any_signs_are_refused_alike(text: str, dialect: str) -> None:
    both_read(text.encode(), dialect=dialect)


@example("1" * 400)
@example("0." + "0" * 400 + "1")
@example("0" * 30 + "1.5")
@example("9007199254740993")
@example("2.5000000000000000000000000000000001")
@given(st.from_regex(r"([0-9]{0,40}\.?[0-9]{1,40})", fullmatch=True))
@settings(max_examples=400, deadline=None)
def test_numbers_are_the_nearest_doubles(text: str) -> None:
    found = both_read(f"G0X{text}".encode())
    value = float(text)
    if value <= 1e5:
        assert np.frombuffer(found[0][2])[0] == value
    else:
        assert found[0].code == ("out_of_range" if value > 1e7 else "too_far")


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"\r\r\nG0X1\x00", b"G0X1\r\nG0\rY\xff", b"G0 X1 (!)", b"~", b"G0X1" * 3, b"G0G0" * 9, b"\r\r\n\n\xff"]
)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_odd_bytes_are_read_alike(data: bytes, dialect: str) -> None:
    both_read(data, dialect=dialect)


def test_a_dialect_that_nobody_knows_is_named_with_those_that_are_known() -> None:
    for which in (REFERENCE, kernels.choose("on")):
        with pytest.raises(ValueError, match="'heidenhain' is not known: grbl, grblhal, linuxcnc, mach, marlin, fanuc"):
            which.interpret(b"G0 X1", dialect="heidenhain")
