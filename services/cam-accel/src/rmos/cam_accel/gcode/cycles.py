"""Which moves does a canned cycle make? Drilling, pecking, tapping and boring as a controller runs them, in any plane.

The order of moves is that of NIST's RS274/NGC (3.5.16): over the hole at the tool's height, down to R, the cycle, up.
"""

from __future__ import annotations

import math

from rmos.cam_accel.gcode.blocks import Block
from rmos.cam_accel.gcode.faults import Fault
from rmos.cam_accel.gcode.modes import dwell_s
from rmos.cam_accel.gcode.moves import cutting_feed, programmed
from rmos.cam_accel.gcode.state import FARTHEST_MM, State, Sticky
from rmos.cam_accel.geometry import AXES
from rmos.contracts.toolpath import MoveKind

PECK_CLEARANCE_MM = 0.254
"""How far above the last depth a pecking drill stops its rapid, and how far G73 lifts: LinuxCNC's 0.010 inch."""
LEAST_PECK_MM = 1e-6
"""A rest that rounding leaves is no peck of its own."""
_WORDS = "RPQLK"


def cycle(s: State, b: Block, motion: int) -> None:
    if not b.has("XYZ"):
        if "motion" in b.codes or b.has(_WORDS):
            column = b.codes["motion"][1] if "motion" in b.codes else b.first_column(_WORDS)
            raise Fault("no_axes", column, "G", float(motion))
        return
    if b.code("once") == 530:
        raise Fault("g53_motion", b.codes["once"][1])
    column = b.first_column("XYZ")
    if s.inverse_time:
        raise Fault("cycle_feed", column, "G", float(motion))
    feed = cutting_feed(s, b)
    repeats = _repeats(s, b)
    kept = _words_of(s, b, motion, column)
    if motion == 84 and (not s.spinning or s.ccw):
        raise Fault("cycle_spindle", column)
    holes = [_hole(s, b, n) for n in AXES[s.plane][:2]]
    s.cycle = kept
    for _ in range(repeats):
        _over(s, holes)
        _run(s, kept, feed)


def _repeats(s: State, b: Block) -> int:
    stated = [letter for letter in s.dialect.repeats if letter in b.values]
    if not stated:
        return 1
    number, column = b.values[stated[0]]
    if len(stated) > 1 or number != math.floor(number) or number < 1:
        raise Fault("cycle_repeats", column, stated[0])
    return int(number)


def _words_of(s: State, b: Block, motion: int, column: int) -> Sticky:
    """What this line states, and under G90 for the rest what the same cycle had before."""
    third = AXES[s.plane][2]
    if not s.known[third]:
        raise Fault("unknown_start", column, "XYZ"[third])
    old = s.cycle if s.cycle.motion == motion and s.absolute else Sticky()
    kept = Sticky(
        motion, old.retract, old.bottom, old.peck, old.dwell_s, s.cycle.initial if s.cycle.motion else s.position[third]
    )
    axis = "XYZ"[third]
    for letter, known in (("R", kept.retract), (axis, kept.bottom)):
        if letter not in b.values and known is None:
            raise Fault("cycle_place", column, letter, float(motion))
    if "R" in b.values:
        kept.retract = programmed(s, third, *b.values["R"])
    if axis in b.values:
        kept.bottom = _bottom(s, kept.retract or 0.0, third, *b.values[axis])
    _more_words(s, b, kept, column)
    return kept


def _bottom(s: State, retract: float, third: int, value: float, column: int) -> float:
    """Under G91 the bottom is stated from R."""
    return programmed(s, third, value, column) if s.absolute else retract + value * s.scale


def _more_words(s: State, b: Block, kept: Sticky, column: int) -> None:
    motion, retract, bottom = kept.motion, kept.retract or 0.0, kept.bottom or 0.0
    if "Q" in b.values:
        kept.peck = b.values["Q"][0] * s.scale
    if "P" in b.values:
        kept.dwell_s = dwell_s(s, b, "P")
    if motion in (73, 83) and kept.peck <= 0:
        raise Fault("cycle_word", b.values["Q"][1] if "Q" in b.values else column, "Q", float(motion))
    if motion in (82, 89) and kept.dwell_s is None:
        raise Fault("cycle_word", column, "P", float(motion))
    if abs(retract) > FARTHEST_MM or abs(bottom) > FARTHEST_MM:
        raise Fault("too_far", column, "XYZ"[AXES[s.plane][2]])
    if bottom > retract:
        raise Fault("cycle_bottom", column, "G", float(motion), bottom)


def _hole(s: State, b: Block, n: int) -> tuple[int, bool, float]:
    """(axis, whether each repeat goes on by it, coordinate or step in mm)."""
    axis = "XYZ"[n]
    if axis not in b.values:
        return n, True, 0.0
    target = programmed(s, n, *b.values[axis])
    if abs(target) > FARTHEST_MM:
        raise Fault("too_far", b.values[axis][1], axis)
    return n, not s.absolute, target if s.absolute else b.values[axis][0] * s.scale


def _over(s: State, holes: list[tuple[int, bool, float]]) -> None:
    third, retract = AXES[s.plane][2], s.cycle.retract or 0.0
    if s.position[third] < retract:
        _go(s, {third: retract}, MoveKind.RAPID, 0.0)
    targets = {n: s.position[n] + place if steps else place for n, steps, place in holes}
    if any(abs(target) > FARTHEST_MM for target in targets.values()):
        raise Fault("too_far", 1, "XYZ"[holes[0][0]])
    for n, steps, _ in holes:
        s.known[n] = s.known[n] or not steps
    _go(s, targets, MoveKind.RAPID, 0.0)
    _go(s, {third: retract}, MoveKind.RAPID, 0.0)


def _go(s: State, targets: dict[int, float], kind: MoveKind, feed: float) -> None:
    """No row where the tool is there already."""
    end = [targets.get(n, s.position[n]) for n in range(3)]
    if end != s.position:
        s.position = end
        s.emit(kind, feed=feed)


def _run(s: State, kept: Sticky, feed: float) -> None:
    third, retract, bottom = AXES[s.plane][2], kept.retract or 0.0, kept.bottom or 0.0
    clear = max(kept.initial, retract) if s.retract_to_initial else retract
    if kept.motion in (73, 83):
        _peck(s, kept, feed, third)
    _go(s, {third: bottom}, MoveKind.LINEAR, feed)
    if kept.motion in (82, 84, 89) and kept.dwell_s is not None:
        s.emit(MoveKind.DWELL, dwell_s=kept.dwell_s)
    if kept.motion in (84, 85, 89):
        turned, s.ccw = s.ccw, s.ccw or kept.motion == 84
        lifts = clear if kept.motion != 84 and s.dialect.lifts_at_feed else retract
        _go(s, {third: lifts}, MoveKind.LINEAR, feed)
        s.ccw = turned
    _go(s, {third: clear}, MoveKind.RAPID, 0.0)


def _peck(s: State, kept: Sticky, feed: float, third: int) -> None:
    retract, bottom = kept.retract or 0.0, kept.bottom or 0.0
    depth = retract - kept.peck
    while depth - bottom > LEAST_PECK_MM:
        _go(s, {third: depth}, MoveKind.LINEAR, feed)
        if kept.motion == 83:
            _go(s, {third: retract}, MoveKind.RAPID, 0.0)
        _go(s, {third: min(retract, depth + PECK_CLEARANCE_MM)}, MoveKind.RAPID, 0.0)
        depth = depth - kept.peck
