"""What can be made? One design for each mode: what the part shall be, never how fast it is cut. Lengths in the job's units."""

from __future__ import annotations

import itertools
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from rmos.contracts.base import BlobRef, Command
from rmos.contracts.numbers import Angle, Count, Line, Number, Point, Polygon, Positive, Sized

Length = Positive
MAX_INLINE_PROGRAM_BYTES = 32_000
MAX_POINTS = 10_000
"""Of all contours of one design together."""
Depth = Number
"""A depth that is not positive is judged, not refused: feasibility says RED and why."""


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


class Tabs(Sized):
    """Bridges that hold the part, evenly round the contour. `height` from the floor of the cut, `width` of the bridge."""

    lengths = ("width", "height")

    count: Annotated[int, Field(ge=1, le=100, strict=True)]
    width: Length
    height: Length


class ProfileDesign(Sized):
    """Mode `profile`: cut along a contour, on the `side` where the tool shall run; of an open one `left` and `right` are seen
    along it. `through`: the cut goes through the stock, and `depth` is the stock's thickness. `wall`: the thinnest wall that
    stays beside the cut; of an outside cut the part's own width counts as well."""

    lengths = ("contour", "depth", "tabs", "wall")

    contour: Line
    closed: bool = True
    side: Literal["outside", "inside", "on", "left", "right"]
    depth: Depth
    through: bool = False
    tabs: Tabs | None = None
    wall: Length | None = None

    @model_validator(mode="after")
    def _fits_contour(self) -> Self:
        if self.closed and len(self.contour) < 3:
            raise ValueError("contour: a closed one has at least 3 points")
        if not self.closed and self.side in ("outside", "inside"):
            raise ValueError(f"side: an open contour has no {self.side}, only on, left and right")
        if self.tabs is not None and 0 < self.depth <= self.tabs.height:
            raise ValueError(f"tabs.height {self.tabs.height:g} is not below depth {self.depth:g}: nothing would be cut there")
        return self


class Hole(Sized):
    """`depth` where it is another than that of the design."""

    lengths = ("x", "y", "depth")

    x: Number
    y: Number
    depth: Depth | None = None
    label: str | None = Field(default=None, max_length=64)


class DrillDesign(Sized):
    """Mode `drill`: holes as wide as the tool, straight down at `cut.plunge_per_min`. `peck`: how deep each stroke goes before
    it clears its chips, in one stroke where not stated; `dwell_s`: how long the tool turns at the bottom."""

    lengths = ("holes", "diameter", "depth", "peck")

    holes: tuple[Hole, ...] = Field(min_length=1, max_length=1000)
    diameter: Length
    depth: Depth
    peck: Length | None = None
    dwell_s: Annotated[float, Field(ge=0, le=60, strict=True)] = 0.0

    @property
    def depths(self) -> tuple[float, ...]:
        """Of each hole."""
        return tuple(self.depth if hole.depth is None else hole.depth for hole in self.holes)

    @model_validator(mode="after")
    def _pecks_are_strokes(self) -> Self:
        deepest = max(self.depths)
        if self.peck is not None and 0 < deepest <= self.peck:
            raise ValueError(f"peck {self.peck:g} is not below the deepest hole, {deepest:g}: leave it out for one stroke")
        return self


class Region(Sized):
    """What is carved: inside the boundary, outside of its islands."""

    lengths = ("boundary", "islands")

    boundary: Polygon
    islands: tuple[Polygon, ...] = Field(default=(), max_length=50)


class VcarveDesign(Sized):
    """Mode `vcarve`: carve regions, or lines of one `line_width`, with a V-bit; the width decides the depth, up to
    `depth`."""

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


class SlotDesign(Sized):
    """Mode `slot`: a channel along a centre line, as for a truss rod; the line ends where the channel does, or beyond the
    stock where that end is open. Its floor is `level`; `sloped`, evenly from `depth` to `end_depth`; `ramped`, rising to the
    surface over `ramp` at both ends; or `curved`, an arc from `end_depth` at the ends to `depth` in the middle."""

    lengths = ("line", "width", "depth", "end_depth", "ramp", "wall")

    line: Line
    width: Length
    depth: Depth
    end_depth: Depth | None = None
    floor: Literal["level", "sloped", "ramped", "curved"] = "level"
    ramp: Length | None = None
    open_start: bool = False
    open_end: bool = False
    wall: Length | None = None

    @model_validator(mode="after")
    def _floor_is_told_whole(self) -> Self:
        if (self.end_depth is not None) != (self.floor in ("sloped", "curved")):
            raise ValueError(f"end_depth belongs to a sloped or curved floor, and is needed there; this one is {self.floor}")
        if (self.ramp is not None) != (self.floor == "ramped"):
            raise ValueError(f"ramp belongs to a ramped floor, and is needed there; this one is {self.floor}")
        return self


class LedgeStep(Sized):
    """A second, shallower step beside the first, measured from where that ends."""

    lengths = ("width", "depth")

    width: Length
    depth: Depth


