"""How long does a motion take when jerk is limited: seven phases between two speeds, at rest of acceleration at both ends?

A ramp between speeds Δ apart takes t(Δ) = Δ/a + a/j where Δ reaches a²/j, and 2·sqrt(Δ/j) below; it is symmetric, so its way is
the mean speed times t. Where no closed form is, Newton's method runs on a convex function from its right (or a concave one
from its left), which cannot overstep the root: it ends when rounding stops it, and both kernels make the same steps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_MOST_STEPS = 256
_THIRD = 1 / 3


@dataclass(frozen=True, slots=True)
class Ramp:
    """`knee`: the change of speed a²/j from which the full acceleration is reached. `lag`: a/j, the seconds to reach it."""

    inverse_accel: float
    accel: float
    jerk: float
    knee: float
    lag: float
    root: float
    per_root: float

    def seconds(self, change: float) -> float:
        return change * self.inverse_accel + self.lag if change >= self.knee else 2 * math.sqrt(change) * self.per_root

    def way_mm(self, low: float, high: float) -> float:
        return 0.5 * (low + high) * self.seconds(high - low)

    def from_sum(self, twice: float, x: float) -> tuple[float, float]:
        """Way of a ramp over x² whose end speeds sum up to twice + x², and its derivative by x."""
        square = x * x
        if square >= self.knee:
            seconds = square * self.inverse_accel + self.lag
            return 0.5 * (twice + square) * seconds, x * seconds + (twice + square) * x * self.inverse_accel
        return (twice + square) * x * self.per_root, (twice + 3 * square) * self.per_root


def ramp_of(inverse_accel: float, jerk: float) -> Ramp:
    accel, root = 1 / inverse_accel, math.sqrt(jerk)
    lag = accel / jerk
    return Ramp(inverse_accel, accel, jerk, accel * lag, lag, root, 1 / root)


def reach_mm_s(low: float, top: float, length: float, ramp: Ramp) -> float:
    """The speed up to `top` that a motion entered at `low` can be sure to leave at.

    A ramp from a little speed can need more way than one from rest: the longest to a speed v starts at min(v/3, a²/2j). That
    way is asked for from any slower start too: so more speed at the entry never means less at the exit, and what follows is
    monotone.
    """
    half = 0.5 * ramp.knee
    if top <= low or ramp.way_mm(max(low, min(top * _THIRD, half)), top) <= length:
        return top
    square = ramp.jerk * length * length
    if square > 32 * half * half * half:
        level = math.sqrt(2 * ramp.accel * length) - half
        if low <= min(level * _THIRD, half):
            return min(top, level)
    elif square >= 32 * low * low * low:
        return min(top, 1.5 * math.cbrt(0.25 * square))
    return min(top, _end_of_ramp(low, length, ramp))


def _end_of_ramp(low: float, length: float, ramp: Ramp) -> float:
    """What a ramp from `low`, above 0, reaches after `length`: by a quadratic with the full acceleration, else by a cubic."""
    if (low + low + ramp.knee) * ramp.lag <= length:
        off = low - 0.5 * ramp.knee
        return math.sqrt(off * off + 2 * ramp.accel * length) - 0.5 * ramp.knee
    # x³ + 3qx = c by Cardano, written without a difference.
    c, q = length * ramp.root, 2 * low * _THIRD
    u = math.cbrt(0.5 * c + math.sqrt(0.25 * c * c + q * q * q))
    if not u > 0:
        return low
    w = q / u
    x = c / (u * u + q + w * w)
    return low + x * x


def peak_mm_s(v0: float, v1: float, top: float, length: float, ramp: Ramp) -> float:
    """The greatest speed between the entry at `v0` and the exit at `v1`."""
    if ramp.way_mm(v0, top) + ramp.way_mm(v1, top) <= length:
        return top
    low, high, half = min(v0, v1), max(v0, v1), 0.5 * ramp.knee
    a, b = v0 - half, v1 - half
    full = math.sqrt(0.5 * (a * a + b * b) + ramp.accel * length) - half
    if full - high >= ramp.knee:
        return min(top, full)
    x = _upper_root(low, high, top, length, ramp)
    for _ in range(_MOST_STEPS):
        way, slope = _both_ramps(low, high, x, ramp)
        nearer = max(0.0, x - (way - length) / slope) if slope > 0 else x
        if not nearer < x:
            break
        x = nearer
    return min(top, high + x * x)


def _upper_root(low: float, high: float, top: float, length: float, ramp: Ramp) -> float:
    """Of sqrt(peak - high): no less than what it is, by two bounds."""
    x = math.sqrt(top - high)
    left = max(0.0, length - ramp.way_mm(low, high))
    return min(x, left * ramp.root / (2 * high)) if high > 0 else x


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
