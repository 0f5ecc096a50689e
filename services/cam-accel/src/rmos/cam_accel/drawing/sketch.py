"""What came out of a file before it is joined: curves and points by layer, and what was passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from rmos.cam_accel.drawing.affine import Point
from rmos.cam_accel.drawing.curves import Curve
from rmos.cam_accel.drawing.errors import Place


class NotCut(Exception):
    """An entity that stands for a shape, but not for one in the plane."""


class Drawn(NamedTuple):
    curve: Curve
    place: Place


class Mark(NamedTuple):
    """A point entity."""

    x_mm: float
    y_mm: float
    place: Place


class LeftOut(NamedTuple):
    """A shape that is not in the drawing's contours, and why."""

    place: Place
    reason: str


@dataclass
class Sketch:
    """`ignored`: how many entities of each kind that stand for no shape (texts, dimensions, hatches)."""

    curves: dict[str, list[Drawn]] = field(default_factory=dict)
    marks: dict[str, list[Mark]] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def add(self, curve: Curve, place: Place) -> None:
        self.curves.setdefault(place.layer, []).append(Drawn(curve, place))

    def mark(self, at: Point, place: Place) -> None:
        self.marks.setdefault(place.layer, []).append(Mark(*at, place))

    @property
    def layers(self) -> list[str]:
        return list(dict.fromkeys([*self.curves, *self.marks]))

    def _places(self) -> Iterator[tuple[float, float, float, float]]:
        for drawn in self.curves.values():
            for curve, _ in drawn:
                points = curve.halfways_mm if curve.turns_rad.any() else curve.points_mm
                both = np.concatenate([points, curve.points_mm])
                yield *both.min(axis=0).tolist(), *both.max(axis=0).tolist()
        for marks in self.marks.values():
            for x, y, _ in marks:
                yield x, y, x, y

    def size(self) -> Point | None:
        """Width and height of all that was drawn, near enough to judge the units by; None where nothing was drawn."""
        boxes = np.array(list(self._places()))
        if not len(boxes):
            return None
        width, height = (boxes[:, 2:].max(axis=0) - boxes[:, :2].min(axis=0)).tolist()
        return width, height
