"""Which floors and surfaces do instruments have beyond level ones? Slopes and arcs along a line, round boards, carved lines."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from rmos.cam_accel.simulate.errors import SimulationError
from rmos.cam_accel.simulate.target import Reals, VCarve, require_size
from rmos.contracts.fretboard import sagitta_mm

Point2 = tuple[float, float]


@dataclass(frozen=True)
class Along:
    """A floor whose depth goes by the distance from `start` towards `end`, clamped to their distance."""

    start: Point2
    end: Point2
    depth_at: Callable[[Reals], Reals]
    deepest_mm: float
    needs_wall = False

    def depths_mm(self, x_mm: Reals, y_mm: Reals, wall_mm: Reals) -> Reals:
        (x0, y0), (x1, y1) = self.start, self.end
        length = math.dist(self.start, self.end)
        along = ((x_mm - x0) * (x1 - x0) + (y_mm - y0) * (y1 - y0)) / length
        return self.depth_at(np.clip(along, 0.0, length))


@dataclass(frozen=True)
class Board:
    """The top of a radiused fretboard, crown at Z 0 along X, or what lies `below_mm` under it: a cylinder, or a cone from the
    nut's radius to the heel's."""

    nut_mm: float
    heel_mm: float
    length_mm: float
    half_width_mm: float
    below_mm: float = 0.0
    needs_wall = False

    def __post_init__(self) -> None:
        for name in ("nut_mm", "heel_mm", "length_mm"):
            require_size(name, getattr(self, name), 1e-3)
        require_size("below_mm", self.below_mm)
        least = min(self.nut_mm, self.heel_mm)
        if not 0 < self.half_width_mm <= least:
            raise SimulationError("target", f"half_width_mm must be in (0, {least:g}], not {self.half_width_mm}")

    @property
    def deepest_mm(self) -> float:
        return self.below_mm + sagitta_mm(min(self.nut_mm, self.heel_mm), self.half_width_mm)

    def depths_mm(self, x_mm: Reals, y_mm: Reals, wall_mm: Reals) -> Reals:
        radius = self.nut_mm + (self.heel_mm - self.nut_mm) * np.clip(x_mm / self.length_mm, 0.0, 1.0)
        away = np.minimum(np.abs(y_mm), self.half_width_mm)
        return np.asarray(self.below_mm + radius - np.sqrt(radius * radius - away * away), dtype=np.float64)


@dataclass(frozen=True)
class CarvedLine(VCarve):
    """One pass along a line leaves the same V everywhere, in its bends too, where the area around it is wider."""

    line: Sequence[Point2] = ()
    half_width_mm: float = 0.0
    needs_wall = False

    def depths_mm(self, x_mm: Reals, y_mm: Reals, wall_mm: Reals) -> Reals:
        way = shapely.LineString(self.line)
        shapely.prepare(way)
        inside = self.half_width_mm - shapely.distance(way, shapely.points(x_mm, y_mm))
        return super().depths_mm(x_mm, y_mm, inside)
