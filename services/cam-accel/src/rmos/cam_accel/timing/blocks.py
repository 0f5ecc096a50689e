"""What does a planner see of each move? Blocks: length, limits along the way, and how fast the corner before may be taken."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from rmos.cam_accel.geometry import AXES, Point3, directions, distance_mm, is_arc, length_mm, spaced, starts_and_ends, sweep
from rmos.cam_accel.timing.limits import MachineLimits
from rmos.contracts.toolpath import MoveKind, Toolpath

STRAIGHT = 0.999999
"""Cosine of the angle below which two blocks lead the same way (1.4 mrad): no controller slows down there."""
SLOWEST_MM_S = 1e-9
MAX_CHORDS = 4096
Inverse = tuple[float, float, float, float]


@dataclass(slots=True)
class Block:
    """`limit_v2`: square of the speed at which the corner before it may be taken, whatever the feeds; 0 after a stop.

    `joins`: it leads on, straight and at the same feed, so that both are one motion.
    """

    move: int
    length_mm: float
    inverse_accel: float
    cap_mm_s: float
    feed_mm_s: float
    enter: Point3
    leave: Point3
    limit_v2: float = 0.0
    joins: bool = False


def blocks_of(path: Toolpath, limits: MachineLimits) -> list[Block]:
    """In the order of the path. Raises ValueError where a cutting move has no feed, or a length is not finite."""
    out: list[Block] = []
    stopped, anchor = True, (0.0, 0.0, 0.0)
    drains = _drains(path) if limits.spindle_drains else [False] * len(path)
    for n, start, end in starts_and_ends(path):
        stopped = stopped or drains[n] or bool(path.kind[n] >= MoveKind.DWELL)
        if path.kind[n] >= MoveKind.DWELL:
            continue
        length = length_mm(path, n, start, end)
        # An arc's own length does not tell of an end that is nowhere.
        if not length + distance_mm(start, end) < math.inf:
            raise ValueError(f"move {n} has no finite length")
        for block in _blocks_of_move(path, n, start, end, length, limits) if length > 0 else ():
            block.limit_v2 = 0.0 if stopped else junction_v2(out[-1], block, limits)
            block.joins = not stopped and _leads_on(path, out[-1], block, anchor)
            anchor = anchor if block.joins else block.enter
            stopped = limits.look_ahead_moves == 1
            out.append(block)
    return out


def _drains(path: Toolpath) -> list[bool]:
    """Whether the spindle or the coolant changes before each move."""
    speeds, switches = path.spindle_rpm.tolist(), path.switches.tolist()
    return [n > 0 and (speeds[n] != speeds[n - 1] or switches[n] != switches[n - 1]) for n in range(len(path))]


def _leads_on(path: Toolpath, last: Block, block: Block, anchor: Point3) -> bool:
    """Held against the first block of the motion as well, so that a fine polyline around a curve does not become one."""
    if is_arc(path, block.move) or is_arc(path, last.move) or last.feed_mm_s != block.feed_mm_s:
        return False
    return _dot(last.leave, block.enter) > STRAIGHT and _dot(anchor, block.enter) > STRAIGHT


def _blocks_of_move(
    path: Toolpath, n: int, start: Point3, end: Point3, length: float, limits: MachineLimits
) -> Iterator[Block]:
    feed = _feed_mm_s(path, n)
    inverse = limits.inverse_rapid if path.kind[n] == MoveKind.RAPID else limits.inverse_feed
    enter, leave = directions(path, n, start, end, length)
    if not is_arc(path, n):
        yield Block(n, length, along(enter, limits.inverse_accel), 1 / along(enter, inverse), feed, enter, leave)
        return
    radius, _, turn = sweep(path, n, start, end)
    if limits.rules.chords_arcs:
        yield from _chords(path, n, start, end, length, chord_count(radius, turn, limits.arc_tolerance_mm), enter, limits, feed)
        return
    yield _arc(int(path.plane[n]), n, (start, end), (radius, turn), length, (enter, leave), limits, feed, inverse)


def _feed_mm_s(path: Toolpath, n: int) -> float:
    """Infinite for a rapid: only the machine limits it."""
    if path.kind[n] == MoveKind.RAPID:
        return math.inf
    speed = float(path.feed_mm_min[n]) / 60
    if not speed >= SLOWEST_MM_S:
        raise ValueError(f"move {n} has no feed")
    return speed


def along(unit: Point3, inverse: Inverse) -> float:
    """The inverse of the limit along a unit vector."""
    return max(max(abs(unit[0]) * inverse[0], abs(unit[1]) * inverse[1]), max(abs(unit[2]) * inverse[2], inverse[3]))


def _arc(
    plane: int, n: int, ends: tuple[Point3, Point3], curve: tuple[float, float], length: float,
    ways: tuple[Point3, Point3], limits: MachineLimits, feed: float, inverse: Inverse,
) -> Block:  # fmt: skip
    """One block. Its direction turns, so both axes of its plane limit it; its speed by v² ≤ a·(L/turn)²/r, a helix by its
    own curvature."""
    a, b, c = AXES[plane]
    radius, turn = curve
    unit = [0.0, 0.0, 0.0]
    unit[a] = unit[b] = radius * abs(turn) / length
    unit[c] = abs(ends[1][c] - ends[0][c]) / length
    across = (unit[0], unit[1], unit[2])
    accel = along(across, limits.inverse_accel)
    cap = 1 / along(across, inverse)
    if radius > 0:
        pitch = length / abs(turn)
        cap = min(cap, math.sqrt(limits.rules.normal_ratio * (pitch * pitch / radius) / accel))
    return Block(n, length, accel / limits.rules.tangential_ratio, cap, feed, *ways)


def chord_count(radius: float, turn: float, tolerance_mm: float) -> int:
    """At least one a third of a turn. Source: GRBL's arc generator."""
    least = 1 + math.floor(abs(turn) / 2.1)
    if not 2 * radius > tolerance_mm:
        return least
    count = math.floor(min(abs(0.5 * turn * radius) / math.sqrt(tolerance_mm * (2 * radius - tolerance_mm)), MAX_CHORDS))
    return max(least, count)


