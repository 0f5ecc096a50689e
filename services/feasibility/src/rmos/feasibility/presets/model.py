"""What is known of a material, a router tool, a saw blade, a machine?"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from rmos.feasibility.presets.base import Count, Positive, Preset, Share, Text, ordered

Hardness = Literal["unknown", "soft", "medium", "hard", "very-hard", "extreme"]
MachineClass = Literal["hobby", "industrial"]
ToolKind = Literal["flat", "upcut", "downcut", "compression", "ball", "bull", "vbit", "surfacing", "drill", "fret_slot"]
Grind = Literal["FTG", "ATB", "Hi-ATB", "TCG"]
TipAngle = Annotated[float, Field(gt=0, lt=180)]


class Material(Preset):
    """Specific cutting energy is an interval, in J/cm³ (equal to MPa)."""

    kind: Literal["wood", "sheet"]
    density_kg_m3: Positive
    janka_n: Positive | None = None
    hardness: Hardness
    resinous: bool
    burn: Share
    tearout: Share
    max_feed_mm_min: Positive
    energy_low_j_cm3: Positive
    energy_high_j_cm3: Positive

    @model_validator(mode="after")
    def _is_an_interval(self) -> Self:
        ordered("energy_low_j_cm3", self.energy_low_j_cm3, "energy_high_j_cm3", self.energy_high_j_cm3)
        return self


class Tool(Preset):
    """Thick as `diameter_mm` over `reduced_length_mm` from the tip, then as its shank; None: to the collet."""

    kind: ToolKind
    diameter_mm: Positive
    flutes: Count
    flute_length_mm: Positive
    stickout_mm: Positive
    shank_diameter_mm: Positive
    reduced_length_mm: Positive | None = None
    tip_angle_deg: TipAngle | None = None
    tip_diameter_mm: Positive | None = None
    corner_radius_mm: Positive | None = None
    max_rpm: Positive
    modulus_mpa: Positive
    center_cutting: bool

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        ordered("flute_length_mm", self.flute_length_mm, "stickout_mm", self.stickout_mm)
        ordered("flute_length_mm", self.flute_length_mm, "reduced_length_mm", self.reduced_length_mm)
        ordered("reduced_length_mm", self.reduced_length_mm, "stickout_mm", self.stickout_mm)
        ordered("tip_diameter_mm", self.tip_diameter_mm, "diameter_mm", self.diameter_mm)
        if self.kind == "vbit" and self.tip_angle_deg is None:
            raise ValueError("tip_angle_deg is missing: a V-bit has one")
        if (self.kind == "bull") != (self.corner_radius_mm is not None):
            raise ValueError("corner_radius_mm belongs to a bull nose, which has one")
        if self.corner_radius_mm is not None and self.corner_radius_mm >= self.diameter_mm / 2:
            raise ValueError(
                f"corner_radius_mm {self.corner_radius_mm:g} is no less than the tool's radius: that is a ball nose"
            )
        return self


class Blade(Preset):
    diameter_mm: Positive
    kerf_mm: Positive
    plate_mm: Positive
    bore_mm: Positive
    teeth: Count
    hook_deg: Annotated[float, Field(ge=-30, le=45)]
    grind: Grind
    max_rpm: Positive
    max_rim_m_s: Positive
    recommended_rim_m_s: Positive
    recommended_bite_mm: Positive | None = None
    modulus_mpa: Positive

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        ordered("plate_mm", self.plate_mm, "kerf_mm", self.kerf_mm)
        ordered("kerf_mm", self.kerf_mm, "diameter_mm", self.diameter_mm)
        ordered("bore_mm", self.bore_mm, "diameter_mm", self.diameter_mm)
        ordered("recommended_rim_m_s", self.recommended_rim_m_s, "max_rim_m_s", self.max_rim_m_s)
        return self


class Machine(Preset):
    """Power is what reaches the cutter; the class decides which chip loads are usual."""

    envelope_x_mm: Positive
    envelope_y_mm: Positive
    envelope_z_mm: Positive
    max_feed_mm_min: Positive
    max_feed_z_mm_min: Positive | None = None
    rapid_mm_min: Positive
    accel_mm_s2: Positive
    jerk_mm_s3: Positive
    junction_deviation_mm: Positive
    corner_tolerance_mm: Positive
    look_ahead_moves: Count
    spindle_min_rpm: Positive
    spindle_max_rpm: Positive
    spindle_power_w: Positive
    runout_mm: Positive
    tool_changer_s: Positive | None = None
    machine_class: MachineClass
    controller: Text

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        ordered("spindle_min_rpm", self.spindle_min_rpm, "spindle_max_rpm", self.spindle_max_rpm)
        ordered("max_feed_mm_min", self.max_feed_mm_min, "rapid_mm_min", self.rapid_mm_min)
        return self
