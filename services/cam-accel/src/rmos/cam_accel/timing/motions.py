"""What is one motion when jerk is limited, how fast is each entered, and how long does each of its blocks take?"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field

from rmos.cam_accel.timing.blocks import Block
from rmos.cam_accel.timing.look_ahead import entry_caps_v2, speeds
from rmos.cam_accel.timing.ramps import ramp_of
from rmos.cam_accel.timing.reach import reach_mm_s
from rmos.cam_accel.timing.s_curve import motion_s, peak_mm_s, time_at_s


@dataclass(slots=True)
class _Motion:
    """Blocks that lead straight on at one feed, so that splitting a line changes nothing."""

    cap_mm_s: float
    speed_mm_s: float
    inverse_accel: float
    length_mm: float = 0.0
    parts_mm: list[float] = field(default_factory=list)


def block_times_s(blocks: list[Block], window: int | None, feed_factor: float, jerk: float) -> list[float]:
    motions = _motions(blocks, feed_factor)
    reached = _entries(motions, window, jerk)
    out: list[float] = []
    v0 = 0.0
    for n, motion in enumerate(motions):
        v1 = min(reached[n + 1], _reach(v0, reached[n + 1], motion, jerk))
        out.extend(_parts_s(motion, v0, v1, jerk))
        v0 = v1
    return out


def _motions(blocks: list[Block], feed_factor: float) -> list[_Motion]:
    """The slowest block's limits hold for all of a motion."""
    out: list[_Motion] = []
    speed = speeds(blocks, feed_factor)
    caps = entry_caps_v2(blocks, speed)
    for n, block in enumerate(blocks):
        if not block.joins:
            out.append(_Motion(math.sqrt(caps[n]), speed[n], block.inverse_accel))
        motion = out[-1]
        motion.speed_mm_s = min(motion.speed_mm_s, speed[n])
        motion.inverse_accel = max(motion.inverse_accel, block.inverse_accel)
        motion.length_mm += block.length_mm
        motion.parts_mm.append(block.length_mm)
    for last, motion in itertools.pairwise(out):
        motion.cap_mm_s = min(motion.cap_mm_s, min(last.speed_mm_s, motion.speed_mm_s))
    return out


def _reach(low: float, top: float, motion: _Motion, jerk: float) -> float:
    return reach_mm_s(low, top, motion.length_mm, ramp_of(motion.inverse_accel, jerk))


def _entries(motions: list[_Motion], window: int | None, jerk: float) -> list[float]:
    """Backward. With a window, motions are planned anew as one comes into sight, back to where nothing changes any more."""
    count = len(motions)
    v = [0.0] * (count + 1)
    if window is None:
        for n in range(count - 1, -1, -1):
            v[n] = _reach(v[n + 1], motions[n].cap_mm_s, motions[n], jerk)
        return v
    for seen in range(1, count + 1):
        v[seen - 1] = -1.0
        for n in range(seen - 1, max(0, seen - window) - 1, -1):
            better = _reach(0.0 if n == seen - 1 else v[n + 1], motions[n].cap_mm_s, motions[n], jerk)
            if better == v[n]:
                break
            v[n] = better
    return v


def _parts_s(motion: _Motion, v0: float, v1: float, jerk: float) -> list[float]:
    ramp = ramp_of(motion.inverse_accel, jerk)
    peak = peak_mm_s(v0, v1, motion.speed_mm_s, motion.length_mm, ramp)
    total = motion_s(v0, v1, peak, motion.length_mm, ramp)
    out, at, before = [], 0.0, 0.0
    for part in motion.parts_mm[:-1]:
        at += part
        now = time_at_s(at, v0, v1, peak, motion.length_mm, ramp)
        out.append(now - before)
        before = now
    return [*out, total - before]
