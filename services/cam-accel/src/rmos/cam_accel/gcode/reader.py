"""What does a program do, line after line? All faults in one pass: the reference kernel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.gcode import flow
from rmos.cam_accel.gcode.blocks import Block
from rmos.cam_accel.gcode.cycles import cycle
from rmos.cam_accel.gcode.dialects import CYCLES, Dwell, dialect_named
from rmos.cam_accel.gcode.faults import MAX_FAULTS, Fault, Place, describe
from rmos.cam_accel.gcode.formulas import Memory
from rmos.cam_accel.gcode.modes import check, dwell, set_modes
from rmos.cam_accel.gcode.moves import drop_shift, go_home, move, set_work_offset, shift_origin
from rmos.cam_accel.gcode.state import NO_OFFSETS, State, new_state
from rmos.cam_accel.gcode.words import is_percent, words
from rmos.contracts.jobs import MAX_MOVES, MAX_PROGRAM_BYTES
from rmos.contracts.toolpath import MoveKind, Toolpath, from_columns

_BINARY = re.compile(rb"[^\t\r\n\x20-\x7e\x80-\xff]")
_FOREIGN, _REAL_TIME = re.compile(r"[\x80-\xff]"), re.compile(r"[\x80-\xff!~]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_NOTE = re.compile(r"\([^()]*\)|;.*")
_PROGRAM_NUMBER = re.compile(r"[ \t]*[Oo][0-9]{1,8}(?![0-9.])")
_OF_THE_WAY = {"X", "Y", "Z", "#"}
_AFTER_END = {("M", 2), ("M", 5), ("M", 9), ("M", 30)}
MAX_REFUSED = 10_000
"""Lines that may be refused, told or not, before the rest of the program is left unread."""
_FINAL = ("too_many_moves", "after_end")
_FOLLOW_UPS = {
    "no_feed": "F", "inverse_time": "G", "no_motion": "G", "unused_word": "G", "arc_end": "G", "arc_centre": "G",
    "cycle_place": "G", "cycle_word": "G", "unset_offset": "G", "unknown_start": "XYZ", "arc_radius": "XYZ", "arc_chord": "XYZ",
    "no_tool": "T", "cycle_spindle": "M", "unset_parameter": "#",
}  # fmt: skip
"""What a refused line may have meant to set, and the faults that its absence would cause."""


@dataclass(frozen=True)
class Limits:
    """A program beyond them is refused; a job over the bus has the default ones. `steps`: lines run by loops and calls."""

    program_bytes: int = MAX_PROGRAM_BYTES
    moves: int = MAX_MOVES
    steps: int = 5_000_000


LIMITS = Limits()


@dataclass(frozen=True)
class Program:
    """`states_units`: G20 or G21 comes before or with the first move; `states_distance`: G90 or G91 does. `tools`: numbers
    in the order in which they come into the spindle, or in which T names them where the controller has no M6."""

    toolpath: Toolpath
    tools: tuple[int, ...]
    states_units: bool
    states_distance: bool


def interpret(
    data: bytes, offsets: NDArray[np.float64] = NO_OFFSETS, dialect: str = "grbl", limits: Limits = LIMITS
) -> Program:
    """Read a program into mm columns, in coordinates of its G54. `spindle_rpm` is 0 while the spindle stands.

    `offsets`: (8, 3) float64, mm in machine coordinates, rows as in OFFSET_CODES, NaN where not known. G28, G30, G53 and
    G55 to G59 are read where the positions they go by are known. `dialect`: one of DIALECTS, otherwise ValueError. Raises
    GcodeError with up to 100 places, by default limits those of a job. What a controller would not take, or would take
    differently from another of its kind, is refused by name, and so are moves after the end, since a sender would still
    run them. A refused line's likely consequences are not told as faults of their own.
    """
    known = dialect_named(dialect)
    places = _form_faults(data, limits)
    state = new_state(known, offsets, limits.moves)
    if not places:
        _read_lines(state, _LINE_END.split(data.decode("latin-1")), limits, places)
        if not places and not state.rows["kind"]:
            places.append((1, 1, "empty", "", 0.0, 0.0))
    if places:
        raise describe(data, places)
    return Program(from_columns(state.rows), tuple(state.tools), state.states_units, state.states_distance)


def _form_faults(data: bytes, limits: Limits) -> list[Place]:
    if len(data) > limits.program_bytes:
        return [(1, 1, "too_large", "", float(len(data)), float(limits.program_bytes))]
    bad = _BINARY.search(data)
    if bad is None:
        return []
    lines = re.split(rb"\r\n|\r|\n", data[: bad.start()])
    return [(len(lines), len(lines[-1]) + 1, "binary", "", float(bad[0][0]), 0.0)]


def _read_lines(s: State, lines: list[str], limits: Limits, places: list[Place]) -> None:
    memory = Memory()
    try:
        order = flow.order(lines, memory, limits.steps) if s.dialect.formulas else _in_order(lines)
        while len(places) < MAX_FAULTS:
            s.number = next(order, 0)
            if s.number == 0:
                return
            _try_line(s, lines[s.number - 1], memory, places)
    except flow.Broken as broken:
        for place in broken.places[:MAX_FAULTS]:
            if place not in places and len(places) < MAX_FAULTS:
                places.append(place)


def _in_order(lines: list[str]) -> Iterator[int]:
    yield from range(1, len(lines) + 1)


def _try_line(s: State, line: str, memory: Memory, places: list[Place]) -> None:
    s.applied = False
    try:
        _line(s, line, memory)
        memory.commit()
    except Fault as fault:
        memory.pending.clear()
        place = (s.number, fault.column, fault.code, fault.letter, fault.a, fault.b)
        follows = not s.doubts.isdisjoint(_FOLLOW_UPS.get(fault.code, ""))
        if not follows and place not in places:
            places.append(place)
        doubts = set(_NOTE.sub("", line).upper())
        s.doubts |= doubts & _OF_THE_WAY if s.applied and s.motion not in CYCLES else doubts
        s.refused += 1
        if fault.code in _FINAL or s.refused >= MAX_REFUSED:
            raise flow.Broken([]) from fault


def _line(s: State, line: str, memory: Memory) -> None:
    if foreign := (_REAL_TIME if s.dialect.real_time else _FOREIGN).search(line):
        byte = ord(foreign[0])
        raise Fault("not_ascii" if byte > 127 else "real_time", foreign.start() + 1, "", float(byte))
    if is_percent(line):
        s.ended = s.ended or s.started
        return
    b, empty = Block(), True
    for word in words(line, s.dialect, memory, _behind_program_number(s, line)):
        empty = False
        if not s.ended:
            b.add(word, s.dialect)
        elif (word.letter, word.value) not in _AFTER_END and word.letter != "N":
            raise Fault("after_end", word.column, word.letter, word.value)
    s.started = s.started or not empty
    if not s.ended and not empty:
        b.require_one_use_of_axes()
        check(s, b)
        _run(s, b)


def _behind_program_number(s: State, line: str) -> int:
    """A program may begin with its number: O1234."""
    number = _PROGRAM_NUMBER.match(line) if s.dialect.program_number and not s.started else None
    if number is None:
        return 0
    s.started = True
    return number.end()


def _run(s: State, b: Block) -> None:
    """In the order of RS-274: modes, feed, speed, tool, spindle, coolant, dwell, moves, stop or end."""
    set_modes(s, b)
    s.applied = True
    once = b.code("once")
    if once == 40:
        dwell(s, b)
    if once in (280, 300):
        go_home(s, b, once)
    elif once == 100:
        set_work_offset(s, b)
    elif once == 920:
        shift_origin(s, b)
    elif once != 40 or s.dialect.dwell is not Dwell.X_OR_U_SECONDS_OR_P_MS:
        if once in (921, 922, 923):
            drop_shift(s, once)
        if s.motion in CYCLES:
            cycle(s, b, s.motion)
        else:
            move(s, b)
    _stop_or_end(s, b)


def _stop_or_end(s: State, b: Block) -> None:
    program = b.code("program")
    if program in (0, 10):
        s.emit(MoveKind.STOP)
    elif program is not None:
        s.ended = True
