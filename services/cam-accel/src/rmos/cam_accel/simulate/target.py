"""What shall the part be? The lowest surface that may be cut: regions with floors, and the surface outside of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray
from rmos.cam_accel import polygons
from rmos.cam_accel.simulate.errors import SimulationError
from rmos.cam_accel.simulate.grid import FARTHEST_MM, HIGHEST_MM
from rmos.cam_accel.simulate.reach import Reach

WALL_MM, FLOOR_MM = 0.01, 0.01
Reals = NDArray[np.float64]
Ring = Sequence[tuple[float, float]] | Reals


class Floor(Protocol):
    """`deepest_mm`: what no place of it exceeds. `needs_wall`: does the depth hang on the distance from the boundary?"""

    @property
    def deepest_mm(self) -> float: ...
    @property
    def needs_wall(self) -> bool: ...
    def depths_mm(self, x_mm: Reals, y_mm: Reals, wall_mm: Reals) -> Reals: ...


def require_size(name: str, value: float, least: float = 0.0) -> None:
    if not (math.isfinite(value) and least <= value <= HIGHEST_MM):
        raise SimulationError("target", f"{name} must be within [{least:g}, {HIGHEST_MM:g}], not {value}")


@dataclass(frozen=True)
class Level:
    """The same depth everywhere, below Z 0."""

    depth_mm: float
    needs_wall = False

    def __post_init__(self) -> None:
        require_size("depth_mm", self.depth_mm)

    @property
    def deepest_mm(self) -> float:
        return self.depth_mm

    def depths_mm(self, x_mm: Reals, y_mm: Reals, wall_mm: Reals) -> Reals:
        return np.full(x_mm.shape, self.depth_mm)


@dataclass(frozen=True)
class VCarve:
    """What a V-bit of the full angle `angle_deg` and the flat tip `tip_diameter_mm` leaves where it touches the nearest walls,
    no deeper than `most_mm`."""

    angle_deg: float
    most_mm: float
    tip_diameter_mm: float = 0.0
    needs_wall = True

    def __post_init__(self) -> None:
        require_size("most_mm", self.most_mm, 1e-3)
        if not (0 < self.angle_deg < 180 and 0 <= self.tip_diameter_mm <= HIGHEST_MM):
            raise SimulationError("target", f"no V-bit has the angle {self.angle_deg} and the tip {self.tip_diameter_mm}")

    @property
    def deepest_mm(self) -> float:
        return self.most_mm

    def depths_mm(self, x_mm: Reals, y_mm: Reals, wall_mm: Reals) -> Reals:
        slope = 1 / math.tan(math.radians(self.angle_deg) / 2)
        return np.asarray(np.minimum(np.maximum(wall_mm, 0.0) * slope, self.most_mm), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Region:
    """An outline with holes (islands) and its floor. `floor_tolerance_mm`: how far above the floor may be left, besides what a
    tool must leave by `reach`; `deeper_mm`: how far below it may be cut. `must_be_cut` False: it may be cut and need not.
    `cut_before`: rings of what another tool has cut to the floor already. `name`: of the part of the design that it is. Raises
    SimulationError for rings that bound no area."""

    outline: Ring
    floor: Floor
    holes: Sequence[Ring] = ()
    floor_tolerance_mm: float = FLOOR_MM
    deeper_mm: float = FLOOR_MM
    must_be_cut: bool = True
    cut_before: Sequence[Any] = ()
    proud_mm: float = 0.0
    reach: Reach | None = None
    name: str = "the target"

    def __post_init__(self) -> None:
        for name, ring in (("outline", self.outline), *((f"hole {n}", hole) for n, hole in enumerate(self.holes))):
            _require_ring(name, ring)
        if not self.polygon.is_valid:
            raise SimulationError("target", f"the region is no area: {shapely.is_valid_reason(self.polygon)}")

    @cached_property
    def polygon(self) -> Any:
        return shapely.Polygon(np.asarray(self.outline), [np.asarray(hole) for hole in self.holes])

    @cached_property
    def rings(self) -> list[Any]:
        """The outline counter-clockwise, holes clockwise."""
        return polygons.region(_pairs(self.outline), [_pairs(hole) for hole in self.holes])

    def depths_mm(self, x_mm: Reals, y_mm: Reals, beyond_mm: float = 0.0) -> Reals:
        """The floor's depth at places of the region grown by `beyond_mm`."""
        wall = np.zeros(x_mm.shape)
        if self.floor.needs_wall:
            points, edge = shapely.points(x_mm, y_mm), self.polygon.boundary
            shapely.prepare(edge)
            away = shapely.distance(edge, points)
            shapely.prepare(self.polygon)
            wall = np.where(shapely.contains_xy(self.polygon, x_mm, y_mm), away, -away) + beyond_mm
        return self.floor.depths_mm(x_mm, y_mm, wall)


