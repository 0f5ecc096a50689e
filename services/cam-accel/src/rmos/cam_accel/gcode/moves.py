"""Where does a line go? Straight moves, arcs with their centres and turns, G28 and G30, G92 and G10."""

from __future__ import annotations

import math

from rmos.cam_accel.gcode.blocks import Block
from rmos.cam_accel.gcode.dialects import Turns
from rmos.cam_accel.gcode.faults import Fault
from rmos.cam_accel.gcode.state import WORKS, State, is_known
from rmos.cam_accel.geometry import AXES, TURN, Point3, arc_length_mm, arc_sweep, distance_mm
from rmos.contracts.toolpath import MoveKind

ARC_RADIUS_MM, ARC_RADIUS_RATIO = 0.005, 0.001
MOST_TURNS = 1000
_MOTION = {0: MoveKind.RAPID, 1: MoveKind.LINEAR, 2: MoveKind.ARC_CW, 3: MoveKind.ARC_CCW}


def move(s: State, b: Block) -> None:
    arc, machine = s.motion in (2, 3), b.code("once") == 530
    if not b.has("XYZ"):
        if arc and b.has("IJKR"):
            raise Fault("arc_end", b.first_column("IJKR"))
        if machine:
            raise Fault("no_axes", b.codes["once"][1], "G", 53.0)
        return
    if s.motion is None:
        raise Fault("no_motion", b.first_column("XYZ"))
    if machine and s.motion not in (0, 1):
        raise Fault("g53_motion", b.codes["once"][1])
    kind, start, known = _MOTION[s.motion], s.position, s.known
    s.travel({n: (_target(s, b, n), b.values[axis][1]) for n, axis in enumerate("XYZ") if axis in b.values})
    try:
        centre = _centre(s, kind, start, known, b) if arc else (0.0, 0.0, 0.0)
        turns = _turns(s, b) if arc else 0
        feed = 0.0 if kind is MoveKind.RAPID else _feed(s, kind, start, centre, turns, b)
    except Fault:
        s.position, s.known = start, known
        raise
    if turns:
        _turn_around(s, kind, start, centre, feed, turns)
    s.emit(kind, centre, feed)
    if s.absolute:
        s.doubts -= b.values.keys() & {"X", "Y", "Z"}


def _target(s: State, b: Block, n: int) -> float:
    value, column = b.values["XYZ"[n]]
    if b.code("once") == 530:
        require_no_length(s, b, n)
        return value * s.scale - s.base[n]
    return programmed(s, n, value, column)


def programmed(s: State, n: int, value: float, column: int) -> float:
    """The coordinate, in mm of the stated G54, that an axis word of the line names."""
    step = value * s.scale
    if s.absolute:
        return step + (s.zero[n] + s.shift[n])
    if not s.known[n]:
        raise Fault("unknown_start", column, "XYZ"[n])
    return s.position[n] + step


def require_no_length(s: State, b: Block, n: int) -> None:
    if s.length and n == 2:
        code, column = b.codes["once"]
        raise Fault("tool_length", column, "G", code / 10)


def go_home(s: State, b: Block, code: int) -> None:
    """By way of the axis words, if any, to the stored position; without axis words all axes go."""
    axes = [n for n, axis in enumerate("XYZ") if axis in b.values] or [0, 1, 2]
    for n in axes:
        require_no_length(s, b, n)
    if b.has("XYZ"):
        by_way = [n for n in axes if s.absolute or b.values["XYZ"[n]][0] != 0]
        s.travel({n: (programmed(s, n, *b.values["XYZ"[n]]), b.values["XYZ"[n]][1]) for n in by_way})
        if by_way:
            s.emit(MoveKind.RAPID)
    home, column = s.homes[code], b.codes["once"][1]
    s.travel({n: (home[n] - s.base[n], b.values["XYZ"[n]][1] if "XYZ"[n] in b.values else column) for n in axes})
    s.emit(MoveKind.RAPID)


def shift_origin(s: State, b: Block) -> None:
    """G92: the present position gets the coordinates named."""
    if not b.has("XYZ"):
        raise Fault("no_axes", b.codes["once"][1], "G", 92.0)
    _require_known(s, b)
    for n, axis in enumerate("XYZ"):
        if axis in b.values:
            s.shift[n] = s.position[n] - b.values[axis][0] * s.scale - s.zero[n]
    s.kept_shift = [*s.shift]


def drop_shift(s: State, code: int) -> None:
    """G92.1 forgets the shift, G92.2 sets it aside, G92.3 brings it back."""
    s.shift = [*s.kept_shift] if code == 923 else [0.0, 0.0, 0.0]
    if code == 921:
        s.kept_shift = [0.0, 0.0, 0.0]


def set_work_offset(s: State, b: Block) -> None:
    """G10 L2 states a work offset's origin in machine coordinates, L20 by what the present position is to be called."""
    column = b.codes["once"][1]
    if "L" not in b.values or "P" not in b.values:
        raise Fault("offset_number", column)
    way, number = b.values["L"][0], b.values["P"][0]
    if way != 2 and not (way == 20 and s.dialect.own_offsets):
        raise Fault("unsupported_l", b.values["L"][1], "L", way)
    codes = [code for code in WORKS if code in s.dialect.g]
    if number != math.floor(number) or number > len(codes):
        raise Fault("offset_number", b.values["P"][1])
    if not s.absolute:
        raise Fault("relative_offset", column)
    if not b.has("XYZ"):
        raise Fault("no_axes", column, "G", 10.0)
    if way == 20:
        _require_known(s, b)
    elif not is_known(s.base):
        raise Fault("needs_offset", column, "G", 10.0, 54.0)
    origin = s.works[WORKS.index(codes[int(number) - 1] if number else s.work)]
    for n, axis in enumerate("XYZ"):
        if axis in b.values:
            stated = b.values[axis][0] * s.scale
            origin[n] = stated - s.base[n] if way == 2 else s.position[n] - s.shift[n] - stated