class LedgeDesign(Sized):
    """Mode `ledge`: a rebate for binding along the edge of a part, which lies inside the contour, and one for purfling beside
    it. `wall`: how thick the part is there, from the contour inwards."""

    lengths = ("contour", "width", "depth", "purfling", "wall")

    contour: Polygon
    width: Length
    depth: Depth
    purfling: LedgeStep | None = None
    wall: Length | None = None

    @property
    def total_width(self) -> float:
        return self.width + (0.0 if self.purfling is None else self.purfling.width)

    @model_validator(mode="after")
    def _purfling_is_a_step(self) -> Self:
        if self.purfling is not None and 0 < self.depth <= self.purfling.depth:
            raise ValueError(f"purfling.depth {self.purfling.depth:g} is not below depth {self.depth:g}: it would be one ledge")
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
    beyond the workpiece; `flange_diameter` is that of what holds the blade, which must clear the block."""

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


class FretSlotsDesign(Sized):
    """Mode `fret_slots`: slots of a fretboard, by scale length, or by lines from the treble to the bass edge.

    A fanned board states `bass_scale_length` and the fret that is square; `scale_length` is then the treble side's. `depth`
    is measured from the surface of the board: with a `radius`, from nut to last fret changing to `heel_radius`, the floors
    follow it, and zero is the crown. A slot ends `blind_inset` inside of the edge, or runs `overrun` beyond it.
    `nut_compensation` brings every fret that much nearer to the nut. `origin` is the middle of the nut, `rotation_deg` turns
    the strings from X, counter-clockwise.
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
    """Mode `nut_slots`: the string slots of a nut. `slot_length` is how far they run, across the nut."""

    lengths = ("length", "slots", "slot_length")

    length: Length
    slots: tuple[NutSlot, ...] = Field(min_length=1, max_length=24)
    slot_length: Length | None = None


class Ring(Sized):
    """A further channel round the same centre, such as for a purfling line. `depth` where it is another than the rosette's."""

    lengths = ("outer_diameter", "inner_diameter", "depth")

    outer_diameter: Length
    inner_diameter: Length
    depth: Depth | None = None


class RosetteDesign(Sized):
    """Mode `rosette`: the channel of a rosette, and further `rings` that do not meet it. `tiles`, `kerf` and `max_drift_deg`
    together where the ring is set from sawn tiles."""

    lengths = ("outer_diameter", "inner_diameter", "depth", "kerf", "center", "rings")

    outer_diameter: Length
    inner_diameter: Length
    depth: Depth
    tiles: Count | None = None
    kerf: Length | None = None
    max_drift_deg: Annotated[float, Field(gt=0, le=30, strict=True)] | None = None
    center: Point = (0.0, 0.0)
    rings: tuple[Ring, ...] = Field(default=(), max_length=20)

    @property
    def channels(self) -> tuple[tuple[float, float, float], ...]:
        """Inner and outer diameter and depth of each, from the middle outwards."""
        own = (self.inner_diameter, self.outer_diameter, self.depth)
        more = [(r.inner_diameter, r.outer_diameter, self.depth if r.depth is None else r.depth) for r in self.rings]
        return tuple(sorted((own, *more)))

    @model_validator(mode="after")
    def _rings_do_not_meet(self) -> Self:
        for (_, outer, _), (inner, _, _) in itertools.pairwise(self.channels):
            if inner < outer:
                raise ValueError(f"rings: one begins at {inner:g} where another still goes to {outer:g}")
        return self

    @model_validator(mode="after")
    def _tiles_are_whole(self) -> Self:
        if len({self.tiles is None, self.kerf is None, self.max_drift_deg is None}) > 1:
            raise ValueError("state tiles, kerf and max_drift_deg together, or none of them")
        return self


class HelicalDesign(Sized):
    """Mode `helical`: bores of one size that a smaller tool cuts on a helix; `cut.stepdown` is the depth of a turn."""

    lengths = ("diameter", "depth", "wall", "centers")

    diameter: Length
    depth: Depth
    wall: Length | None = None
    centers: tuple[Point, ...] = Field(default=((0.0, 0.0),), min_length=1, max_length=500)


Design = (
    GcodeDesign | PocketDesign | RestDesign | ProfileDesign | DrillDesign | VcarveDesign | SlotDesign | LedgeDesign | SawDesign
    | FretSlotsDesign | NutSlotsDesign | RosetteDesign | HelicalDesign
)  # fmt: skip
Mode = Literal[
    "gcode", "pocket", "rest", "profile", "drill", "vcarve", "slot", "ledge", "saw", "fret_slots", "nut_slots", "rosette",
    "helical",
]  # fmt: skip
DESIGNS: dict[str, type[Design]] = {
    "gcode": GcodeDesign, "pocket": PocketDesign, "rest": RestDesign, "profile": ProfileDesign, "drill": DrillDesign,
    "vcarve": VcarveDesign, "slot": SlotDesign, "ledge": LedgeDesign, "saw": SawDesign, "fret_slots": FretSlotsDesign,
    "nut_slots": NutSlotsDesign, "rosette": RosetteDesign, "helical": HelicalDesign,
}  # fmt: skip
"""Of every mode, for jobs and for evaluation alike."""
MODES = {model: mode for mode, model in DESIGNS.items()}