@dataclass(frozen=True, eq=False)
class Target:
    """Where regions overlap, the deepest counts. `surface`: what lies outside of all; nothing may be cut below it. `top`: the
    stock before the cut, where it is not level at Z 0, as on a radiused fretboard."""

    regions: tuple[Region, ...]
    surface: Floor = field(default_factory=lambda: Level(0.0))
    top: Floor | None = None

    @property
    def deepest_mm(self) -> float:
        return max((region.floor.deepest_mm for region in self.regions), default=self.surface.deepest_mm)

    @property
    def bounds_mm(self) -> tuple[float, float, float, float] | None:
        """Least X and Y, greatest X and Y; None without a region."""
        if not self.regions:
            return None
        low_x, low_y, high_x, high_y = shapely.total_bounds([region.polygon for region in self.regions]).tolist()
        return low_x, low_y, high_x, high_y

    def allowed_lowest_mm(self, x_mm: Reals, y_mm: Reals, wall_mm: float = WALL_MM) -> Reals:
        """Z of the lowest surface that may be left at each place (arrays of one shape); each region is taken as wider by
        `wall_mm` all round. Floors as they are, without their tolerance."""
        x, y = (np.asarray(axis, dtype=np.float64) for axis in (x_mm, y_mm))
        deepest = self.surface.depths_mm(x, y, np.zeros(x.shape)).ravel()
        for region, held in self._holding(x.ravel(), y.ravel(), wall_mm):
            deepest[held] = np.maximum(deepest[held], region.depths_mm(x.ravel()[held], y.ravel()[held], wall_mm))
        return -deepest.reshape(x.shape)

    def tolerances_mm(self, x_mm: Reals, y_mm: Reals) -> Reals:
        """How much lower than allowed a place may be: the most that a region there allows."""
        out = np.full(np.size(x_mm), FLOOR_MM)
        if any(region.deeper_mm > FLOOR_MM for region in self.regions):
            for region, held in self._holding(np.ravel(x_mm), np.ravel(y_mm), WALL_MM):
                out[held] = np.maximum(out[held], region.deeper_mm)
        return out.reshape(np.shape(x_mm))

    @cached_property
    def _bounds_mm(self) -> Reals:
        return np.asarray(shapely.bounds([region.polygon for region in self.regions]), dtype=np.float64).reshape(-1, 4)

    def _holding(self, x: Reals, y: Reals, wall_mm: float) -> Iterator[tuple[Region, NDArray[np.int64]]]:
        """Regions, wider by `wall_mm`, that hold some of the places, and which: only those within a region's bounds are
        looked at."""
        if not len(x):
            return
        order, (low_x, low_y, high_x, high_y) = np.argsort(y, kind="stable"), self._bounds_mm.T
        first = np.searchsorted(y[order], low_y - wall_mm)
        last = np.searchsorted(y[order], high_y + wall_mm, side="right")
        near = (first < last) & (low_x - wall_mm <= x.max()) & (high_x + wall_mm >= x.min())
        for n in np.flatnonzero(near).tolist():
            region, some = self.regions[n], order[first[n] : last[n]]
            some = some[(x[some] >= low_x[n] - wall_mm) & (x[some] <= high_x[n] + wall_mm)]
            if len(some):
                shape = region.polygon.buffer(wall_mm) if wall_mm else region.polygon
                shapely.prepare(shape)
                held = some[shapely.contains_xy(shape, x[some], y[some])]
                if len(held):
                    yield region, held


def pocket_target(boundary: Ring, islands: Sequence[Ring], depth_mm: float) -> Target:
    return Target((Region(boundary, Level(depth_mm), islands),))


def _pairs(ring: Ring) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in ring]


def _require_ring(name: str, ring: Ring) -> None:
    p = np.asarray(ring, dtype=np.float64)
    if p.ndim != 2 or p.shape[1] != 2 or len(p) < 3:
        raise SimulationError("target", f"{name}: a ring has at least three points of X and Y")
    bad = ~(np.abs(p) <= FARTHEST_MM).all(axis=1)
    if bad.any():
        n = int(np.argmax(bad))
        raise SimulationError("target", f"{name}: point {n} {tuple(p[n].tolist())} is no place within {FARTHEST_MM:g} mm")
    if abs(polygons.signed_area_mm2(p)) < 1e-9:
        raise SimulationError("target", f"{name} has no area")
