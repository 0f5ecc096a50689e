"""What round things can be cut? Drilled holes, bores, rosettes."""

from __future__ import annotations

import itertools
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from rmos.contracts.numbers import Count, Depth, Length, Number, Point, Sized


class Hole(Sized):
    """`depth` where it is another than that of the design."""

    lengths = ("x", "y", "depth")

    x: Number
    y: Number
    depth: Depth | None = None
    label: str | None = Field(default=None, max_length=64)


class DrillDesign(Sized):
    """Mode `drill`: holes as wide as the tool, straight down at `cut.plunge_per_min`. `peck`: how deep each stroke goes before
    it clears its chips, in one stroke where not stated; `retract`: how a peck ends, out of the hole or by a short step back;
    `dwell_s`: how long the tool turns at the bottom. `depth` is that of the tip, or with `full_diameter` where the hole ends to
    have its full width."""

    lengths = ("holes", "diameter", "depth", "peck")

    holes: tuple[Hole, ...] = Field(min_length=1, max_length=1000)
    diameter: Length
    depth: Depth
    peck: Length | None = None
    retract: Literal["full", "chip_break"] = "full"
    full_diameter: bool = False
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


class HelicalDesign(Sized):
    """Mode `helical`: bores of one size that a smaller tool cuts on a helix; `cut.stepdown` is the depth of a turn."""

    lengths = ("diameter", "depth", "wall", "centers")

    diameter: Length
    depth: Depth
    wall: Length | None = None
    centers: tuple[Point, ...] = Field(default=((0.0, 0.0),), min_length=1, max_length=500)


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
