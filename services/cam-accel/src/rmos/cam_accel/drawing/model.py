"""What is a drawing, once it is read: layers of contours in millimetres, and what they leave open?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from rmos.cam_accel.drawing.curves import Curve
from rmos.cam_accel.drawing.errors import Place
from rmos.cam_accel.drawing.joining import Branch, Bridge, Duplicate
from rmos.cam_accel.drawing.nesting import Crossing, Gap
from rmos.cam_accel.drawing.report import DrawingReport
from rmos.cam_accel.drawing.sketch import Mark


@dataclass(frozen=True, eq=False)
class Contour:
    """Closed. Outer ones (an even `depth`) run counter-clockwise, holes clockwise; `parent` is the index, in the layer's
    contours, of the one next around it, -1 where there is none."""

    curve: Curve
    place: Place
    depth: int
    parent: int

    @property
    def is_outer(self) -> bool:
        return self.depth % 2 == 0


@dataclass(frozen=True, eq=False)
class Chain:
    """Open: a line to cut along, or a contour with a gap."""

    curve: Curve
    place: Place


class Region(NamedTuple):
    """An outer contour and the holes right inside it."""

    outer: Contour
    holes: tuple[Contour, ...]


@dataclass(frozen=True, eq=False)
class Layer:
    name: str
    contours: tuple[Contour, ...]
    chains: tuple[Chain, ...]
    marks: tuple[Mark, ...]
    gaps: tuple[Gap, ...]
    crossings: tuple[Crossing, ...]
    branches: tuple[Branch, ...]
    bridges: tuple[Bridge, ...]
    duplicates: tuple[Duplicate, ...]
    specks: int
    """Pieces of no length, dropped."""

    @property
    def regions(self) -> tuple[Region, ...]:
        """An outer contour within a hole is a region of its own."""
        holes: dict[int, list[Contour]] = {}
        for contour in self.contours:
            if not contour.is_outer:
                holes.setdefault(contour.parent, []).append(contour)
        return tuple(Region(c, tuple(holes.get(n, ()))) for n, c in enumerate(self.contours) if c.is_outer)


@dataclass(frozen=True, eq=False)
class Drawing:
    """Curves were flattened within `tolerance_mm` where they are neither lines nor arcs."""

    layers: tuple[Layer, ...]
    tolerance_mm: float
    report: DrawingReport

    def layer(self, name: str) -> Layer:
        """Raises KeyError."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise KeyError(name)