def _chords(
    path: Toolpath, n: int, start: Point3, end: Point3, length: float, count: int, enter: Point3,
    limits: MachineLimits, feed: float,
) -> Iterator[Block]:  # fmt: skip
    """Equal parts of the arc's length, each in the direction of its chord."""
    part, at = length / count, start
    for to in spaced(path, n, start, end, count):
        size = distance_mm(at, to)
        unit = enter if not size > 0 else ((to[0] - at[0]) / size, (to[1] - at[1]) / size, (to[2] - at[2]) / size)
        yield Block(n, part, along(unit, limits.inverse_accel), 1 / along(unit, limits.inverse_feed), feed, unit, unit)
        at = to


def _dot(a: Point3, b: Point3) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def junction_v2(last: Block, block: Block, limits: MachineLimits) -> float:
    """v² = a·δ·sin(θ/2) / (1 - sin(θ/2)), θ the angle between the blocks; infinite where they lead the same way.

    Sources: GRBL's planner; Klipper's for the circle that reaches no further than the middle of either move.
    """
    cosine = -_dot(last.leave, block.enter)
    if cosine < -STRAIGHT:
        return math.inf
    rules = limits.rules
    sine = math.sqrt(max(0.0, 0.5 * (1 - cosine)))
    if rules.junction_across:
        v2 = limits.deviation_mm * sine / ((1 - sine) * _across(last.leave, block.enter, limits.inverse_accel))
    else:
        deviation = limits.deviation_mm * rules.normal_ratio
        v2 = deviation * sine / ((1 - sine) * max(last.inverse_accel, block.inverse_accel))
    if rules.half_move:
        nearest = min(last.length_mm / last.inverse_accel, block.length_mm / block.inverse_accel)
        v2 = min(v2, 0.5 * rules.normal_ratio * (sine / math.sqrt(0.5 * (1 + cosine))) * nearest)
    return max(v2, limits.min_corner_mm_s * limits.min_corner_mm_s)


def _across(leave: Point3, enter: Point3, inverse: Inverse) -> float:
    """The inverse of the acceleration that the axes allow across the corner."""
    x, y, z = enter[0] - leave[0], enter[1] - leave[1], enter[2] - leave[2]
    size = math.sqrt(x * x + y * y + z * z)
    if not size > 0:
        return max(max(inverse[0], inverse[1]), max(inverse[2], inverse[3]))
    scale = 1 / size
    return along((x * scale, y * scale, z * scale), inverse)
