"""What does a program do, line after line? Modal state and columns, all faults in one pass: the reference kernel."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.gcode.blocks import Block, block
from rmos.cam_accel.gcode.faults import MAX_FAULTS, Fault, Place, describe
from rmos.cam_accel.gcode.words import is_percent, words
from rmos.cam_accel.geometry import AXES, Point3, arc_length_mm, distance_mm
from rmos.contracts.jobs import MAX_MOVES, MAX_PROGRAM_BYTES
from rmos.contracts.toolpath import COLUMNS, MoveKind, Plane, Toolpath, from_columns

INCH, FARTHEST_MM = 25.4, 1e5
ARC_RADIUS_MM, ARC_RADIUS_RATIO = 0.005, 0.001
OFFSET_CODES = (54, 55, 56, 57, 58, 59, 28, 30)
"""Rows of an offsets array: where each work offset's origin and each stored position lies, in machine coordinates."""
NO_OFFSETS: NDArray[np.float64] = np.full((len(OFFSET_CODES), 3), np.nan)
NO_OFFSETS.setflags(write=False)

_BAD_BYTE = re.compile(rb"[^\t\r\n\x20-\x7d]|!")
_LINE_END = re.compile(r"\r\n|\r|\n")
_PLANES = {17: Plane.XY, 18: Plane.ZX, 19: Plane.YZ}
_MOTION = {0: MoveKind.RAPID, 1: MoveKind.LINEAR, 2: MoveKind.ARC_CW, 3: MoveKind.ARC_CCW}
_AFTER_END = {("M", 2), ("M", 5), ("M", 9), ("M", 30)}


@dataclass(frozen=True)
class Program:
    """`states_units`: G20 or G21 comes before or with the first move; `states_distance`: G90 or G91 does."""

    toolpath: Toolpath
    tools: tuple[int, ...]
    states_units: bool
    states_distance: bool


@dataclass
class _State:
    offsets: list[list[float]]
    scale: float = 1.0
    absolute: bool = True
    inverse_time: bool = False
    plane: Plane = Plane.XY
    motion: int | None = None
    feed_mm_min: float = 0.0
    spindle_rpm: float = 0.0
    spinning: bool = False
    work: int = 54
    shift: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    zero: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    position: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    known: list[bool] = field(default_factory=lambda: [False, False, False])
    tools: list[int] = field(default_factory=list)
    started: bool = False
    moved: bool = False
    ended: bool = False
    states_units: bool = False
    states_distance: bool = False
    rows: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in COLUMNS})


def interpret(data: bytes, offsets: NDArray[np.float64] = NO_OFFSETS) -> Program:
    """Read a program into mm columns, in coordinates of its G54. `spindle_rpm` is 0 while the spindle stands.

    `offsets`: (8, 3) float64, mm in machine coordinates, rows as in OFFSET_CODES, NaN where not known. G28, G30, G53 and
    G55 to G59 are read where the positions they go by are known. Raises GcodeError with up to 100 places; parameters,
    expressions, O-words, canned cycles and block delete are refused by name, and so are moves after the end, since a
    sender would still run them.
    """
    places = _form_faults(data)
    state = _State(offsets.tolist())
    if not places:
        for number, line in enumerate(_LINE_END.split(data.decode("ascii")), start=1):
            if len(places) >= MAX_FAULTS:
                break
            try:
                _line(state, line, number)
            except Fault as fault:
                places.append((number, fault.column, fault.code, fault.letter, fault.a, fault.b))
                if fault.code == "too_many_moves":
                    break
        if not places and not state.rows["kind"]:
            places.append((1, 1, "empty", "", 0.0, 0.0))
    if places:
        raise describe(data, places)
    return Program(from_columns(state.rows), tuple(state.tools), state.states_units, state.states_distance)


def _form_faults(data: bytes) -> list[Place]:
    if len(data) > MAX_PROGRAM_BYTES:
        return [(1, 1, "too_large", "", float(len(data)), float(MAX_PROGRAM_BYTES))]
    bad = _BAD_BYTE.search(data)
    if bad is None:
        return []
    lines, byte = re.split(rb"\r\n|\r|\n", data[: bad.start()]), bad[0][0]
    code = "not_ascii" if byte > 127 else "real_time" if byte in b"!~" else "binary"
    return [(len(lines), len(lines[-1]) + 1, code, "", float(byte), 0.0)]


def _line(s: _State, line: str, number: int) -> None:
    if is_percent(line):
        s.ended = s.ended or s.started
        return
    found = words(line)
    if s.ended:
        for letter, value, column in found:
            if (letter, value) not in _AFTER_END and letter != "N":
                raise Fault("after_end", column, letter, value)
        return
    s.started = s.started or bool(found)
    _run(s, block(found), number)


