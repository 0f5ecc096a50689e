"""Which speed can a motion be sure to leave at, when jerk is limited? By square roots and a cubic, in a fixed number of steps.

A ramp that does not reach the full acceleration leads from a speed l to h over the length L where (h + l)²·(h - l) = j·L². With
speeds in parts of s, the cube root of j·L², that is one curve of l/s alone. The steps are the same for every motion and have no
branch, so that several motions are worked out at once in `cpp/timing_curves.cpp`.
"""

from __future__ import annotations

import math

from rmos.cam_accel.timing.ramps import Ramp

_REST = 0.31498026247371835
"""Of s, a cube root of 1/32: a ramp from there to three times as much takes the most way of all that lead so far."""
_FASTEST = 1e6
"""Of s: a motion that is entered faster gains less than rounding takes."""


def reach_mm_s(low: float, top: float, length: float, ramp: Ramp) -> float:
    """The speed up to `top` that a motion entered at `low` can be sure to leave at.

    A ramp from a little speed can need more way than one from rest: the longest to a speed v starts at min(v/3, a²/2j). That
    way is asked for from any slower start too: so more speed at the entry never means less at the exit, and what follows is
    monotone.
    """
    half = 0.5 * ramp.knee
    scale = cube_root(ramp.jerk * length * length)
    slow = max(low, min(_REST * scale, half))
    if slow <= 0.5 * length / ramp.lag - half:
        off = slow - half
        return min(top, math.sqrt(off * off + 2 * ramp.accel * length) - half)
    return min(top, slow + scale * _gain(slow * (1 / scale)))


def _gain(entry: float) -> float:
    """g of g·(2·entry + g)² = 1, by a quotient good to 7e-6 and one step of Halley's method, which makes that 1e-16."""
    x = min(entry, _FASTEST)
    w = x * x * x
    above = ((0.2499984 * w + 0.1567386) * w + 0.01820336) * w + 0.0002932033
    below = (((w + 0.8767832) * w + 0.1833573) * w + 0.008393839) * w + 4.230128e-05
    g = x * above / below
    sum_ = 2 * x + g
    off, slope, bend = g * sum_ * sum_ - 1, sum_ * (sum_ + 2 * g), 4 * sum_ + 2 * g
    return g - 2 * off * slope / (2 * slope * slope - off * bend)


def cube_root(value: float) -> float:
    """Of a number above 0, to 2 ulp; one beyond 1e±300 as if it were at that end. No C library's own is taken."""
    mantissa, exponent = math.frexp(min(max(value, 1e-300), 1e300))
    third, left = divmod(exponent + 1022, 3)
    m = math.ldexp(mantissa, left + 1)
    y = ((0.002313217 * m - 0.04331008) * m + 0.364528) * m + 0.681684
    for _ in range(2):
        cube = y * y * y
        y = y * (cube + 2 * m) / (2 * cube + m)
    return math.ldexp(y, third - 341)
