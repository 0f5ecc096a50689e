"""Do the native and the reference kernels agree, bit for bit, on what is right and on what is wrong?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rmos.cam_accel import kernels
from rmos.cam_accel.gcode import NO_OFFSETS, GcodeError, reader
from rmos.cam_accel.gcode.faults import MESSAGES
from rmos.cam_accel.geometry import AXES, points
from rmos.cam_accel.kernels import NativeKernels, ReferenceKernels
from rmos.cam_accel.timing import MachineLimits
from rmos.contracts.toolpath import COLUMNS, Toolpath, from_columns

pytestmark = pytest.mark.skipif(kernels._native is None, reason="the native kernels are not built here")
REFERENCE = ReferenceKernels()
LIMITS = MachineLimits(5000, 500, 0.01)
OFFSETS = NO_OFFSETS.copy()
OFFSETS[:3] = (-400.25, -300, -80.1), (-200, -300, -80.1), (-1 / 3, 7, 9)
OFFSETS[6] = (-1, -2, -3)


def native() -> NativeKernels:
    assert kernels._native is not None
    return NativeKernels(kernels._native)


def reading(which: Any, data: bytes, offsets: Any = NO_OFFSETS) -> Any:
    """Everything a reader tells, as comparable bytes and values."""
    try:
        program = which.interpret(data, offsets)
    except GcodeError as error:
        return error.diagnostics
    return [getattr(program.toolpath, name).tobytes() for name in COLUMNS], (
        program.tools,
        program.states_units,
        program.states_distance,
    )


def both_read(data: bytes, offsets: Any = NO_OFFSETS) -> Any:
    found = reading(native(), data, offsets)
    assert found == reading(REFERENCE, data, offsets)
    return found


@given(st.lists(st.sampled_from(["G20", "G21", "G90", "G91", "G4P1", "G0X1", "G0G21X1", "G0G90X1", "M3", "G28"]), max_size=5))
def test_what_a_program_states_is_told_alike(lines: list[str]) -> None:
    both_read("\n".join([*lines, "G90 G0 X0"]).encode(), np.zeros((8, 3)))


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
    "G17",
    "G18",
    "G19",
    "G20",
    "G21",
    "G28",
    "G30",
    "G40",
    "G49",
    "G53",
    "G54",
    "G55",
    "G56",
    "G57",
    "G80",
    "G90",
    "G91",
    "G91.1",
    "G92",
    "G92.1",
    "G93",
    "G94",
    "M3",
    "M5",
    "M30",
    "G81",
    "M98",
]
WORDS = st.one_of(
    st.sampled_from(CODES),
    st.tuples(st.sampled_from("XXYYZZIJKRFFSPTNDHQxyz"), GAPS, NUMBERS).map("".join),
)
LINES = st.lists(st.tuples(WORDS, GAPS).map("".join), max_size=6).map("".join)
PROGRAMS = st.lists(
    st.one_of(LINES, st.sampled_from(["%", "", ";end", "(open", "G1 X1(a(b)", "O100", "/X1", "X#1"])), max_size=12
)


@settings(max_examples=600)
@given(PROGRAMS, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_any_program_is_read_alike(lines: list[str], end: str, placed: bool) -> None:
    both_read(end.join(lines).encode(), OFFSETS if placed else NO_OFFSETS)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["G0", "G1", "G1", "G2", "G3"]),
        st.tuples(*[st.decimals(-50, 50, places=3)] * 3),
        st.one_of(st.none(), st.decimals(-90, 90, places=3)),
        st.one_of(st.none(), st.integers(1, 3000)),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=400)
@given(MOVES, st.sampled_from(["G17", "G18", "G19"]), st.sampled_from(["G20", "G21"]), st.sampled_from(["G93", "G94"]))
def test_any_path_is_measured_and_timed_alike(moves: list[Any], plane: str, unit: str, mode: str) -> None:
    """Lines and radius arcs in every plane; lines that no arc can join are refused alike and left out."""
    lines = [f"{plane}{unit}{mode}", "G0X0Y0Z0" if mode == "G94" else "G0X0Y0Z0F1", "F900" if mode == "G94" else ""]
    for code, (x, y, z), radius, feed in moves:
        arc = f"R{radius}" if code in ("G2", "G3") and radius else ""
        lines.append(f"{code}X{x}Y{y}Z{z}{arc}" + (f"F{feed}" if feed or mode == "G93" else "").replace("None", "7"))
    found = both_read("\n".join(lines).encode())
    if not isinstance(found[0], list):
        bad = {d.line for d in found}
        lines = [line for n, line in enumerate(lines, start=1) if n not in bad]
    both_read("\n".join(lines).encode())
    try:
        path = REFERENCE.interpret("\n".join(lines).encode()).toolpath
    except GcodeError:
        return
    same_measures(path)


def same_measures(path: Toolpath) -> None:
    one, other = native(), REFERENCE
    assert list(one.lengths_mm(path)) == list(other.lengths_mm(path))
    assert one.extent(path) == other.extent(path)
    assert list(one.move_times_s(path, LIMITS)) == list(other.move_times_s(path, LIMITS))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=200)
def test_any_columns_are_measured_and_timed_alike(seed: int) -> None:
    """Also what no program would give: dwells amid moves, moves without length, arcs whose ends lie off their circle."""
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 60))
    reals = {name: random.choice([0.0, -0.0, 1.0, 1 / 3, *random.normal(0, 30, 8)], count) for name in COLUMNS[2:12]}
    reals["feed_mm_min"] = random.choice([0.001, 60.0, 1200.0, 1e4], count)
    reals["dwell_s"] = np.abs(reals["dwell_s"])
    path = from_columns(
        {**reals, "kind": random.integers(0, 7, count), "plane": random.integers(0, 3, count), "line": range(count)}
    )
    zero_radius = (
        (path.i_mm == 0) & (path.j_mm == 0) | (path.i_mm == 0) & (path.k_mm == 0) | (path.j_mm == 0) & (path.k_mm == 0)
    )
    path.kind[zero_radius & ((path.kind == 2) | (path.kind == 3))] = 1
    same_measures(path)


@given(st.integers(0, 2**32 - 1), st.sampled_from([3.0, 6.35, 20.0]))
@settings(max_examples=150, deadline=None)
def test_any_path_engages_the_stock_alike(seed: int, tool_mm: float) -> None:
    """Lines, whole and part arcs in every plane, helices, runs of tiny moves, dwells and rapids around the surface."""
    random = np.random.default_rng(seed)
    rows, at = [], np.array([0.0, 0.0, 1.0])
    for _ in range(int(random.integers(1, 25))):
        kind, plane = int(random.choice([0, 1, 1, 1, 2, 3, 4])), int(random.integers(0, 3))
        end, centre = random.uniform([-15, -15, -4], [15, 15, 1]), np.zeros(3)
        if random.random() < 0.4:
            end = at + random.choice([0.0, -0.002, 0.003, 0.01, 0.3], 3)
        if kind in (2, 3):
            a, b, c = AXES[plane]
            centre[a], centre[b] = random.uniform(-6, 6, 2)
            turned = random.uniform(0, 2 * math.pi) if random.random() < 0.8 else 0.0
            angle = math.atan2(-centre[b], -centre[a]) + turned
            radius = math.hypot(centre[a], centre[b])
            end[a], end[b] = at[a] + centre[a] + radius * math.cos(angle), at[b] + centre[b] + radius * math.sin(angle)
            end[c] = at[c] + random.choice([0.0, -0.5, 0.7])
        rows.append([kind, plane, *end, *centre, random.choice([60.0, 1200.0, 1e4]), random.choice([0.0, 9000.0, 24e3])])
        at = end
    names = ("kind", "plane", "x_mm", "y_mm", "z_mm", "i_mm", "j_mm", "k_mm", "feed_mm_min", "spindle_rpm")
    path = from_columns(dict(zip(names, np.array(rows).T, strict=True)), start_mm=(0.0, 0.0, 1.0))
    assert native().engagement(path, tool_mm) == REFERENCE.engagement(path, tool_mm)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_any_columns_engage_the_stock_alike(seed: int) -> None:
    """Also arcs whose ends lie off their circle, and coordinates that are none."""
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 30))
    reals = {name: random.choice([0.0, -0.0, 1.0, 1 / 3, *random.normal(0, 30, 8)], count) for name in COLUMNS[2:12]}
    reals["feed_mm_min"] = random.choice([0.001, 60.0, 1200.0, 1e4], count)
    if random.random() < 0.1:
        reals["x_mm"][count // 2] = random.choice([math.nan, math.inf, 1e300, 1e5])
    path = from_columns(
        {**reals, "kind": random.integers(0, 7, count), "plane": random.integers(0, 3, count), "line": range(count)}
    )
    assert native().engagement(path, 60.0) == REFERENCE.engagement(path, 60.0)


def test_what_is_too_large_is_measured_more_coarsely_alike() -> None:
    for mm in (100, 300, 600, 900, 1500, 5000, 1e5):
        path = from_columns(
            {"kind": [0, 1, 1], "x_mm": [0, 0, mm], "y_mm": [0, 0, mm], "z_mm": [5, -1, -1], "feed_mm_min": [0, 9, 9]}
        )
        found = native().engagement(path, 2.0)
        assert found == REFERENCE.engagement(path, 2.0)
        assert (found is None) == (mm > 1400)


@example("1" * 400)
@example("0." + "0" * 400 + "1")
@example("0" * 30 + "1.5")
@example("9007199254740993")
@example("2.5000000000000000000000000000000001")
@given(st.from_regex(r"([0-9]{0,40}\.?[0-9]{1,40})", fullmatch=True))
@settings(max_examples=600)
def test_numbers_are_the_nearest_doubles(text: str) -> None:
    found = both_read(f"G0X{text}".encode())
    value = float(text)
    if value <= 1e5:
        assert np.frombuffer(found[0][2])[0] == value
    else:
        assert found[0].code == ("out_of_range" if value > 1e7 else "too_far")


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"\r\r\nG0X1\x00", b"G0X1\r\nG0\rY\xff", b"G0 X1 (!)", b"~", b"G0X1" * 3, b"G0G0" * 9]
)
def test_odd_bytes_are_refused_alike(data: bytes) -> None:
    both_read(data)


def test_both_refuse_a_program_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (kernels, reader):
        monkeypatch.setattr(module, "MAX_PROGRAM_BYTES", 10)
    assert both_read(b"G0X1Y1Z1\n\n\n")[0].code == "too_large"


def test_both_stop_at_the_move_that_is_one_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (kernels, reader):
        monkeypatch.setattr(module, "MAX_MOVES", 3)
    assert isinstance(both_read(b"G0X1\nX2\nX3\n")[0], list)
    found = both_read(b"G0X1\nX2\nX3\nX4\nX5\nX6\n")
    assert [(d.line, d.code) for d in found] == [(4, "too_many_moves")]


def test_both_stop_at_a_hundred_places() -> None:
    assert len(both_read(b"X\n" * 300)) == 100


FAULTS: dict[str, bytes] = {
    "empty": b"", "too_large": b"", "too_many_moves": b"", "binary": b"G0\x01", "not_ascii": b"G0\xe9", "real_time": b"(!)",
    "nested_comment": b"(a(b))", "unclosed_comment": b"G0 (a", "comment": b"G0)", "block_delete": b" /G0", "parameter": b"G0 X#1",
    "bad_word": b"G0 X", "out_of_range": b"X99999999", "negative": b"F-1", "whole_number": b"T1.5",
    "repeated_word": b"X1X1", "modal_conflict": b"G0G1", "axis_conflict": b"G0G28X1", "unsupported_g": b"G81", "unsupported_m": b"M98",
    "unsupported_word": b"Q1", "unused_word": b"G1I1", "needs_offset": b"G28", "g53_motion": b"G2G53X1", "no_axes": b"G92",
    "dwell": b"G4", "no_motion": b"X1", "unknown_start": b"G91G0X1", "too_far": b"G0X200000", "inverse_time": b"G93G1X1", "no_feed": b"G1X1",
    "arc_end": b"G2I1", "arc_centre": b"G2X1F1", "arc_both": b"G2X1R1I1", "arc_radius": b"G2X1I9", "arc_chord": b"G2X9R1",
    "after_end": b"M30\nG0X1",
}  # fmt: skip


def test_every_fault_is_told_alike_by_both_kernels() -> None:
    assert set(FAULTS) == set(MESSAGES)
    for code, program in FAULTS.items():
        if program or code == "empty":
            assert both_read(program, OFFSETS if code == "g53_motion" else NO_OFFSETS)[0].code == code


def test_a_cut_without_a_feed_is_an_error_in_both() -> None:
    path = from_columns({"kind": [1], "x_mm": [5.0]})
    for which in (native(), REFERENCE):
        with pytest.raises(ValueError, match="move 0 has no feed"):
            which.move_times_s(path, LIMITS)
        with pytest.raises(ValueError, match="move 0 has no feed"):
            which.engagement(path, 6.0)


def test_the_native_kernels_refuse_columns_of_another_kind() -> None:
    assert kernels._native is not None
    path = from_columns({"kind": [1], "x_mm": [5.0], "feed_mm_min": [1.0]})
    arguments = list(kernels._arguments(path))
    arguments[2] = arguments[2].astype(np.float32)
    with pytest.raises(TypeError):
        kernels._native.lengths_mm(*arguments)
    arguments[2] = np.zeros(7)
    with pytest.raises(ValueError, match="differ in length"):
        kernels._native.lengths_mm(*arguments)
    with pytest.raises(ValueError, match="differ in length"):
        kernels._native.engagement(*kernels._arguments(path), np.zeros(7), 6.0, np.zeros(6))


def test_the_choice_is_obeyed_and_never_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (kernels.choose("off").name, kernels.choose("auto").name, kernels.choose("on").name) == (
        "reference",
        "native",
        "native",
    )
    monkeypatch.setattr(kernels, "_native", None)
    monkeypatch.setattr(kernels, "_why_not", "not built", raising=False)
    assert kernels.choose("auto").name == "reference"
    with pytest.raises(kernels.NativeMissing, match="not built"):
        kernels.choose("on")


def test_an_arc_is_as_wide_as_the_points_on_it() -> None:
    """The extent against a dense polyline: an independent way to the same numbers."""
    random = np.random.default_rng(5)
    for _ in range(300):
        a, b = random.uniform(0, 7, 2)
        r = random.uniform(0.5, 40)
        start, end = (r * math.cos(a), r * math.sin(a), 0.0), (r * math.cos(b), r * math.sin(b), 0.0)
        columns = {"kind": [1, random.integers(2, 4)], "x_mm": [start[0], end[0]], "y_mm": [start[1], end[1]]}
        path = from_columns({**columns, "i_mm": [0, -start[0]], "j_mm": [0, -start[1]]})
        low, high = REFERENCE.extent(path)
        dense = np.array(points(path, 1, start, end, 1e-6))
        assert np.allclose(low, dense.min(axis=0), atol=1e-4)
        assert np.allclose(high, dense.max(axis=0), atol=1e-4)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=150)
def test_smooth_runs_of_short_moves_are_timed_alike(seed: int) -> None:
    """Where neither corners nor feeds hold the speed down, both passes of the look-ahead decide."""
    random = np.random.default_rng(seed)
    count = int(random.integers(2, 80))
    heading = np.cumsum(random.normal(0, 0.02, count))
    steps = random.uniform(0.01, 2.0, count)
    kind = np.where(random.random(count) < 0.02, 4, 1)
    columns = {"kind": kind, "x_mm": np.cumsum(steps * np.cos(heading)), "y_mm": np.cumsum(steps * np.sin(heading))}
    path = from_columns({**columns, "feed_mm_min": np.full(count, 5000.0), "dwell_s": np.where(kind == 4, 0.5, 0.0)})
    same_measures(path)
    if count > 10 and not (kind == 4).any():
        stopping_each_time_s = sum(2 * math.sqrt(step / LIMITS.accel_mm_s2) for step in steps)
        assert REFERENCE.move_times_s(path, LIMITS).sum() < 0.8 * stopping_each_time_s