def _run(s: _State, b: Block, number: int) -> None:
    """In the order of RS-274: modes, feed, speed, tool, spindle, dwell, moves, end."""
    _need_offsets(s, b)
    _set_modes(s, b)
    once = b.code("once")
    if once == 4:
        _dwell(s, b, number)
    if once in (28, 30):
        _go_home(s, b, int(once), number)
    elif once == 92:
        _shift_origin(s, b)
    else:
        if once in (92.1, 92.2):
            s.shift = [0.0, 0.0, 0.0]
        _move(s, b, number)
    if b.code("program") in (2, 30):
        s.ended = True


def _need_offsets(s: _State, b: Block) -> None:
    for group in ("work", "once"):
        code, column = b.codes.get(group, (54, 1))
        wanted = 54 if code == 53 else code
        if code in (28, 30, 53, 55, 56, 57, 58, 59) and not (_has_offset(s, 54) and _has_offset(s, int(wanted))):
            raise Fault("needs_offset", column, "G", float(code), float(wanted))


def _has_offset(s: _State, code: int) -> bool:
    return not any(math.isnan(value) for value in _offset(s, code))


def _offset(s: _State, code: int) -> list[float]:
    return s.offsets[OFFSET_CODES.index(code)]


def _set_modes(s: _State, b: Block) -> None:
    if not s.moved:
        s.states_units = s.states_units or "unit" in b.codes
        s.states_distance = s.states_distance or "distance" in b.codes
    if (unit := b.code("unit")) is not None:
        s.scale = INCH if unit == 20 else 1.0
    if (plane := b.code("plane")) is not None:
        s.plane = _PLANES[int(plane)]
    if (distance := b.code("distance")) is not None:
        s.absolute = distance == 90
    if (work := b.code("work")) is not None:
        s.work = int(work)
        s.zero = [0.0 if s.work == 54 else w - g for w, g in zip(_offset(s, s.work), _offset(s, 54), strict=True)]
    if (motion := b.code("motion")) is not None:
        s.motion = None if motion == 80 else int(motion)
    if (mode := b.code("feed_mode")) is not None:
        s.feed_mm_min = 0.0 if s.inverse_time and mode == 94 else s.feed_mm_min
        s.inverse_time = mode == 93
    if "F" in b.values and not s.inverse_time:
        s.feed_mm_min = b.values["F"][0] * s.scale
    if "S" in b.values:
        s.spindle_rpm = b.values["S"][0]
    if "T" in b.values:
        s.tools.append(int(b.values["T"][0]))
    if (spindle := b.code("spindle")) is not None:
        s.spinning = spindle != 5


def _dwell(s: _State, b: Block, number: int) -> None:
    if "P" not in b.values:
        raise Fault("dwell", b.codes["once"][1])
    _emit(s, number, MoveKind.DWELL, (0.0, 0.0, 0.0), 0.0, b.values["P"][0])


def _go_home(s: _State, b: Block, code: int, number: int) -> None:
    """By way of the axis words, if any, to the stored position; without axis words all axes go."""
    axes = [n for n, axis in enumerate("XYZ") if axis in b.values] or [0, 1, 2]
    if b.has("XYZ"):
        by_way = [n for n in axes if s.absolute or b.values["XYZ"[n]][0] != 0]
        _travel(s, {n: _target(s, b, n) for n in by_way}, b)
        if by_way:
            _emit(s, number, MoveKind.RAPID, (0.0, 0.0, 0.0), 0.0, 0.0)
    home, base = _offset(s, code), _offset(s, 54)
    _travel(s, {n: home[n] - base[n] for n in axes}, b)
    _emit(s, number, MoveKind.RAPID, (0.0, 0.0, 0.0), 0.0, 0.0)


def _shift_origin(s: _State, b: Block) -> None:
    """G92: the present position gets the coordinates named."""
    if not b.has("XYZ"):
        raise Fault("no_axes", b.codes["once"][1], "G", 92.0)
    for n, axis in enumerate("XYZ"):
        if axis in b.values and not s.known[n]:
            raise Fault("unknown_start", b.values[axis][1], axis)
    for n, axis in enumerate("XYZ"):
        if axis in b.values:
            s.shift[n] = s.position[n] - b.values[axis][0] * s.scale - s.zero[n]


def _move(s: _State, b: Block, number: int) -> None:
    arc = s.motion in (2, 3)
    if not arc:
        _refuse_arc_words(b)
    if not b.has("XYZ"):
        if arc and b.has("IJKR"):
            raise Fault("arc_end", _first_column(b, "IJKR"))
        if b.code("once") == 53:
            raise Fault("no_axes", b.codes["once"][1], "G", 53.0)
        return
    if s.motion is None:
        raise Fault("no_motion", _first_column(b, "XYZ"))
    if b.code("once") == 53 and arc:
        raise Fault("g53_motion", b.codes["once"][1])
    kind, start, known = _MOTION[s.motion], s.position, s.known
    _travel(s, {n: _target(s, b, n) for n, axis in enumerate("XYZ") if axis in b.values}, b)
    try:
        centre = _centre(s, kind, start, known, b) if arc else (0.0, 0.0, 0.0)
        feed = 0.0 if kind is MoveKind.RAPID else _feed(s, kind, start, centre, b)
    except Fault:
        s.position, s.known = start, known
        raise
    _emit(s, number, kind, centre, feed, 0.0)


