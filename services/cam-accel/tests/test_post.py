"""Is a posted program the planned path, and is a difference seen?"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import get_args

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from posting import SAFE_Z_MM, path_of_rows, random_path, reread, seeds
from rmos.cam_accel.gcode import interpret
from rmos.cam_accel.geometry import lengths_mm
from rmos.cam_accel.post import CONTROLLERS, PostError, differences, write
from rmos.cam_accel.post.controllers import Controller, controller_of
from rmos.cam_accel.post.text import number
from rmos.contracts.jobs import Job
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
CONTROLLER = pytest.mark.parametrize("name", CONTROLLERS)


def path_of(program: bytes = PROGRAM) -> Toolpath:
    return interpret(program).toolpath


def lines_of(path: Toolpath, name: str) -> list[str]:
    """Without line numbers and comments."""
    text = write(path, name, "job", SAFE_Z_MM).decode()
    bare = (re.sub(r"^N[0-9]+ |\(.*\)|;.*", "", line).strip() for line in text.splitlines())
    return [line for line in bare if line]


def changed(path: Toolpath, column: str, row: int, by: float) -> Toolpath:
    values = getattr(path, column).copy()
    values[row] += by
    return replace(path, **{column: values})


def test_rapids_before_the_spindle_restarts_arcs_and_slow_feeds_read_back_the_same() -> None:
    assert differences(path_of(), reread(path_of(), "grbl"), "grbl", SAFE_Z_MM) == []


@given(st.floats(-1e5, 1e5) | st.integers(-(10**6), 10**6).map(lambda n: n / 2000), st.integers(0, 4))
def test_a_number_is_written_as_it_is_rounded_and_never_as_a_negative_zero(value: float, decimals: int) -> None:
    text = number(value, decimals)
    assert float(text) == round(value, decimals)
    assert not (float(text) == 0 and text.startswith("-"))
    assert len(text.partition(".")[2]) == decimals


@CONTROLLER
def test_the_same_path_gives_the_same_bytes(name: str) -> None:
    path = simple_path()
    assert write(path, name, "job", SAFE_Z_MM) == write(path, name, "job", SAFE_Z_MM)


def simple_path(**columns: float) -> Toolpath:
    """A hole of one feed down and an arc, at 9000 turns a minute."""
    rows = [[0, 0, 1, 2, SAFE_Z_MM], [1, 0, 1, 2, -1], [3, 0, 1, 4, -1], [0, 0, 1, 4, SAFE_Z_MM]]
    made = path_of_rows([(*row, 0, 1.0 if row[0] == 3 else 0, 0, 800 if row[0] else 0, 9000, 0, 0, 0) for row in rows])
    return replace(made, **{name: np.full_like(getattr(made, name), value) for name, value in columns.items()})


@CONTROLLER
def test_every_program_keeps_the_checklist(name: str) -> None:
    """Modes before motion, safe Z first, the spindle and its dwell before the first cut, a feed on it, all off at the end."""
    c, lines = controller_of(name), lines_of(simple_path(), name)
    words = [line.split() for line in lines]
    first = next(n for n, line in enumerate(words) if line[0] == "G0")
    said = {word for line in words[:first] for word in line}
    assert {"G21", "G90", "G17", "G54"} <= said
    assert "G94" in said or name == "marlin"
    assert words[first] == ["G0", f"Z{SAFE_Z_MM:.{c.decimals_mm}f}"]
    cut = next(n for n, line in enumerate(words) if line[0] == "G1")
    start = words.index(["M3", "S9000"])
    assert first < start < cut
    assert words[start + 1][0] == "G4"
    assert any(word.startswith("F") for word in words[cut])
    body = [line for line in lines if line != "%"]
    end = [f"G0 Z{SAFE_Z_MM:.{c.decimals_mm}f}", "M5", *([c.end] if name != "marlin" else [])]
    assert body[-len(end) :] == end


@CONTROLLER
def test_marks_line_ends_and_names_are_the_controllers_own(name: str) -> None:
    c, data = controller_of(name), write(simple_path(), name, "Ä (job) %!?\n\r; 7" + "x" * 99, SAFE_Z_MM, 12)
    lines = data.split(c.line_end.encode())
    assert lines[-1] == b""
    assert c.crlf or b"\r" not in data
    assert (lines[0] == b"%") == (lines[-2] == b"%") == c.percent
    assert (b"O0012" in lines) == c.program_number
    title = next(line for line in lines if b"RMOS" in line).decode()
    assert re.fullmatch(r"\([A-Za-z0-9 .-]*\)|; [A-Za-z0-9 .-]*", title)
    assert len(title) <= c.comment_length + 2
    assert title == title.upper() or not c.upper_case
    assert all(len(line) <= c.max_line for line in lines)


@CONTROLLER
def test_a_dwell_of_two_seconds_is_written_in_the_controllers_unit(name: str) -> None:
    path = path_of_rows([(0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0), (4, 0, 0, 0, 5, 0, 0, 0, 0, 0, 2.0, 0, 0)])
    (line,) = [line for line in lines_of(path, name) if line.startswith("G4 ")]
    wanted = {"P s": "G4 P2.000", "P ms": "G4 P2000", "S s": "G4 S2.000", "X s": "G4 X2.000"}
    assert line == wanted[controller_of(name).dwell]


def allowed_words(name: str) -> set[str]:
    c = controller_of(name)
    codes = {word for line in c.header for word in line.split()} | {"G0", "G1", "G2", "G3", "G4", "M0", "M3", "M4", "M5", c.end}
    codes |= {{"XY": "G17", "ZX": "G18", "YZ": "G19"}[plane] for plane in c.planes}
    codes |= {"M6"} if c.tool_change else set()
    codes |= {"G43"} if c.length_offset else set()
    codes |= {"M7"} if c.mist else set()
    codes |= {"M8"} if c.flood else set()
    return codes | ({"M9"} if c.mist or c.flood else set())


def allowed_letters(name: str) -> set[str]:
    c = controller_of(name)
    letters = set("XYZIJFS") | {c.dwell[0]} | ({"K"} if len(c.planes) > 1 else set())
    letters |= {"P"} if any(" P" in line for line in c.header) else set()
    return letters | ({"T"} if c.tool_change else set()) | ({"H"} if c.length_offset else set())


@CONTROLLER
@given(random=seeds)
@settings(max_examples=25, deadline=None)
def test_no_controller_is_told_a_word_that_its_table_does_not_hold(name: str, random: np.random.Generator) -> None:
    c = controller_of(name)
    path = random_path(random, planes=len(c.planes) > 1, tools=c.tool_change, coolants=c.mist)
    for line in lines_of(path, name):
        for word in [] if line == "%" or line.startswith("O") else line.split():
            assert word in allowed_words(name) if word[0] in "GM" else word[0] in allowed_letters(name), line


@CONTROLLER
def test_the_spindle_gets_its_dwell_at_every_start_and_when_it_turns_round(name: str) -> None:
    rows = [(0, 0, 0, 0, 5, 0, 0, 0, 0, rpm, 0, 0, switches) for rpm, switches in ((9000, 0), (0, 0), (9000, 0), (9000, 4))]
    lines = lines_of(path_of_rows(rows), name)
    starts = [n for n, line in enumerate(lines) if line.startswith(("M3 ", "M4 "))]
    assert [lines[n] for n in starts] == ["M3 S9000", "M3 S9000", "M4 S9000"]
    assert all(lines[n + 1].startswith("G4 ") for n in starts)
    assert lines[starts[2] - 1] == "M5"


@pytest.mark.parametrize("name", [name for name, c in CONTROLLERS.items() if c.tool_change])
def test_a_tool_is_changed_with_all_off_and_the_tool_brought_back(name: str) -> None:
    rows: list[tuple[float, ...]] = [(0, 0, 1, 2, 6, 0, 0, 0, 0, 9000, 0, 1, 2), (1, 0, 1, 2, 6, 0, 0, 0, 500, 9000, 0, 1, 2)]
    rows += [(6, 0, 1, 2, 6, 0, 0, 0, 0, 9000, 0, 2, 2), (1, 0, 1, 2, 3, 0, 0, 0, 500, 9000, 0, 2, 2)]
    c, lines = controller_of(name), lines_of(path_of_rows(rows), name)
    offset = ["G43 H2"] if c.length_offset else []
    mm = f".{c.decimals_mm}f"
    back = [f"G0 Z{6:{mm}}", f"G0 X{1:{mm}} Y{2:{mm}}"]
    change = lines.index("T2 M6")
    assert lines[change - 2 : change] == ["M9", "M5"]
    after = lines[change + 1 :]
    assert after[: len(offset) + 2] == [*offset, *back]
    restart = after[len(offset) + 2 :][:4]
    assert [line.split()[0] for line in restart] == ["M3", "G4", "M8", "G1"]
    assert restart[3].split()[-1].startswith("F500")


def test_the_table_holds_every_controller_and_what_it_does_not_know_is_refused() -> None:
    names = "grbl grblhal linuxcnc mach3 mach4 pathpilot masso fanuc haas ddcsv marlin"
    assert " ".join(CONTROLLERS) == names
    assert set(get_args(Job.model_fields["post"].annotation)) <= set(CONTROLLERS)
    row = msgspec.to_builtins(CONTROLLERS["grbl"])
    for wrong in ({**row, "speed": 1}, {**row, "crlf": "no"}, {k: v for k, v in row.items() if k != "dwell"}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(wrong, Controller)


def refusal(path: Toolpath, name: str = "grbl", safe_z_mm: float = SAFE_Z_MM) -> PostError:
    with pytest.raises(PostError) as caught:
        write(path, name, "job", safe_z_mm)
    return caught.value


def test_what_a_controller_cannot_be_told_is_refused_by_name() -> None:
    assert refusal(simple_path(switches=1)).code == "mist"
    assert refusal(simple_path(switches=2), "marlin").code == "flood"
    assert refusal(changed(simple_path(), "plane", 2, 1), "marlin").code == "plane"
    assert refusal(simple_path(), "fagor").code == "unknown_controller"
    assert refusal(simple_path(switches=8)).code == "unknown_switch"
    assert refusal(changed(simple_path(), "feed_mm_min", 1, -799.96), "fanuc").code == "feed"
    assert refusal(simple_path(spindle_rpm=0.4)).code == "spindle_too_slow"
    with pytest.raises(PostError, match="1 to 9999"):
        write(simple_path(), "haas", "job", SAFE_Z_MM, 10_000)
    change = changed(changed(simple_path(tool=1), "kind", 3, 6), "z_mm", 3, -6)
    assert refusal(change).code == "tool_change"
    assert "split the job" in str(refusal(change))


def test_what_would_be_unsafe_is_refused_by_name() -> None:
    assert refusal(changed(simple_path(), "kind", 0, 1)).code == "unknown_start"
    assert refusal(changed(simple_path(), "z_mm", 0, -5)).code == "unknown_start"
    assert refusal(simple_path(), safe_z_mm=-1).code == "safe_z"
    assert refusal(simple_path(), safe_z_mm=math.nan).code == "safe_z"
    assert refusal(changed(simple_path(), "x_mm", 1, math.nan)).code == "not_finite"
    assert refusal(changed(simple_path(), "tool", 2, 3), "linuxcnc").code == "tool"
    low = changed(changed(simple_path(tool=1), "kind", 3, 6), "z_mm", 3, -6)
    assert refusal(low, "linuxcnc").code == "low_tool_change"
    assert refusal(changed(changed(simple_path(), "kind", 1, 3), "x_mm", 1, 1)).code == "moving_dwell"


def test_a_first_move_below_safe_z_is_made_from_above_its_place() -> None:
    path = changed(simple_path(), "z_mm", 0, -4)
    assert lines_of(path, "grbl")[3:8] == ["G0 Z5.000", "M3 S9000", "G4 P2.000", "G0 X1.000 Y2.000", "G0 X1.000 Y2.000 Z1.000"]
    assert differences(path, reread(path, "grbl"), "grbl", SAFE_Z_MM) == []


@pytest.mark.parametrize("column", ["x_mm", "y_mm", "z_mm", "feed_mm_min", "spindle_rpm", "tool", "switches"])
@pytest.mark.parametrize("row", range(7))
def test_a_change_in_any_move_is_seen(column: str, row: int) -> None:
    again = reread(path_of(), "grbl")
    moves = [n for n, kind in enumerate(again.kind.tolist()) if kind != MoveKind.DWELL][1:-1]
    assert len(moves) == 7
    assert differences(path_of(), changed(again, column, moves[row], 1), "grbl", SAFE_Z_MM) != []


@pytest.mark.parametrize("column", ["i_mm", "j_mm", "k_mm", "plane", "kind"])
def test_a_change_of_an_arc_is_seen(column: str) -> None:
    again = reread(path_of(), "grbl")
    arc = again.kind.tolist().index(MoveKind.ARC_CW)
    assert differences(path_of(), changed(again, column, arc, 1), "grbl", SAFE_Z_MM) != []


def test_a_dwell_a_thousand_times_as_long_is_seen() -> None:
    again = reread(path_of(), "grbl")
    for n in np.flatnonzero(again.kind == MoveKind.DWELL):
        assert differences(path_of(), changed(again, "dwell_s", int(n), 0.999), "grbl", SAFE_Z_MM) != []


@pytest.mark.parametrize("row", [0, -1])
def test_a_first_or_last_move_that_is_no_lift_is_seen(row: int) -> None:
    again = changed(reread(path_of(), "grbl"), "z_mm", row, -55)
    assert differences(path_of(), again, "grbl", SAFE_Z_MM) != []


@pytest.mark.parametrize("row", range(8))
def test_a_move_that_is_left_out_or_made_twice_is_seen(row: int) -> None:
    lines = write(path_of(), "grbl", "job", SAFE_Z_MM).decode().splitlines()
    moves = [n for n, line in enumerate(lines) if re.match(r"G[0-4] ", line)]
    fewer, more = lines[: moves[row]] + lines[moves[row] + 1 :], [*lines[: moves[row] + 1], *lines[moves[row] :]]
    for text in (fewer, more):
        try:
            again = interpret("\n".join(text).encode()).toolpath
        except ValueError:
            continue
        assert differences(path_of(), again, "grbl", SAFE_Z_MM) != []


def test_an_arc_shorter_than_the_last_decimal_never_becomes_a_circle() -> None:
    turn = 0.0004 / 10
    x, y = 10 * math.cos(turn), 10 * math.sin(turn)
    path = path_of(f"M3 S9000\nG0 X10 Y0 Z5\nG3 X{x:.9f} Y{y:.9f} I-10 J0 F100\nG1 X0 Y0\n".encode())
    again = reread(path, "grbl")
    assert not any(kind in (MoveKind.ARC_CW, MoveKind.ARC_CCW) for kind in again.kind.tolist())
    assert differences(path, again, "grbl", SAFE_Z_MM) == []


@given(random=seeds)
@settings(max_examples=200, deadline=None)
def test_rounding_never_makes_a_short_arc_of_a_long_one_or_a_long_one_of_a_short_one(random: np.random.Generator) -> None:
    radius, gap_mm = float(random.choice([0.005, 0.02, 0.1, 10, 300])), float(random.uniform(0, 0.002))
    first, centre = random.uniform(0, 2 * math.pi), random.uniform(-1, 1, 2)
    turn = float(random.choice([gap_mm / radius, 2 * math.pi - gap_mm / radius]))
    start, end = (centre + radius * np.array([math.cos(angle), math.sin(angle)]) for angle in (first, first + turn))
    rows: list[tuple[float, ...]] = [(0, 0, *start, 5, 0, 0, 0, 0, 9000, 0, 0, 0)]
    rows.append((3, 0, *end, 5, *(centre - start), 0, 100, 9000, 0, 0, 0))
    path = path_of_rows(rows)
    again = reread(path, "grbl")
    assert differences(path, again, "grbl", SAFE_Z_MM) == []
    assert lengths_mm(again)[-2] == pytest.approx(turn * radius, abs=0.008)


def test_a_tiny_arc_whose_end_is_rounded_past_its_start_becomes_a_line() -> None:
    first, turn, radius = 0.01159338101451271, 0.020876957955710162, 0.02
    start = np.array([0.5255007804843184, 0.41473684095228647])
    away = radius * np.array([math.cos(first), math.sin(first)])
    end = start - away + radius * np.array([math.cos(first + turn), math.sin(first + turn)])
    rows: list[tuple[float, ...]] = [(0, 0, *start, 5, 0, 0, 0, 0, 9000, 0, 0, 0)]
    rows.append((3, 0, *end, 5, *-away, 0, 100, 9000, 0, 0, 0))
    again = reread(path_of_rows(rows), "grbl")
    assert again.kind.tolist()[-2] == MoveKind.LINEAR
    assert (again.x_mm[-2], again.y_mm[-2]) != (again.x_mm[-3], again.y_mm[-3])


def test_a_tiny_arc_that_is_read_as_a_circle_is_seen() -> None:
    rows: list[tuple[float, ...]] = [(0, 0, 10, 0, 5, 0, 0, 0, 0, 9000, 0, 0, 0)]
    rows.append((3, 0, 10, 0.0009, 5, -10, 0, 0, 100, 9000, 0, 0, 0))
    path = path_of_rows(rows)
    program = write(path, "grbl", "job", SAFE_Z_MM)
    assert differences(path, reread(path, "grbl"), "grbl", SAFE_Z_MM) == []
    circle = interpret(program.replace(b"Y0.001", b"Y0.000")).toolpath
    assert differences(path, circle, "grbl", SAFE_Z_MM) != []


def test_a_move_after_the_last_lift_is_seen() -> None:
    program = write(simple_path(), "grbl", "job", SAFE_Z_MM)
    assert differences(simple_path(), interpret(program).toolpath, "grbl", SAFE_Z_MM) == []
    assert differences(simple_path(), interpret(program.replace(b"M5", b"G0 X9\nM5")).toolpath, "grbl", SAFE_Z_MM) != []


def test_a_full_circle_stays_one_or_becomes_two_halves() -> None:
    path = path_of(b"M3 S9000\nG0 X10 Y0 Z5\nG3 X10 Y0 I-10 J0 F100\n")
    assert sum(line.startswith("G3") for line in lines_of(path, "grbl")) == 1
    assert sum(line.startswith("G3") for line in lines_of(path, "masso")) == 2
    assert differences(path, reread(path, "grbl"), "grbl", SAFE_Z_MM) == []
