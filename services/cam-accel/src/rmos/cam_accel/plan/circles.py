"""How does the tool go round a middle? In half circles, level or as a helix."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rmos.cam_accel.plan.cut import PlanError
from rmos.cam_accel.plan.moves import Moves

STEEPEST_DEG = 10.0
"""A helix steeper than this is a plunge."""


@dataclass(frozen=True)
class Circle:
    """Begins and ends at +X of its middle."""

    x_mm: float
    y_mm: float
    radius_mm: float
    ccw: bool

    def turn(self, moves: Moves, z: float, last_z: float, feed_mm_min: float) -> None:
        """Once round from one height to another, half of the way in each half circle; the tool stands at the circle's start."""
        x, y, r = self.x_mm, self.y_mm, self.radius_mm
        moves.arc(x - r, y, (z + last_z) / 2, -r, 0.0, feed_mm_min, ccw=self.ccw)
        moves.arc(x + r, y, last_z, r, 0.0, feed_mm_min, ccw=self.ccw)

    def require_gentle(self, pitch_mm: float) -> None:
        angle = math.degrees(math.atan2(pitch_mm, 2 * math.pi * self.radius_mm))
        if angle > STEEPEST_DEG:
            most = 2 * math.pi * self.radius_mm * math.tan(math.radians(STEEPEST_DEG))
            reason = f"a turn of {pitch_mm:g} mm on a radius of {self.radius_mm:.3f} mm falls by {angle:.1f}°"
            raise PlanError("/cut/stepdown", f"{reason}: at most {most:.3f} mm a turn, or use a smaller tool")
