"""What can be cut along a line? Profiles, channels, ledges."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from rmos.contracts.numbers import Depth, Length, Line, Polygon, Sized


class Tabs(Sized):
    """Bridges that hold the part, evenly round the contour. `height` from the floor of the cut, `width` of the bridge."""

    lengths = ("width", "height")

    count: Annotated[int, Field(ge=1, le=100, strict=True)]
    width: Length
    height: Length


class ProfileDesign(Sized):
    """Mode `profile`: cut along a contour, on the `side` where the tool shall run; of an open one `left` and `right` are seen
    along it. `through`: the cut goes through the stock, whose thickness `depth` is, and `overcut` into a spoil board.
    `wall`: the thinnest wall that stays beside the cut; of an outside cut the part's own width counts as well."""

    lengths = ("contour", "depth", "overcut", "tabs", "wall")

    contour: Line
    closed: bool = True
    side: Literal["outside", "inside", "on", "left", "right"]
    depth: Depth
    through: bool = False
    overcut: Length | None = None
    tabs: Tabs | None = None
    wall: Length | None = None

    @model_validator(mode="after")
    def _fits_contour(self) -> Self:
        if self.closed and len(self.contour) < 3:
            raise ValueError("contour: a closed one has at least 3 points")
        if not self.closed and self.side in ("outside", "inside"):
            raise ValueError(f"side: an open contour has no {self.side}, only on, left and right")
        if self.overcut is not None and not self.through:
            raise ValueError("overcut belongs to a cut that is through")
        if self.tabs is not None and 0 < self.depth <= self.tabs.height:
            raise ValueError(f"tabs.height {self.tabs.height:g} is not below depth {self.depth:g}: nothing would be cut there")
        return self


class SlotDesign(Sized):
    """Mode `slot`: a channel along a centre line, as for a truss rod. An open end runs out of the stock.
    `floor` of a straight channel: `level`; `ramped`, rising to the surface over `ramp` at both
    ends; `curved`, an arc from `end_depth` at the ends to `depth` in the middle."""

    lengths = ("line", "width", "depth", "end_depth", "ramp", "wall")

    line: Line
    width: Length
    depth: Depth
    floor: Literal["level", "ramped", "curved"] = "level"
    end_depth: Depth | None = None
    ramp: Length | None = None
    open_start: bool = False
    open_end: bool = False
    wall: Length | None = None

    @model_validator(mode="after")
    def _floor_is_whole(self) -> Self:
        if self.floor != "level" and len(self.line) != 2:
            raise ValueError(f"line: a {self.floor} floor is that of a straight channel, between two points")
        for name, floor in (("ramp", "ramped"), ("end_depth", "curved")):
            if (getattr(self, name) is None) == (self.floor == floor):
                raise ValueError(f"{name} belongs to a floor that is {floor}: give both or neither")
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
