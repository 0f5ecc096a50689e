"""What shape does a tool cut? Its profile: how high above its tip the edge stands, by the distance from its axis."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from rmos.contracts.events import ToolFacts

Shape = Literal["flat", "ball", "bull", "cone"]
CONE_KINDS = frozenset({"vbit", "drill"})


@dataclass(frozen=True)
class ToolShape:
    """A tool as it turns. `corner_radius_mm` belongs to `bull`; a `cone` (V-bit, drill) has a flat tip of
    `tip_diameter_mm` and widens by its full angle `tip_angle_deg` up to `diameter_mm`. Raises ValueError for what no tool is.
    """

    shape: Shape
    diameter_mm: float
    corner_radius_mm: float = 0.0
    tip_diameter_mm: float = 0.0
    tip_angle_deg: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.diameter_mm) and self.diameter_mm > 0):
            raise ValueError(f"diameter_mm must be positive, not {self.diameter_mm}")
        if self.shape == "bull" and not 0 < self.corner_radius_mm <= self.radius_mm:
            raise ValueError(f"corner_radius_mm must be in (0, {self.radius_mm:g}], not {self.corner_radius_mm}")
        if self.shape == "cone" and not (0 < self.tip_angle_deg < 180 and 0 <= self.tip_diameter_mm <= self.diameter_mm):
            raise ValueError(f"no cone has the angle {self.tip_angle_deg} and the tip {self.tip_diameter_mm}")

    @property
    def radius_mm(self) -> float:
        return self.diameter_mm / 2

    def height_mm(self, radius_mm: float) -> float:
        """Of the edge above the tip, at this distance from the axis, 0 to the tool's radius."""
        if self.shape == "cone":
            slope = 1 / math.tan(math.radians(self.tip_angle_deg) / 2)
            return max(0.0, radius_mm - self.tip_diameter_mm / 2) * slope
        corner = {"flat": 0.0, "ball": self.radius_mm, "bull": self.corner_radius_mm}[self.shape]
        beyond = max(0.0, radius_mm - (self.radius_mm - corner))
        return corner - math.sqrt(max(0.0, corner * corner - beyond * beyond))


def shape_of(tool: ToolFacts) -> ToolShape:
    """Raises ValueError where the facts do not say the tool's shape."""
    if tool.kind == "ball":
        return ToolShape("ball", tool.diameter_mm)
    if tool.kind in CONE_KINDS:
        if tool.tip_angle_deg is None:
            raise ValueError(f"tip_angle_deg of {tool.tool_id} is not known")
        return ToolShape("cone", tool.diameter_mm, 0.0, tool.tip_diameter_mm or 0.0, tool.tip_angle_deg)
    if tool.kind == "bull":
        if tool.corner_radius_mm is None:
            raise ValueError(f"corner_radius_mm of {tool.tool_id} is not known")
        return ToolShape("bull", tool.diameter_mm, tool.corner_radius_mm)
    return ToolShape("flat", tool.diameter_mm)
