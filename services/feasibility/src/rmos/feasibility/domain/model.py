"""What is known of a job, and how far is a value from its limit?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

HARD = ("hard", "very-hard", "extreme")
HARDNESSES = ("soft", "medium", *HARD)
MACHINE_CLASSES = ("hobby", "industrial")
UNKNOWN_HARDNESS = "unknown"
"""Said, not left out: the shop knows that it does not know this wood (F024)."""

Triple = tuple[float, float, float]


class RiskLevel(StrEnum):
    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Facts:
    """What is known of a job; None is unknown. `path_*` come from the simulated toolpath, extents over every move."""

    mode: str
    tool_diameter_mm: float | None = None
    tool_max_rpm: float | None = None
    flutes: int | None = None
    flute_length_mm: float | None = None
    stickout_mm: float | None = None
    tool_modulus_mpa: float | None = None
    stepover_ratio: float | None = None
    stepdown_mm: float | None = None
    depth_mm: float | None = None
    feed_mm_min: float | None = None
    feed_override_percent: float | None = None
    plunge_mm_min: float | None = None
    spindle_rpm: float | None = None
    safe_z_mm: float | None = None
    coolant: bool | None = None
    has_closed_paths: bool | None = None
    loop_count: int | None = None
    smallest_feature_mm: float | None = None
    geometry_complex: bool | None = None
    hardness: str | None = None
    resinous: bool | None = None
    stock_thickness_mm: float | None = None
    floor_mm: float | None = None
    width_mm: float | None = None
    length_mm: float | None = None
    wall_mm: float | None = None
    is_slot: bool | None = None
    envelope_mm: Triple | None = None
    machine_max_feed_mm_min: float | None = None
    machine_class: str | None = None
    spindle_power_w: float | None = None
    spindle_min_rpm: float | None = None
    spindle_max_rpm: float | None = None
    path_min_mm: Triple | None = None
    path_max_mm: Triple | None = None
    path_max_feed_mm_min: float | None = None
    path_min_rpm: float | None = None
    path_max_rpm: float | None = None


Sense = Literal["above", "from", "below", "to"]


@dataclass(frozen=True)
class Gauge:
    """A value beside its limit. The rule holds when the value is above it, from it on, below it, or up to it."""

    value: float
    limit: float
    unit: str = ""
    sense: Sense = "above"

    @property
    def fires(self) -> bool:
        match self.sense:
            case "above":
                return self.value > self.limit
            case "from":
                return self.value >= self.limit
            case "below":
                return self.value < self.limit
            case "to":
                return self.value <= self.limit

    @property
    def margin(self) -> float:
        """Room that is left, as a share of the limit (of the value where the limit is zero); negative beyond it."""
        room = self.limit - self.value if self.sense in ("above", "from") else self.value - self.limit
        scale = abs(self.limit) or abs(self.value) or 1.0
        return room / scale


def flag(condition: bool) -> Gauge:
    """A gauge of something that is so or is not."""
    return Gauge(1.0 if condition else 0.0, 0.5, FLAG)


FLAG = "flag"
