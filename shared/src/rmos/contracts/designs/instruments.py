"""What can be slotted and sawn? Fretboards, nuts, slices."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from rmos.contracts.numbers import Angle, Count, Depth, Length, Number, Point, Sized


class FretSlotsDesign(Sized):
    """Mode `fret_slots`: slots of a fretboard, by scale length, or by lines from the treble to the bass edge.

    A fanned board states `bass_scale_length` and the fret that is square; `scale_length` is then the treble side's. `depth`
    is measured from the surface of the board: with a `radius`, from nut to last fret changing to `heel_radius`, the floors
    follow it, and zero is the crown; not `radiused` yet, the blank is flat and cut down to the same floors. A slot ends
    `blind_inset` inside of the edge, or runs `overrun` beyond it. `nut_compensation` brings every fret that much nearer to the
    nut. `origin` is the middle of the nut, `rotation_deg` turns the strings from X, counter-clockwise.
    """

    lengths = (
        "scale_length", "bass_scale_length", "nut_width", "heel_width", "slot_width", "depth", "lines", "radius", "heel_radius",
        "blind_inset", "overrun", "nut_compensation", "origin",
    )  # fmt: skip

    scale_length: Length
    bass_scale_length: Length | None = None
    perpendicular_fret: Annotated[float, Field(ge=0, le=36, strict=True)] | None = None
    frets: Annotated[int, Field(ge=1, le=36, strict=True)]
    nut_width: Length
    heel_width: Length
    slot_width: Length
    depth: Depth
    lines: tuple[tuple[Point, Point], ...] = Field(default=(), max_length=36)
    radius: Length | None = None
    heel_radius: Length | None = None
    radiused: bool = True
    blind_inset: Length | None = None
    overrun: Length | None = None
    nut_compensation: Annotated[float, Field(ge=0, lt=1e6, strict=True)] = 0.0
    origin: Point = (0.0, 0.0)
    rotation_deg: Annotated[float, Field(ge=-180, le=180, strict=True)] = 0.0

    @model_validator(mode="after")
    def _fan_is_whole(self) -> Self:
        if (self.bass_scale_length is None) != (self.perpendicular_fret is None):
            raise ValueError("state bass_scale_length and perpendicular_fret together, or neither")
        if self.lines and len(self.lines) != self.frets:
            raise ValueError(f"there are {len(self.lines)} lines for {self.frets} frets")
        if self.perpendicular_fret is not None and self.perpendicular_fret > self.frets:
            raise ValueError(f"perpendicular_fret {self.perpendicular_fret:g} is beyond the last of {self.frets} frets")
        return self

    @model_validator(mode="after")
    def _floor_and_ends_are_told_once(self) -> Self:
        if self.heel_radius is not None and self.radius is None:
            raise ValueError("heel_radius belongs to a board that states radius")
        if not self.radiused and self.radius is None:
            raise ValueError("radiused: a board that will have a radius states it")
        if self.blind_inset is not None and self.overrun is not None:
            raise ValueError("state blind_inset or overrun: a slot ends inside of the edge or beyond it")
        for radius in (self.radius, self.heel_radius):
            if radius is not None and 2 * radius < max(self.nut_width, self.heel_width):
                raise ValueError(f"a board of radius {radius:g} is at most {2 * radius:g} wide")
        if self.blind_inset is not None and 2 * self.blind_inset >= min(self.nut_width, self.heel_width):
            raise ValueError("blind_inset leaves nothing of the slots")
        return self


class NutSlot(Sized):
    """`position` from one end of the nut to the middle of the slot."""

    lengths = ("position", "width", "depth")

    position: Number
    width: Length
    depth: Length


class NutSlotsDesign(Sized):
    """Mode `nut_slots`: the string slots of a nut, right across its `thickness`. They fall by `angle_deg` from the fret
    board's face on, where `depth` is measured."""

    lengths = ("length", "slots", "thickness")

    length: Length
    slots: tuple[NutSlot, ...] = Field(min_length=1, max_length=24)
    thickness: Length | None = None
    angle_deg: Annotated[float, Field(ge=0, le=30, strict=True)] = 0.0

    @model_validator(mode="after")
    def _fall_is_known(self) -> Self:
        if self.angle_deg and self.thickness is None:
            raise ValueError("angle_deg needs thickness: how far the slots fall")
        return self


class Slices(Sized):
    """Equal slices off a block, `trim` cut off before the first; `block` is the block's size across the cuts."""

    lengths = ("thickness", "trim", "block")

    count: Count
    thickness: Length
    trim: Annotated[float, Field(ge=0, lt=1e6, strict=True)] = 0.0
    block: Length


class SawDesign(Sized):
    """Mode `saw`: a cut with a blade, or several that take slices off a block. `exposure` is how far the blade stands out
    beyond the workpiece."""

    lengths = ("length", "depth", "exposure", "slices", "flange_diameter")

    cut: Literal["rip", "crosscut", "miter", "bevel", "dado"]
    length: Length
    depth: Depth
    exposure: Number | None = None
    miter_deg: Angle | None = None
    bevel_deg: Angle | None = None
    riving_knife: bool | None = None
    slices: Slices | None = None
    flange_diameter: Length | None = None
