"""How fast does a motion get between two speeds when jerk is limited, and where is it when?

Seven phases, at rest of acceleration at both ends.
"""

from __future__ import annotations

import math

from rmos.cam_accel.timing.ramps import Ramp
from rmos.cam_accel.timing.reach import cube_root

_MOST_STEPS = 256
_PARTS = 2.5198420997897464
"""Cube root of 16."""


def peak_mm_s(v0: float, v1: float, top: float, length: float, ramp: Ramp) -> float:
    """The greatest speed between the entry at `v0` and the exit at `v1`.

    The way of a ramp of full acceleration is no less than that of any ramp, and the way of one that does not get there no more:
    the peaks `full` and `part`, by either for both ramps, have the true one between them.
    """
    low, high, half = min(v0, v1), max(v0, v1), 0.5 * ramp.knee
    a, b = v0 - half, v1 - half
    full = math.sqrt(0.5 * (a * a + b * b) + ramp.accel * length) - half
    if full - high >= ramp.knee:
        return min(top, full)
    part = high + _part_gain(low, high, cube_root(ramp.jerk * length * length))
    if part - low <= ramp.knee or full >= top:
        return min(top, part)
    return min(top, _mixed(low, high, min(top, part), length, ramp))


def _part_gain(low: float, high: float, scale: float) -> float:
    """Of a peak whose two ramps do not reach the full acceleration, above `high`.

    With A and B the roots of what it is above `low` and `high` and c = L·sqrt(j): A + B is S of
    S³ + 4·(low + high)·S - (high - low)²/S = 4·c, and A - B is (high - low)/S. With speeds in parts of the square of the cube
    root of 4·c that is a curve of two numbers; three steps of Halley's method make 1e-15 of the first quotient's 16 %.
    """
    parts = _PARTS * scale
    per_part = 1 / parts
    both, apart = 4 * ((low + high) * per_part), (high - low) * per_part
    square = apart * apart
    s = (0.579450 * both + 0.984674) / ((0.588451 * both + 0.717529) * both + 1)
    for _ in range(3):
        s2 = s * s
        off, slope, bend = ((s2 + both) * s - 1) * s - square, (4 * s2 + 2 * both) * s - 1, 12 * s2 + 2 * both
        s = s - 2 * off * slope / (2 * slope * slope - off * bend)
    root = max(0.0, 0.5 * (s - apart / s))
    return parts * (root * root)


def _mixed(low: float, high: float, above: float, length: float, ramp: Ramp) -> float:
    """Where one ramp reaches the full acceleration and the other does not: by Newton's method from a speed `above` the peak.

    The way is a convex function, so it cannot overstep: it ends when rounding stops it, and both kernels make the same steps.
    """
    x = math.sqrt(max(0.0, above - high))
    for _ in range(_MOST_STEPS):
        way, slope = _both_ramps(low, high, x, ramp)
        nearer = max(0.0, x - (way - length) / slope) if slope > 0 else x
        if not nearer < x:
            break
        x = nearer
    return high + x * x


def _both_ramps(low: float, high: float, x: float, ramp: Ramp) -> tuple[float, float]:
    """Way from `low` to high + x² and down to `high`, and its derivative by x."""
    way, slope = ramp.from_sum(high + high, x)
    y = math.sqrt(x * x + (high - low))
    far, far_slope = ramp.from_sum(low + low, y)
    return way + far, slope + far_slope * (x / y if y > 0 else 0.0)


def motion_s(v0: float, v1: float, peak: float, length: float, ramp: Ramp) -> float:
    up, down = ramp.seconds(peak - v0), ramp.seconds(peak - v1)
    ramps_mm = 0.5 * (v0 + peak) * up + 0.5 * (v1 + peak) * down
    return up + down + max(0.0, length - ramps_mm) / peak


def time_at_s(at: float, v0: float, v1: float, peak: float, length: float, ramp: Ramp) -> float:
    """Seconds from the begin of the motion to the place `at` mm along it."""
    up, down = ramp.seconds(peak - v0), ramp.seconds(peak - v1)
    up_mm, down_mm = 0.5 * (v0 + peak) * up, 0.5 * (v1 + peak) * down
    if at <= up_mm:
        return _along_ramp_s(at, v0, peak, up, up_mm, ramp)
    level = max(0.0, length - up_mm - down_mm)
    if at <= up_mm + level:
        return up + (at - up_mm) / peak
    return up + down + level / peak - _along_ramp_s(max(0.0, length - at), v1, peak, down, down_mm, ramp)


def _along_ramp_s(at: float, low: float, high: float, total: float, total_mm: float, ramp: Ramp) -> float:
    """Seconds from the slow end of a ramp to `at` mm from there: growing, constant, then falling acceleration."""
    jerk, grow = ramp.jerk, min(ramp.lag, 0.5 * total)
    first = low * grow + jerk * grow * grow * grow / 6
    if at <= first:
        return _cubic_root(low, jerk, at, grow)
    if total_mm - at <= high * grow - jerk * grow * grow * grow / 6:
        return total - _cubic_root(high, -jerk, max(0.0, total_mm - at), grow)
    speed, most = low + 0.5 * jerk * grow * grow, jerk * grow
    more = at - first
    return grow + 2 * more / (speed + math.sqrt(speed * speed + 2 * most * more))


def _cubic_root(speed: float, jerk: float, way: float, most_s: float) -> float:
    """t of speed·t + jerk·t³/6 = way, from the side on which Newton's method does not overstep."""
    if not way > 0:
        return 0.0
    t = most_s if jerk > 0 else way / speed
    for _ in range(_MOST_STEPS):
        slope = speed + 0.5 * jerk * t * t
        nearer = t - (speed * t + jerk * t * t * t / 6 - way) / slope
        if not (nearer < t if jerk > 0 else nearer > t):
            break
        t = nearer
    return min(t, most_s)
