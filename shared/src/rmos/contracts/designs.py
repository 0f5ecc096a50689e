"""What can be evaluated besides pockets and programs? Saw cuts, fret and nut slots, rosettes, helical bores."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from rmos.contracts.base import Command
from rmos.contracts.jobs import Number, Positive, scale

Length = Positive
Angle = Annotated[float, Field(ge=-60, le=60, strict=True)]
Count = Annotated[int, Field(ge=1, le=1000, strict=True)]
Point = tuple[Number, Number]


class Sized(Command):
    """`lengths` names the fields that are in the job's units."""

    lengths: ClassVar[tuple[str, ...]] = ()

    def scaled(self, factor: float) -> Self:
        stated = {name: getattr(self, name) for name in self.lengths}
        return self.model_copy(update={name: scale(value, factor) for name, value in stated.items() if value is not None})


class SawDesign(Sized):
    """Mode `saw`: one cut with a blade. `exposure` is how far the blade stands out beyond the workpiece."""

    lengths = ("length", "depth", "exposure")

    cut: Literal["rip", "crosscut", "miter", "bevel", "dado"]
    length: Length
    depth: Number
    exposure: Number | None = None
    miter_deg: Angle | None = None
    bevel_deg: Angle | None = None
    riving_knife: bool | None = None


class FretSlotsDesign(Sized):
    """Mode `fret_slots`: slots of a fretboard, by scale length, or by lines from the treble to the bass edge.

    A fanned board states `bass_scale_length` and the fret that is square; `scale_length` is then the treble side's.
    """

    lengths = ("scale_length", "bass_scale_length", "nut_width", "heel_width", "slot_width", "depth")

    scale_length: Length
    bass_scale_length: Length | None = None
    perpendicular_fret: Annotated[float, Field(ge=0, le=36, strict=True)] | None = None
    frets: Annotated[int, Field(ge=1, le=36, strict=True)]
    nut_width: Length
    heel_width: Length
    slot_width: Length
    depth: Number
    lines: tuple[tuple[Point, Point], ...] = Field(default=(), max_length=36)

    @model_validator(mode="after")
    def _fan_is_whole(self) -> Self:
        if (self.bass_scale_length is None) != (self.perpendicular_fret is None):
            raise ValueError("state bass_scale_length and perpendicular_fret together, or neither")
        if self.lines and len(self.lines) != self.frets:
            raise ValueError(f"there are {len(self.lines)} lines for {self.frets} frets")
        if self.perpendicular_fret is not None and self.perpendicular_fret > self.frets:
            raise ValueError(f"perpendicular_fret {self.perpendicular_fret:g} is beyond the last of {self.frets} frets")
        return self

    def scaled(self, factor: float) -> Self:
        lines = tuple(tuple((scale(x, factor), scale(y, factor)) for x, y in line) for line in self.lines)
        return super().scaled(factor).model_copy(update={"lines": lines})


class NutSlot(Sized):
    """`position` from one end of the nut to the middle of the slot."""

    lengths = ("position", "width", "depth")

    position: Number
    width: Length
    depth: Length


class NutSlotsDesign(Sized):
    """Mode `nut_slots`: the string slots of a nut."""

    lengths = ("length",)

    length: Length
    slots: tuple[NutSlot, ...] = Field(min_length=1, max_length=24)

    def scaled(self, factor: float) -> Self:
        return super().scaled(factor).model_copy(update={"slots": tuple(slot.scaled(factor) for slot in self.slots)})


class RosetteDesign(Sized):
    """Mode `rosette`: the channel of a rosette. `tiles`, `kerf` and `max_drift_deg` together where the ring is set from sawn
    tiles."""

    lengths = ("outer_diameter", "inner_diameter", "depth", "kerf")

    outer_diameter: Length
    inner_diameter: Length
    depth: Number
    tiles: Count | None = None
    kerf: Length | None = None
    max_drift_deg: Annotated[float, Field(gt=0, le=30, strict=True)] | None = None

    @model_validator(mode="after")
    def _tiles_are_whole(self) -> Self:
        if len({self.tiles is None, self.kerf is None, self.max_drift_deg is None}) > 1:
            raise ValueError("state tiles, kerf and max_drift_deg together, or none of them")
        return self


class HelicalDesign(Sized):
    """Mode `helical`: a bore that a smaller tool cuts on a helix; `cut.stepdown` is the depth of a turn."""

    lengths = ("diameter", "depth", "wall")

    diameter: Length
    depth: Number
    wall: Length | None = None
