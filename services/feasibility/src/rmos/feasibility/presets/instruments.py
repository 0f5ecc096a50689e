"""What is known of an instrument and its parts: scale, fretboard, fret wire, neck, body, model?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from rmos.contracts.numbers import MM_PER_INCH
from rmos.feasibility.presets.base import Count, Id, Positive, Preset, ordered


class Scale(Preset):
    length_mm: Positive
    inches: Positive | None = None

    @model_validator(mode="after")
    def _inches_agree(self) -> Self:
        if self.inches is not None and abs(self.inches * MM_PER_INCH - self.length_mm) > 0.001:
            raise ValueError(f"length_mm {self.length_mm:g} is not {self.inches:g} in, {self.inches * MM_PER_INCH:g} mm")
        return self


class FretWire(Preset):
    crown_width_mm: Positive
    crown_height_mm: Positive
    tang_width_mm: Positive | None = None
    tang_depth_mm: Positive | None = None

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        ordered("tang_width_mm", self.tang_width_mm, "crown_width_mm", self.crown_width_mm)
        return self


class Fretboard(Preset):
    """`heel_radius_mm` makes it compound, `bass_scale` multiscale; no radius is flat."""

    references: ClassVar[dict[str, str]] = {"scale": "scales", "bass_scale": "scales"}

    frets: Count
    scale: Id
    bass_scale: Id | None = None
    perpendicular_fret: Annotated[int, Field(ge=0)] | None = None
    nut_width_mm: Positive
    heel_width_mm: Positive
    radius_mm: Positive | None = None
    heel_radius_mm: Positive | None = None
    tang_mm: Positive
    slot_depth_mm: Positive

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        ordered("nut_width_mm", self.nut_width_mm, "heel_width_mm", self.heel_width_mm)
        ordered("perpendicular_fret", self.perpendicular_fret, "frets", self.frets)
        if (self.bass_scale is None) != (self.perpendicular_fret is None):
            raise ValueError("bass_scale and perpendicular_fret go together: state both or neither")
        if self.heel_radius_mm is not None and self.radius_mm is None:
            raise ValueError("radius_mm is missing: heel_radius_mm makes a compound radius of it")
        return self


class Neck(Preset):
    """Depth at the first and the twelfth fret; the radius is that of the fretboard."""

    depth_first_mm: Positive
    depth_twelfth_mm: Positive
    radius_mm: Positive | None = None

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        ordered("depth_first_mm", self.depth_first_mm, "depth_twelfth_mm", self.depth_twelfth_mm)
        return self


class Body(Preset):
    """Width is that of the lower bout, thickness the largest."""

    length_mm: Positive
    width_mm: Positive
    thickness_mm: Positive
    upper_bout_mm: Positive | None = None
    waist_mm: Positive | None = None
    thickness_at_neck_mm: Positive | None = None
    soundhole_diameter_mm: Positive | None = None
    cap_thickness_mm: Positive | None = None
    carve_rise_mm: Positive | None = None
    neck_pocket_width_mm: Positive | None = None
    neck_pocket_length_mm: Positive | None = None
    neck_pocket_depth_mm: Positive | None = None
    neck_angle_deg: Annotated[float, Field(gt=-45, lt=45)] | None = None

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        for name in ("upper_bout_mm", "waist_mm", "soundhole_diameter_mm", "neck_pocket_width_mm"):
            ordered(name, getattr(self, name), "width_mm", self.width_mm)
        for name in ("thickness_at_neck_mm", "cap_thickness_mm", "carve_rise_mm", "neck_pocket_depth_mm"):
            ordered(name, getattr(self, name), "thickness_mm", self.thickness_mm)
        ordered("neck_pocket_length_mm", self.neck_pocket_length_mm, "length_mm", self.length_mm)
        return self


class Model(Preset):
    """An instrument as a whole, by the ids of its parts; `status` says how far its drawings go."""

    references: ClassVar[dict[str, str]] = {
        "scale": "scales", "fretboard": "fretboards", "body": "bodies", "neck": "necks",
    }  # fmt: skip

    scale: Id
    frets: Count
    strings: Count
    status: Literal["COMPLETE", "PARTIAL", "STUB", "ASSETS_ONLY"]
    fretboard: Id | None = None
    body: Id | None = None
    neck: Id | None = None
