"""What does a ramp between two speeds take, when jerk is limited and its acceleration is at rest at both ends?

Between speeds Δ apart it takes t(Δ) = Δ/a + a/j where Δ reaches a²/j, and 2·sqrt(Δ/j) below; it is symmetric, so its way is the
mean speed times t.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


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
