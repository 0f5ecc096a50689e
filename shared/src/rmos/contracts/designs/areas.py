"""What areas can be cut? Programs, pockets, what a larger tool left of them, V-carving."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field, model_validator
from rmos.contracts.base import BlobRef, Command
from rmos.contracts.numbers import Depth, Length, Line, Polygon, Positive, Sized

MAX_INLINE_PROGRAM_BYTES = 32_000
MAX_POINTS = 4000
"""Of all contours of one design together: more do not fit into an event, and take seconds to look at."""


class GcodeDesign(Command):
    """Mode `gcode`: check an existing program. Exactly one of `text` (short) and `program` (a blob) is given."""

    text: str | None = Field(default=None, max_length=MAX_INLINE_PROGRAM_BYTES)
    program: BlobRef | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.text is None) == (self.program is None):
            raise ValueError("give exactly one of text and program")
        return self

    def scaled(self, factor: float) -> GcodeDesign:
        return self  # a program states its own units (G20, G21)


class PocketDesign(Sized):
    """Mode `pocket`: clear a polygon around its islands to a depth. `wall`: the thinnest wall that stays beside it."""

    lengths: ClassVar[tuple[str, ...]] = ("boundary", "islands", "depth", "wall")

    boundary: Polygon
    islands: tuple[Polygon, ...] = Field(default=(), max_length=50)
    depth: Depth
    wall: Positive | None = None


class RestDesign(PocketDesign):
    """Mode `rest`: what a tool of `previous_diameter` could not reach of a pocket."""

    lengths = (*PocketDesign.lengths, "previous_diameter")

    previous_diameter: Length


class Region(Sized):
    """What is carved: inside the boundary, outside of its islands."""

    lengths = ("boundary", "islands")

    boundary: Polygon
    islands: tuple[Polygon, ...] = Field(default=(), max_length=50)


class VcarveDesign(Sized):
    """Mode `vcarve`: carve regions, or lines of one `line_width`, with a V-bit; its width decides how deep a
    place is carved, up to `depth`."""

    lengths = ("regions", "lines", "line_width", "depth")

    regions: tuple[Region, ...] = Field(default=(), max_length=500)
    lines: tuple[Line, ...] = Field(default=(), max_length=500)
    line_width: Length | None = None
    depth: Depth

    @model_validator(mode="after")
    def _has_something_to_carve(self) -> Self:
        if bool(self.regions) == bool(self.lines):
            raise ValueError("give regions, or lines with their line_width: one of the two")
        if bool(self.lines) != (self.line_width is not None):
            raise ValueError("line_width belongs to lines: give both or neither")
        points = sum(len(ring) for region in self.regions for ring in (region.boundary, *region.islands))
        if points + sum(map(len, self.lines)) > MAX_POINTS:
            raise ValueError(f"regions and lines have more than {MAX_POINTS} points: split the job")
        return self
