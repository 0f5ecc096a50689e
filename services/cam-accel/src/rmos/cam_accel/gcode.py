"""What moves does a G-code program make? The reference reader: tokens, modal state, columns, all errors in one pass."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

from rmos.contracts.toolpath import MoveKind, Plane, Toolpath, from_columns

MAX_BYTES, MAX_DIAGNOSTICS, INCH = 64 << 20, 100, 25.4
ARC_RADIUS_MM, ARC_RADIUS_RATIO = 0.005, 0.001
_WORD = re.compile(r"\s*([A-Za-z])\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))", re.ASCII)
_GROUPS = (
    ("motion", "G", (0, 1, 2, 3, 80)), ("plane", "G", (17, 18, 19)), ("unit", "G", (20, 21)), ("distance", "G", (90, 91)),
    ("feed mode", "G", (93, 94)), ("spindle", "M", (3, 4, 5)), ("program", "M", (0, 1, 2, 30)),
)  # fmt: skip
_LARGEST_NUMBER = 1e7
_AFTER_END = {("M", 2), ("M", 5), ("M", 9), ("M", 30)}
_IGNORED_G = {17: Plane.XY, 18: Plane.ZX, 19: Plane.YZ}
_MOTION = {0: MoveKind.RAPID, 1: MoveKind.LINEAR, 2: MoveKind.ARC_CW, 3: MoveKind.ARC_CCW}
_NO_EFFECT = {40, 49, 54, 61, 64, 80, 91.1, 94}
_M_CODES = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 30}
_COLUMNS = (
    "kind",
    "plane",
    "x_mm",
    "y_mm",
    "z_mm",
    "i_mm",
    "j_mm",
    "k_mm",
    "feed_mm_min",
    "spindle_rpm",
    "dwell_s",
    "line",
)


@dataclass(frozen=True)
class Diagnostic:
    line: int
    column: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message} ({self.code})"


class GcodeError(ValueError):
    """The program is refused; `diagnostics` holds up to 100 places."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("; ".join(str(d) for d in diagnostics[:3]))
        self.diagnostics = diagnostics


@dataclass(frozen=True)
class Program:
    toolpath: Toolpath
    tools: tuple[int, ...]
    ends: bool


class _LineError(Exception):
    def __init__(self, code: str, message: str, column: int = 1) -> None:
        super().__init__(message)
        self.code, self.message, self.column = code, message, column


@dataclass
class _State:
    scale: float = 1.0
    absolute: bool = True
    inverse_time: bool = False
    plane: Plane = Plane.XY
    motion: int | None = None
    feed_mm_min: float = 0.0
    spindle_rpm: float = 0.0
    spinning: bool = False
    position: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    known: set[str] = field(default_factory=set)
    tools: list[int] = field(default_factory=list)
    ended: bool = False
    rows: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in _COLUMNS})


def interpret(data: bytes) -> Program:
    """Read a program into mm columns. `spindle_rpm` is 0 while the spindle stands. Raises GcodeError.

    Refused by name: G28, G30, G92, G55 to G59 and canned cycles (they need facts of the machine that the program does
    not hold), parameters, expressions, O-words, and block delete, whose effect depends on a switch. Moves after the end
    are refused, since a sender would still run them.
    """
    _check_form(data)
    state = _State()
    found: list[Diagnostic] = []
    for number, line in enumerate(data.decode("ascii").splitlines(), start=1):
        if len(found) >= MAX_DIAGNOSTICS:
            break
        try:
            if state.ended:
                _refuse_after_end(line)
            else:
                _run_line(state, line, number)
        except _LineError as error:
            found.append(Diagnostic(number, error.column, error.code, error.message))
    if not found and not state.rows["kind"]:
        found.append(Diagnostic(1, 1, "empty", "the program makes no move"))
    if found:
        raise GcodeError(tuple(found))
    return Program(from_columns(state.rows), tuple(state.tools), state.ended)


def _bad_byte(byte: int) -> tuple[str, str]:
    if byte > 127:
        return "not_ascii", _NOT_ASCII
    if byte in b"!~":
        return "real_time", "byte 0x{:02x} is a real-time command to GRBL (hold, resume), in comments too"
    return "binary", "byte 0x{:02x} is not text"


_NOT_ASCII = (
    "byte 0x{:02x} is not ASCII: GRBL takes such bytes for real-time commands (overrides, door, spindle stop), in comments"
    " too; write the text without accents and signs"
)