def _refuse_arc_words(b: Block) -> None:
    for letter in "IJKR":
        if letter in b.values:
            raise Fault("unused_word", b.values[letter][1], letter)


def _first_column(b: Block, letters: str) -> int:
    return next(b.values[letter][1] for letter in letters if letter in b.values)


def _target(s: _State, b: Block, n: int) -> float:
    value, column = b.values["XYZ"[n]]
    step = value * s.scale
    if b.code("once") == 53:
        return step - _offset(s, 54)[n]
    if s.absolute:
        return step + (s.zero[n] + s.shift[n])
    if not s.known[n]:
        raise Fault("unknown_start", column, "XYZ"[n])
    return s.position[n] + step


def _travel(s: _State, targets: dict[int, float], b: Block) -> None:
    for n, target in targets.items():
        if abs(target) > FARTHEST_MM:
            axis = "XYZ"[n]
            raise Fault("too_far", b.values[axis][1] if axis in b.values else b.codes["once"][1], axis)
    s.position = [targets.get(n, s.position[n]) for n in range(3)]
    s.known = [n in targets or s.known[n] for n in range(3)]


def _feed(s: _State, kind: MoveKind, start: list[float], centre: Point3, b: Block) -> float:
    if not s.inverse_time:
        if s.feed_mm_min <= 0:
            raise Fault("no_feed", _first_column(b, "XYZ"))
        return s.feed_mm_min
    if "F" not in b.values or b.values["F"][0] <= 0:
        raise Fault("inverse_time", b.values["F"][1] if "F" in b.values else _first_column(b, "XYZ"))
    first, last = _point(start), _point(s.position)
    if kind is MoveKind.LINEAR:
        return distance_mm(first, last) * b.values["F"][0]
    return arc_length_mm(s.plane, kind is MoveKind.ARC_CCW, first, last, centre) * b.values["F"][0]


def _point(values: list[float]) -> Point3:
    return values[0], values[1], values[2]


def _centre(s: _State, kind: MoveKind, start: list[float], known: list[bool], b: Block) -> Point3:
    """Offset of the arc's centre from its start."""
    first, second, _ = AXES[s.plane]
    if "XYZ"[first] not in b.values and "XYZ"[second] not in b.values:
        raise Fault("arc_end", _first_column(b, "XYZ"))
    if "R" in b.values and b.has("IJK"):
        raise Fault("arc_both", b.values["R"][1])
    if "R" in b.values:
        p, q = _centre_of_radius(s, kind, start, b.values["R"])
    else:
        p, q = _centre_of_offsets(s, start, b)
    for n in (first, second):
        if not known[n]:
            raise Fault("unknown_start", _first_column(b, "XYZ"), "XYZ"[n])
    centre = [0.0, 0.0, 0.0]
    centre[first], centre[second] = p, q
    return _point(centre)


def _centre_of_offsets(s: _State, start: list[float], b: Block) -> tuple[float, float]:
    first, second, _ = AXES[s.plane]
    if "IJK"[first] not in b.values and "IJK"[second] not in b.values:
        raise Fault("arc_centre", _first_column(b, "XYZ"))
    p, q = (b.values.get("IJK"[n], (0.0, 0))[0] * s.scale for n in (first, second))
    u, v = s.position[first] - start[first] - p, s.position[second] - start[second] - q
    radius, other = math.sqrt(p * p + q * q), math.sqrt(u * u + v * v)
    if abs(radius - other) > max(ARC_RADIUS_MM, ARC_RADIUS_RATIO * radius) or radius == 0:
        raise Fault("arc_radius", _first_column(b, "IJK"), "", radius, other)
    return p, q


def _centre_of_radius(s: _State, kind: MoveKind, start: list[float], word: tuple[float, int]) -> tuple[float, float]:
    first, second, _ = AXES[s.plane]
    radius = word[0] * s.scale
    u, v = s.position[first] - start[first], s.position[second] - start[second]
    chord = math.sqrt(u * u + v * v)
    if chord == 0 or chord > 2 * abs(radius) + ARC_RADIUS_MM:
        raise Fault("arc_chord", word[1], "", abs(radius), chord)
    height = math.sqrt(max(0.0, radius * radius - chord * chord / 4)) / chord
    side = (1.0 if kind is MoveKind.ARC_CCW else -1.0) * (1.0 if radius > 0 else -1.0)
    return u / 2 - side * v * height, v / 2 + side * u * height


def _emit(s: _State, number: int, kind: MoveKind, centre: Point3, feed: float, dwell_s: float) -> None:
    if len(s.rows["kind"]) >= MAX_MOVES:
        raise Fault("too_many_moves", 1, "", float(MAX_MOVES))
    s.moved = s.moved or kind is not MoveKind.DWELL
    rpm = s.spindle_rpm if s.spinning else 0.0
    row = (kind, s.plane, *s.position, *centre, feed, rpm, dwell_s, number, 0, 0)
    for name, value in zip(COLUMNS, row, strict=True):
        s.rows[name].append(value)
