"""Is a floor that is not level cut as low as its tool gets? Asked at places of a grid of each region's own, so that a thin slot
is seen however large the part is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from rmos.cam_accel.kernels import Kernels
from rmos.cam_accel.simulate.grid import BOTTOMLESS, UNITS_PER_MM, Grid, Stock, grid_of
from rmos.cam_accel.simulate.heightmap import full
from rmos.cam_accel.simulate.near import Near
from rmos.cam_accel.simulate.profile import Profile
from rmos.cam_accel.simulate.target import WALL_MM, Reals, Region
from rmos.contracts.toolpath import MoveKind, Toolpath

ALL_PLACES, LEAST_PLACES, MOST_CELLS, ACROSS, MOST_NAMED = 30_000, 500, 1 << 16, 6, 5
STANDS_MM = 0.02
"""What is left by more than the tolerance and this is seen as a spot, where a fitted path is off by hundredths."""
Point2 = tuple[float, float]


@dataclass(frozen=True)
class Judged:
    """Shares of places: that the tool can reach, and of these that are cut; the worst of the others. `tolerance_mm`: the most
    that was allowed above the floor at a place that the tool reaches; `spot`: as `spot_of`."""

    reachable_share: float
    cut_share: float
    uncut: tuple[Point2, ...]
    unreachable: tuple[Point2, ...]
    tolerance_mm: float
    spot: Point2 | None = None


def judge(kernels: Kernels, path: Toolpath, tool: Profile, region: Region, near: Near, places: int, spot_mm: float) -> Judged:
    """At about so many places of the region, a wall's tolerance inside of it."""
    grid, x, y, index = _places(region, places)
    if not len(x):
        return Judged(0.0, 0.0, (), (), 0.0)
    own = _alone(path, near.moves([region], tool.radius_mm + grid.cell_mm))
    found = kernels.heightmap(own, tool, grid, full(grid, 0.0), BOTTOMLESS, ())
    z = found.heights.ravel()[index] / UNITS_PER_MM
    left = np.zeros(len(x)) if region.reach is None else region.reach.left_mm(tool, region, x, y)
    reached = np.isfinite(left)
    allowed = left + region.floor_tolerance_mm
    above = np.where(reached, z + region.depths_mm(x, y) - allowed, -math.inf)
    uncut = above > 0.5 / UNITS_PER_MM
    worst = np.argsort(-above, kind="stable")[: min(MOST_NAMED, int(uncut.sum()))]
    count = int(reached.sum())
    cells = np.zeros(grid.rows * grid.columns, dtype=bool)
    cells[index] = above > STANDS_MM
    return Judged(
        count / len(x), 1 - int(uncut.sum()) / count if count else 0.0, _points(x, y, worst),
        _points(x, y, np.flatnonzero(~reached)[:MOST_NAMED]), float(allowed[reached].max(initial=0.0)),
        spot_of(cells.reshape(grid.rows, grid.columns), grid, spot_mm),
    )  # fmt: skip


def spot_of(cells: NDArray[np.bool_], grid: Grid, radius_mm: float) -> Point2 | None:
    """A place round which all cells are set, as far as the radius, (rows, columns); at least two by two."""
    side = max(2, math.ceil(2 * radius_mm / grid.cell_mm))
    if min(cells.shape) < side:
        return None
    sums = np.pad(cells.astype(np.int64).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    blocks = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    if int(blocks.max()) < side * side:
        return None
    row, column = divmod(int(np.argmax(blocks)), blocks.shape[1])
    return grid.low_x_mm + (column + side / 2) * grid.cell_mm, grid.low_y_mm + (row + side / 2) * grid.cell_mm


def places_for(regions: Sequence[Region]) -> list[int]:
    """Of each region by its share of the area."""
    areas = [region.polygon.area for region in regions]
    return [max(LEAST_PLACES, math.ceil(ALL_PLACES * area / sum(areas))) for area in areas]


def _places(region: Region, places: int) -> tuple[Grid, Reals, Reals, NDArray[np.int64]]:
    polygon = region.polygon
    low_x, low_y, high_x, high_y = polygon.bounds
    narrow = 2 * polygon.area / polygon.length
    finest = math.sqrt((high_x - low_x) * (high_y - low_y) / MOST_CELLS)
    cell = max(min(math.sqrt(polygon.area / places), narrow / ACROSS), finest)
    grid = grid_of(Stock((low_x, low_y), (high_x, high_y)), cell)
    x, y = (axis.ravel() for axis in np.meshgrid(grid.x_mm, grid.y_mm))
    inner = polygon.buffer(-WALL_MM)
    shapely.prepare(inner)
    index = np.flatnonzero(shapely.contains_xy(inner, x, y))
    return grid, x[index], y[index], index


def _alone(path: Toolpath, moves: NDArray[np.int64]) -> Toolpath:
    """Only these moves: others become rows that cut nothing."""
    kind = np.full_like(path.kind, MoveKind.DWELL)
    kind[moves] = path.kind[moves]
    return replace(path, kind=kind)


def _points(x: Reals, y: Reals, which: NDArray[np.int64]) -> tuple[Point2, ...]:
    return tuple((float(x[n]), float(y[n])) for n in which)
