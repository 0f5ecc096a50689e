"""How fast may each block be entered, so that the machine can still slow down for all that it sees? On squares of speed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rmos.cam_accel.timing.blocks import Block


@dataclass(slots=True)
class Plan:
    """Per block: its speed, the growth 2·a·L of v² along it, and v² at its entry (one more: at the end of the path)."""

    speed_mm_s: list[float]
    gain_v2: list[float]
    v2: list[float]


def speeds(blocks: list[Block], feed_factor: float) -> list[float]:
    return [min(block.feed_mm_s * feed_factor, block.cap_mm_s) for block in blocks]


def entry_caps_v2(blocks: list[Block], speed: list[float]) -> list[float]:
    """What corner and feeds allow, whatever lies ahead. Both ends of the path stand still."""
    out = [0.0]
    for n in range(1, len(blocks)):
        slowest = min(speed[n - 1], speed[n])
        out.append(min(blocks[n].limit_v2, slowest * slowest))
    return [*out, 0.0] if blocks else [0.0]


def plan(blocks: list[Block], window: int | None, feed_factor: float) -> Plan:
    speed = speeds(blocks, feed_factor)
    gain = [2 * block.length_mm / block.inverse_accel for block in blocks]
    caps = entry_caps_v2(blocks, speed)
    v2 = _unbounded(caps, gain) if window is None else _bounded(caps, gain, window)
    for n in range(len(blocks)):
        v2[n + 1] = min(v2[n + 1], v2[n] + gain[n])
    return Plan(speed, gain, v2)


def _unbounded(caps: list[float], gain: list[float]) -> list[float]:
    """Backward over the whole path: what can still be slowed down from."""
    v2 = list(caps)
    for n in range(len(gain) - 1, -1, -1):
        v2[n] = min(v2[n], v2[n + 1] + gain[n])
    return v2


def _bounded(caps: list[float], gain: list[float], window: int) -> list[float]:
    """The same with a stop at the end of `window` blocks, the entered one the first, in linear time for any window.

    A block is the function v² -> min(cap, v² + gain), and so is a row of them. The path is cut into lengths of a window; the
    blocks in sight of one are the rest of its length and the begin of the next, whose functions each grow in one pass.
    """
    v2, count = list(caps), len(gain)
    for first in range(0, count, window):
        after = min(first + window, count)
        rest, rest_gain = math.inf, 0.0
        begin_v2 = _begins_v2(caps, gain, after, min(after + window, count))
        for n in range(after - 1, first - 1, -1):
            rest, rest_gain = min(caps[n], rest + gain[n]), rest_gain + gain[n]
            seen = min(n - first, len(begin_v2) - 1)
            v2[n] = min(rest, begin_v2[seen] + rest_gain)
    return v2


def _begins_v2(caps: list[float], gain: list[float], first: int, after: int) -> list[float]:
    """v² at the entry of block `first` if the machine stops after 0, 1, 2, ... blocks."""
    out, cap, total = [0.0], math.inf, 0.0
    for n in range(first, after):
        cap = min(cap, caps[n] + total)
        total += gain[n]
        out.append(min(cap, total))
    return out
