"""What does every planner need to know of the cut, and how does it say that it cannot plan?"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from rmos.cam_accel.tools import ToolShape


class PlanError(ValueError):
    """Where (`pointer`, into the job) and why no plan can be made."""

    def __init__(self, pointer: str, reason: str) -> None:
        super().__init__(reason)
        self.pointer, self.reason = pointer, reason


@dataclass(frozen=True)
class Cut:
    """From the assessed job, never from a default. The top of the stock is Z 0. `climb`: with the spindle turning clockwise,
    the wall lies right of the feed. Raises PlanError for a number that is not positive."""

    tool: ToolShape
    stepdown_mm: float
    feed_mm_min: float
    plunge_mm_min: float
    spindle_rpm: float
    safe_z_mm: float
    climb: bool = True

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, float | int) and not isinstance(value, bool) and not (math.isfinite(value) and value > 0):
                raise PlanError("/cut", f"{field.name} must be positive, not {value}")

    def levels_mm(self, depth_mm: float) -> list[float]:
        """Z of each pass, the same step down every time, the last at the floor."""
        passes = math.ceil(depth_mm / self.stepdown_mm - 1e-9)
        return [-depth_mm * number / passes for number in range(1, passes + 1)]
