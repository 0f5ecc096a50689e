"""How high above its tip does a turning tool stand, by the distance from its axis, in the numbers that both kernels take?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from rmos.cam_accel.tools import ToolShape

ROUND, CONE = 0, 1
BORDER_MM = 2.0**-23
"""A tool covers what lies this much beyond its radius, so that no place of round numbers lies on its border, and no result
hangs on the last bit of a sum."""


@dataclass(frozen=True)
class Profile:
    """ROUND: level up to `flat_mm` from the axis, then an arc of `corner_mm`; a flat tool has no corner, a ball no level part.
    CONE: level up to `flat_mm`, then rising by `slope`. `lift_mm` raises the whole."""

    kind: int
    radius_mm: float
    flat_mm: float
    corner_mm: float = 0.0
    slope: float = 0.0
    lift_mm: float = 0.0

    @property
    def is_level(self) -> bool:
        return self.kind == ROUND and self.corner_mm == 0.0

    @property
    def full_mm(self) -> float:
        """Height above the tip from which the tool is as wide as anywhere."""
        return self.slope * (self.radius_mm - self.flat_mm) if self.kind == CONE else self.corner_mm

    def edge_mm(self, radius_mm: float) -> float:
        """Height above the tip, without the lift, at this distance from the axis; kept at the rim's beyond the radius."""
        away = min(radius_mm, self.radius_mm)
        beyond = max(away - self.flat_mm, 0.0)
        if self.kind == CONE:
            return self.slope * beyond
        return self.corner_mm - math.sqrt(max(self.corner_mm * self.corner_mm - beyond * beyond, 0.0))

    def reach_mm(self, height_mm: float) -> float:
        """How far from its axis the tool cuts, this high above its tip: never beyond its radius."""
        if height_mm < 0:
            return 0.0
        if self.kind == CONE:
            return min(self.radius_mm, self.flat_mm + height_mm / self.slope)
        below = max(self.corner_mm - height_mm, 0.0)
        return self.flat_mm + math.sqrt(max(self.corner_mm * self.corner_mm - below * below, 0.0))

    def numbers(self) -> tuple[int, float, float, float, float, float]:
        return self.kind, self.radius_mm, self.flat_mm, self.corner_mm, self.slope, self.lift_mm

    def inset(self, by_mm: float) -> Profile:
        """What lies at least `by_mm` inside the tool; a cone's blunt tip keeps its width."""
        radius = max(self.radius_mm - by_mm, self.radius_mm / 2)
        if self.kind == CONE:
            rise = by_mm * math.sqrt(1 + self.slope * self.slope)
            return replace(self, radius_mm=radius, flat_mm=min(self.flat_mm, radius), lift_mm=self.lift_mm + rise)
        corner = max(0.0, self.corner_mm - by_mm)
        return replace(
            self,
            radius_mm=radius,
            flat_mm=radius - min(corner, radius),
            corner_mm=min(corner, radius),
            lift_mm=self.lift_mm + by_mm,
        )


def profile_of(tool: ToolShape) -> Profile:
    if tool.shape == "cone":
        slope = 1 / math.tan(math.radians(tool.tip_angle_deg) / 2)
        return Profile(CONE, tool.radius_mm, tool.tip_diameter_mm / 2, slope=slope)
    corner = {"flat": 0.0, "ball": tool.radius_mm, "bull": tool.corner_radius_mm}[tool.shape]
    return Profile(ROUND, tool.radius_mm, tool.radius_mm - corner, corner)


def flat_profile(diameter_mm: float) -> Profile:
    return Profile(ROUND, diameter_mm / 2, diameter_mm / 2)


def radius_at_mm(tool: ToolShape, height_mm: float) -> float:
    """As `Profile.reach_mm`: 0 at the tip of a ball."""
    return profile_of(tool).reach_mm(height_mm)
