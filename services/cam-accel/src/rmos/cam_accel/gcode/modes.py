"""What does a line set before it moves, and which words may it hold? Units, offsets, feed, spindle, tool, dwell."""

from __future__ import annotations

from rmos.cam_accel.gcode.blocks import Block
from rmos.cam_accel.gcode.dialects import CYCLES, Dwell, Turns
from rmos.cam_accel.gcode.faults import Fault
from rmos.cam_accel.gcode.state import WORKS, State, is_known
from rmos.contracts.toolpath import MoveKind, Plane

INCH = 25.4
LARGEST_TOOL = 65_535
_PLANES = {170: Plane.XY, 180: Plane.ZX, 190: Plane.YZ}
_POINTED = "IJKQRUXYZ"
_OPTIONAL = "DHIJKLPQRU"


def motion_of(s: State, b: Block) -> int | None:
    """The motion in effect for this line: 0 to 3, a cycle's number, or None."""
    code = b.code("motion")
    if code is None:
        return None if s.dialect.one_command else s.motion
    return None if code == 800 else code // 10


def check(s: State, b: Block) -> None:
    """Raises Fault for words without a use here, and for places that are not known, before anything is set."""
    motion = motion_of(s, b)
    if s.dialect.states_point:
        for letter in _POINTED:
            if letter in b.pointless and not (letter == "K" and motion in CYCLES):
                raise Fault("needs_point", b.values[letter][1], letter, b.values[letter][0])
    used = _used(s, b, motion)
    for letter in _OPTIONAL:
        if letter in b.values and letter not in used:
            raise Fault("unused_word", b.values[letter][1], letter)
    if s.dialect.dwell is Dwell.X_OR_U_SECONDS_OR_P_MS and b.code("once") == 40 and (b.has("YZ") or "motion" in b.codes):
        raise Fault("axis_conflict", b.codes["once"][1], "G", 4.0)
    _need_offsets(s, b)


def _used(s: State, b: Block, motion: int | None) -> str:
    once = b.code("once")
    used = {40: _dwell_letters(s), 100: "LP"}.get(once or 0, "")
    if motion in (2, 3):
        used += "IJKR" + ("P" if s.dialect.turns is not Turns.NONE else "")
    if motion in CYCLES:
        used += "PQR" + s.dialect.repeats
    if b.code("length") == 430:
        used += "H"
    if b.code("path") == 640:
        used += "PQ"
    return used


def _dwell_letters(s: State) -> str:
    return {Dwell.P_SECONDS: "P", Dwell.P_MS_OR_S_SECONDS: "PS", Dwell.X_OR_U_SECONDS_OR_P_MS: "PUX"}[s.dialect.dwell]


def _need_offsets(s: State, b: Block) -> None:
    work, once = b.codes.get("work", (540, 1)), b.codes.get("once", (0, 1))
    if work[0] > 590 and not is_known(s.works[WORKS.index(work[0])]):
        raise Fault("unset_offset", work[1], "G", work[0] / 10)
    if 540 < work[0] <= 590 and not is_known(s.works[WORKS.index(work[0])]):
        raise Fault("needs_offset", work[1], "G", work[0] / 10, work[0] / 10)
    if once[0] in (280, 300, 530) and not (is_known(s.base) and (once[0] == 530 or is_known(s.homes[once[0]]))):
        raise Fault("needs_offset", once[1], "G", once[0] / 10, 54.0 if once[0] == 530 else once[0] / 10)


def set_modes(s: State, b: Block) -> None:
    if any(group in b.codes for group in ("unit", "work", "length", "once")):
        s.cycle.forget_heights()
    if not s.moved:
        s.states_units = s.states_units or "unit" in b.codes
        s.states_distance = s.states_distance or "distance" in b.codes
    if (unit := b.code("unit")) is not None:
        s.scale = INCH if unit == 200 else 1.0
    if (plane := b.code("plane")) is not None:
        s.cycle.motion = s.cycle.motion if s.plane == _PLANES[plane] else 0
        s.plane = _PLANES[plane]
    if (distance := b.code("distance")) is not None:
        s.absolute = distance == 900
    if (centres := b.code("arc")) is not None:
        s.absolute_centres = centres == 901
    if (retract := b.code("retract")) is not None:
        s.retract_to_initial = retract == 980
    if (work := b.code("work")) is not None:
        s.work = work
    if (length := b.code("length")) is not None:
        s.known[2] = s.known[2] and s.length == (length == 430)
        s.length = length == 430
    _set_feed_and_speed(s, b)
    _set_motion(s, b)


def _set_feed_and_speed(s: State, b: Block) -> None:
    if (mode := b.code("feed_mode")) is not None:
        s.feed_mm_min = 0.0 if s.inverse_time and mode == 940 else s.feed_mm_min
        s.inverse_time = mode == 930
    if "F" in b.values and not s.inverse_time:
        s.feed_mm_min = b.values["F"][0] * s.scale
        s.doubts.discard("F")
    if "S" in b.values and not (b.code("once") == 40 and s.dialect.dwell is Dwell.P_MS_OR_S_SECONDS):
        s.spindle_rpm = b.values["S"][0]
    _set_tool(s, b)
    if (spindle := b.code("spindle")) is not None:
        s.spinning, s.ccw = spindle != 50, spindle == 40
        s.doubts.discard("M")
    if (coolant := b.code("coolant")) is not None:
        s.mist = coolant == 70 or (s.mist and coolant == 80)
        s.flood = coolant == 80 or (s.flood and coolant == 70)


def _set_motion(s: State, b: Block) -> None:
    motion = motion_of(s, b)
    if "motion" in b.codes:
        s.doubts.discard("G")
    if motion not in CYCLES:
        s.cycle.motion = 0
    s.motion = motion


def _set_tool(s: State, b: Block) -> None:
    changes = "tool" in b.codes
    if "T" in b.values:
        number, column = b.values["T"]
        if number > LARGEST_TOOL:
            raise Fault("tool_number", column, "T", number)
        s.selected = int(number)
        s.doubts.discard("T")
        if 60 not in s.dialect.m:
            s.tools.append(s.selected)
    if not changes:
        return
    if s.selected is None:
        raise Fault("no_tool", b.codes["tool"][1])
    s.tool = s.selected
    s.tools.append(s.tool)
    s.spinning = False
    s.emit(MoveKind.TOOL_CHANGE)


def dwell(s: State, b: Block) -> None:
    seconds = dwell_s(s, b, _dwell_letters(s))
    if seconds is None:
        raise Fault("dwell", b.codes["once"][1])
    s.emit(MoveKind.DWELL, dwell_s=seconds)


def dwell_s(s: State, b: Block, letters: str) -> float | None:
    """The time that one of these words states."""
    stated = [letter for letter in letters if letter in b.values]
    if len(stated) != 1 or b.values[stated[0]][0] < 0:
        return None
    number = b.values[stated[0]][0]
    in_ms = stated[0] == "P" and s.dialect.dwell is not Dwell.P_SECONDS
    return number / 1000.0 if in_ms else number