def _check_form(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise GcodeError((Diagnostic(1, 1, "too_large", f"{len(data)} bytes, {MAX_BYTES} are allowed"),))
    for offset, byte in enumerate(data):
        if byte >= 127 or (byte < 32 and byte not in b"\t\r\n") or byte in b"!~":
            line = data.count(b"\n", 0, offset) + 1
            column = offset - data.rfind(b"\n", 0, offset)
            found = _bad_byte(byte)
            raise GcodeError((Diagnostic(line, column, found[0], found[1].format(byte)),))


def _words(line: str) -> list[tuple[str, float, int]]:
    """(letter, number, column) of each word outside comments."""
    text, words, at = _blank_comments(line), [], 0
    if text.strip() == "%":
        return []
    if text.lstrip().startswith("/"):
        raise _LineError("block_delete", "whether a block-delete line runs depends on a switch: take it out or in", 1)
    while at < len(text.rstrip()):
        match = _WORD.match(text, at)
        if match is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            sign = text[start]
            if sign in "#[]=" or text[start : start + 1].upper() == "O":
                raise _LineError("parameter", f"parameters, expressions and O-words are not supported: {sign!r}", start + 1)
            raise _LineError("bad_word", f"{text[start : start + 12]!r} is not a word with a number", start + 1)
        if match[1].upper() == "O":
            raise _LineError("parameter", "O-words are not supported", match.start(1) + 1)
        if not abs(float(match[2])) <= _LARGEST_NUMBER:
            raise _LineError(
                "out_of_range", f"the number of {match[1].upper()} is beyond {_LARGEST_NUMBER:g}", match.start(1) + 1
            )
        words.append((match[1].upper(), float(match[2]), match.start(1) + 1))
        at = match.end()
    return words


def _blank_comments(line: str) -> str:
    out, opened = [], -1
    for column, char in enumerate(line):
        if opened >= 0:
            if char == "(":
                raise _LineError("nested_comment", "a comment opens inside a comment", column + 1)
            opened = -1 if char == ")" else opened
            out.append(" ")
        elif char == "(":
            opened = column
            out.append(" ")
        elif char == ")":
            raise _LineError("comment", "a comment closes that was not opened", column + 1)
        elif char == ";":
            break
        else:
            out.append(char)
    if opened >= 0:
        raise _LineError("unclosed_comment", "a comment is not closed", opened + 1)
    return "".join(out)


def _run_line(s: _State, line: str, number: int) -> None:
    words = _words(line)
    values = {letter: (value, column) for letter, value, column in words if letter not in "GM"}
    if len(values) != sum(1 for letter, _, _ in words if letter not in "GM"):
        raise _LineError("repeated_word", "a word stands twice in the line", words[0][2])
    _refuse_modal_conflicts(words)
    dwell, motion_here, clamp = False, False, False
    for letter, value, column in words:
        if letter == "G":
            dwell |= value == 4
            clamp |= value == 53
            motion_here |= _g_code(s, value, column)
        elif letter == "M" and value not in _M_CODES:
            raise _LineError("unsupported_m", f"M{value:g} is not supported", column)
    unknown = next(((n, c) for n, (_, c) in values.items() if n not in "NXYZIJKRFSPTHD"), None)
    if unknown is not None:
        raise _LineError("unsupported_word", f"word {unknown[0]} is not supported", unknown[1])
    _settings(s, words, values)
    if dwell:
        _dwell(s, values, number)
    elif any(axis in values for axis in "XYZ") or (motion_here and s.motion in (2, 3) and any(a in values for a in "IJK")):
        if clamp:
            raise _LineError("unsupported_g", "a G53 move needs the machine's offsets, which are not known", 1)
        _move(s, values, number)
    if any(letter == "M" and value in (2, 30) for letter, value, _ in words):
        s.ended = True


def _refuse_modal_conflicts(words: list[tuple[str, float, int]]) -> None:
    for name, letter, codes in _GROUPS:
        columns = [column for word, value, column in words if word == letter and value in codes]
        if len(columns) > 1:
            raise _LineError("modal_conflict", f"two {name} codes stand in one line", columns[1])


def _refuse_after_end(line: str) -> None:
    for letter, value, column in _words(line):
        if (letter, value) not in _AFTER_END and letter != "N":
            raise _LineError("after_end", f"{letter}{value:g} stands after the program's end, a sender would run it", column)


def _g_code(s: _State, value: float, column: int) -> bool:
    """True for a motion code."""
    if value in _MOTION:
        s.motion = int(value)
        return True
    if value in _IGNORED_G:
        s.plane = _IGNORED_G[int(value)]
    elif value in (20, 21):
        s.scale = INCH if value == 20 else 1.0
    elif value in (90, 91):
        s.absolute = value == 90
    elif value == 93:
        s.inverse_time = True
    elif value == 80:
        s.motion = None
    elif value not in _NO_EFFECT | {4, 53}:
        raise _LineError("unsupported_g", f"G{value:g} is not supported", column)
    if value == 94:
        s.feed_mm_min = 0.0 if s.inverse_time else s.feed_mm_min
        s.inverse_time = False
    return False


def _settings(s: _State, words: list[tuple[str, float, int]], values: dict[str, tuple[float, int]]) -> None:
    if "F" in values and not s.inverse_time:
        s.feed_mm_min = values["F"][0] * s.scale
    if "S" in values:
        s.spindle_rpm = values["S"][0]
    if "T" in values:
        s.tools.append(int(values["T"][0]))
    for letter, value, _ in words:
        if letter == "M" and value in (3, 4, 5):
            s.spinning = value != 5


def _dwell(s: _State, values: dict[str, tuple[float, int]], number: int) -> None:
    if "P" not in values or values["P"][0] < 0:
        raise _LineError("dwell", "G4 needs P with seconds", 1)
    _emit(s, number, MoveKind.DWELL, (0.0, 0.0, 0.0), 0.0, values["P"][0])


def _move(s: _State, values: dict[str, tuple[float, int]], number: int) -> None:
    if s.motion is None:
        raise _LineError("no_motion", "axis words without G0, G1, G2 or G3", 1)
    kind, start = _MOTION[s.motion], list(s.position)
    for index, axis in enumerate("XYZ"):
        if axis in values:
            if not s.absolute and axis not in s.known:
                raise _LineError(
                    "unknown_start", f"{axis} moves relative to a position that the program never set", values[axis][1]
                )
            step = values[axis][0] * s.scale
            s.position[index] = step if s.absolute else start[index] + step
    if max(abs(p) for p in s.position) > 1e5:
        raise _LineError("out_of_range", "a coordinate is beyond 100 m", 1)
    centre = (0.0, 0.0, 0.0)
    try:
        if kind in (MoveKind.ARC_CW, MoveKind.ARC_CCW):
            centre = _centre(s, kind, start, values)
            _require_known_start(s)
        feed = 0.0 if kind is MoveKind.RAPID else _feed(s, start, values)
    except _LineError:
        s.position = start
        raise
    s.known |= {axis for axis in "XYZ" if axis in values}
    _emit(s, number, kind, centre, feed, 0.0)


def _require_known_start(s: _State) -> None:
    unset = [axis for axis in ("XYZ"[n] for n in _axes(s.plane)) if axis not in s.known]
    if unset:
        raise _LineError("unknown_start", f"an arc starts where the program never set {' and '.join(unset)}", 1)


def _feed(s: _State, start: list[float], values: dict[str, tuple[float, int]]) -> float:
    if s.inverse_time:
        if "F" not in values or values["F"][0] <= 0 or s.motion != 1:
            raise _LineError("inverse_time", "G93 needs a positive F in each line, and is supported for G1", 1)
        return math.dist(start, s.position) * values["F"][0]
    if s.feed_mm_min <= 0:
        raise _LineError("no_feed", "a cutting move without a feed", 1)
    return s.feed_mm_min


def _axes(plane: Plane) -> tuple[int, int]:
    return {Plane.XY: (0, 1), Plane.ZX: (2, 0), Plane.YZ: (1, 2)}[plane]


def _centre(s: _State, kind: MoveKind, start: list[float], values: dict[str, tuple[float, int]]) -> tuple[float, float, float]:
    """Offset of the arc's centre from its start."""
    a, b = _axes(s.plane)
    centre = [0.0, 0.0, 0.0]
    if "R" in values and any(letter in values for letter in "IJK"):
        raise _LineError("arc_centre", "an arc has a radius or a centre, not both", values["R"][1])
    if "R" in values:
        centre[a], centre[b] = _centre_of_radius(s, kind, start, values["R"])
        return centre[0], centre[1], centre[2]
    if "IJK"[a] not in values and "IJK"[b] not in values:
        raise _LineError("arc_centre", f"an arc in this plane needs {'IJK'[a]}, {'IJK'[b]} or R", 1)
    for axis in (a, b):
        centre[axis] = values.get("IJK"[axis], (0.0, 0))[0] * s.scale
    radius = math.hypot(centre[a], centre[b])
    other = math.hypot(s.position[a] - start[a] - centre[a], s.position[b] - start[b] - centre[b])
    if abs(radius - other) > max(ARC_RADIUS_MM, ARC_RADIUS_RATIO * radius) or radius == 0:
        raise _LineError("arc_radius", f"arc radii disagree: {radius:.4f} mm at its start, {other:.4f} mm at its end", 1)
    return centre[0], centre[1], centre[2]


def _centre_of_radius(s: _State, kind: MoveKind, start: list[float], word: tuple[float, int]) -> tuple[float, float]:
    a, b = _axes(s.plane)
    radius = word[0] * s.scale
    u, v = s.position[a] - start[a], s.position[b] - start[b]
    chord = math.hypot(u, v)
    if chord == 0 or chord > 2 * abs(radius) + ARC_RADIUS_MM:
        raise _LineError("arc_radius", f"no arc of radius {abs(radius):g} mm joins points {chord:.4f} mm apart", word[1])
    height = math.sqrt(max(0.0, radius * radius - chord * chord / 4)) / chord
    side = (1 if kind is MoveKind.ARC_CCW else -1) * (1 if radius > 0 else -1)
    return u / 2 - side * v * height, v / 2 + side * u * height


def _emit(s: _State, number: int, kind: MoveKind, centre: tuple[float, float, float], feed: float, dwell_s: float) -> None:
    rpm = s.spindle_rpm if s.spinning else 0.0
    row = (kind, s.plane, *s.position, *centre, feed, rpm, dwell_s, number)
    for name, value in zip(_COLUMNS, row, strict=True):
        s.rows[name].append(value)