def _require_known(s: State, b: Block) -> None:
    for n, axis in enumerate("XYZ"):
        if axis in b.values and not s.known[n]:
            raise Fault("unknown_start", b.values[axis][1], axis)


def _feed(s: State, kind: MoveKind, start: list[float], centre: Point3, turns: int, b: Block) -> float:
    if not s.inverse_time:
        return cutting_feed(s, b)
    if "F" not in b.values or b.values["F"][0] <= 0:
        raise Fault("inverse_time", b.values["F"][1] if "F" in b.values else b.first_column("XYZ"))
    first, last = point(start), point(s.position)
    if kind is MoveKind.LINEAR:
        return distance_mm(first, last) * b.values["F"][0]
    length = arc_length_mm(s.plane, kind is MoveKind.ARC_CCW, first, last, centre)
    if turns:
        length = _length_of_turns_mm(s, kind, start, centre, turns)
    return length * b.values["F"][0]


def cutting_feed(s: State, b: Block) -> float:
    if s.feed_mm_min <= 0:
        raise Fault("no_feed", b.first_column("XYZ"))
    return s.feed_mm_min


def point(values: list[float]) -> Point3:
    return values[0], values[1], values[2]


def _turns(s: State, b: Block) -> int:
    """Whole turns that come before the arc's own."""
    if "P" not in b.values:
        return 0
    number, column = b.values["P"]
    least = 1 if s.dialect.turns is Turns.IN_ALL else 0
    if number != math.floor(number) or not least <= number <= MOST_TURNS:
        raise Fault("arc_turns", column)
    return int(number) - least


def _length_of_turns_mm(s: State, kind: MoveKind, start: list[float], centre: Point3, turns: int) -> float:
    radius, _, turn = arc_sweep(s.plane, kind is MoveKind.ARC_CCW, point(start), point(s.position), centre)
    third = AXES[s.plane][2]
    along, rise = radius * (abs(turn) + TURN * turns), s.position[third] - start[third]
    return math.sqrt(along * along + rise * rise)


def _turn_around(s: State, kind: MoveKind, start: list[float], centre: Point3, feed: float, turns: int) -> None:
    """Whole circles, each with its share of the rise; the arc's own turn is left to do."""
    third, end = AXES[s.plane][2], s.position
    turn = abs(arc_sweep(s.plane, kind is MoveKind.ARC_CCW, point(start), point(end), centre)[2])
    rise = (end[third] - start[third]) * (TURN / (turn + TURN * turns))
    for n in range(1, turns + 1):
        s.position = [*start]
        s.position[third] = start[third] + rise * n
        s.emit(kind, centre, feed)
    s.position = end


def _centre(s: State, kind: MoveKind, start: list[float], known: list[bool], b: Block) -> Point3:
    """Offset of the arc's centre from its start."""
    first, second, _ = AXES[s.plane]
    if "XYZ"[first] not in b.values and "XYZ"[second] not in b.values:
        raise Fault("arc_end", b.first_column("XYZ"))
    if "R" in b.values and b.has("IJK"):
        raise Fault("arc_both", b.values["R"][1])
    if "R" in b.values:
        p, q = _centre_of_radius(s, kind, start, b.values["R"])
    else:
        p, q = _centre_of_offsets(s, start, b)
    for n in (first, second):
        if not known[n]:
            raise Fault("unknown_start", b.first_column("XYZ"), "XYZ"[n])
    centre = [0.0, 0.0, 0.0]
    centre[first], centre[second] = p, q
    return point(centre)


def _centre_of_offsets(s: State, start: list[float], b: Block) -> tuple[float, float]:
    first, second, _ = AXES[s.plane]
    stated = ["IJK"[n] in b.values for n in (first, second)]
    if not (all(stated) if s.absolute_centres else any(stated)):
        raise Fault("arc_centre", b.first_column("XYZ"))
    p, q = (b.values.get("IJK"[n], (0.0, 0))[0] * s.scale for n in (first, second))
    if s.absolute_centres:
        p = p + (s.zero[first] + s.shift[first]) - start[first]
        q = q + (s.zero[second] + s.shift[second]) - start[second]
    u, v = s.position[first] - start[first] - p, s.position[second] - start[second] - q
    radius, other = math.sqrt(p * p + q * q), math.sqrt(u * u + v * v)
    if abs(radius - other) > max(ARC_RADIUS_MM, ARC_RADIUS_RATIO * radius) or radius == 0:
        raise Fault("arc_radius", b.first_column("IJK"), "", radius, other)
    return p, q


def _centre_of_radius(s: State, kind: MoveKind, start: list[float], word: tuple[float, int]) -> tuple[float, float]:
    first, second, _ = AXES[s.plane]
    radius = word[0] * s.scale
    u, v = s.position[first] - start[first], s.position[second] - start[second]
    chord = math.sqrt(u * u + v * v)
    if chord == 0 or chord > 2 * abs(radius) + ARC_RADIUS_MM:
        raise Fault("arc_chord", word[1], "", abs(radius), chord)
    height = math.sqrt(max(0.0, radius * radius - chord * chord / 4)) / chord
    side = (1.0 if kind is MoveKind.ARC_CCW else -1.0) * (1.0 if radius > 0 else -1.0)
    return u / 2 - side * v * height, v / 2 + side * u * height
