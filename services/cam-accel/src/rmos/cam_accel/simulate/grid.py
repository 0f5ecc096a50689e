"""Which block of stock is cut, and on which grid of heights is it kept, within bounds of memory?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.geometry import extent
from rmos.cam_accel.simulate.errors import SimulationError
from rmos.contracts.toolpath import Toolpath

Reals = NDArray[np.float64]
UNITS_PER_MM = 10_000
"""Heights are whole tenths of a micrometre, so that sums of volumes do not depend on their order."""
MOST_CELLS, FARTHEST_MM, HIGHEST_MM = 1 << 24, 1e5, 5e4
USUAL_CELLS, LEAST_CELL_MM = 1 << 20, 1e-6
CELLS_MM = (0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0)
BOTTOMLESS = -(2**31) + 1
_SHIFT = 1 << 30


def units(mm: float) -> int:
    """The nearest whole unit, half up; both kernels round so."""
    return int(mm * UNITS_PER_MM + (_SHIFT + 0.5)) - _SHIFT


@dataclass(frozen=True)
class Stock:
    """A block: its sides, its top and, where it matters, how thick it is. Raises SimulationError for what is none."""

    low_mm: tuple[float, float]
    high_mm: tuple[float, float]
    top_mm: float = 0.0
    thickness_mm: float | None = None

    def __post_init__(self) -> None:
        for name, value in (("low_mm", self.low_mm), ("high_mm", self.high_mm)):
            if not all(math.isfinite(v) and abs(v) <= FARTHEST_MM for v in value):
                raise SimulationError("stock", f"stock {name} {value} is no place within {FARTHEST_MM:g} mm")
        if not (self.high_mm[0] > self.low_mm[0] and self.high_mm[1] > self.low_mm[1]):
            raise SimulationError("stock", f"the stock has no area: it reaches from {self.low_mm} to {self.high_mm}")
        if not (math.isfinite(self.top_mm) and abs(self.top_mm) <= HIGHEST_MM):
            raise SimulationError("stock", f"stock top_mm {self.top_mm} is no height within {HIGHEST_MM:g} mm")
        thick = self.thickness_mm
        if thick is not None and not (math.isfinite(thick) and 0 < thick <= HIGHEST_MM):
            raise SimulationError("stock", f"stock thickness_mm must be in (0, {HIGHEST_MM:g}], not {thick}")

    @property
    def bottom_units(self) -> int:
        return BOTTOMLESS if self.thickness_mm is None else units(self.top_mm - self.thickness_mm)


@dataclass(frozen=True)
class Grid:
    """Square cells; the first centre lies half a cell from the low corner."""

    low_x_mm: float
    low_y_mm: float
    cell_mm: float
    columns: int
    rows: int

    @property
    def x_mm(self) -> Reals:
        """Centres of the columns."""
        return _centres(self.low_x_mm, self.cell_mm, self.columns)

    @property
    def y_mm(self) -> Reals:
        return _centres(self.low_y_mm, self.cell_mm, self.rows)

    def part(self, window: tuple[slice, slice]) -> Grid:
        """Its rows and columns within a window."""
        rows, columns = (range(count)[some] for count, some in zip((self.rows, self.columns), window, strict=True))
        low_x, low_y = self.low_x_mm + columns.start * self.cell_mm, self.low_y_mm + rows.start * self.cell_mm
        return Grid(low_x, low_y, self.cell_mm, len(columns), len(rows))

    def place_mm(self, index: int) -> tuple[float, float]:
        """The centre of a cell by its place in the flat array."""
        row, column = divmod(index, self.columns)
        return self.low_x_mm + (column + 0.5) * self.cell_mm, self.low_y_mm + (row + 0.5) * self.cell_mm


def window_of(bounds: Sequence[float], x_mm: Reals, y_mm: Reals) -> tuple[slice, slice]:
    """The rows and columns whose centres lie within least X and Y, greatest X and Y, and one more."""
    columns, rows = (np.searchsorted(axis, (bounds[n], bounds[n + 2])).tolist() for n, axis in enumerate((x_mm, y_mm)))
    return slice(rows[0], rows[1] + 1), slice(columns[0], columns[1] + 1)


def _centres(low_mm: float, cell_mm: float, count: int) -> Reals:
    return np.asarray(low_mm + (np.arange(count) + 0.5) * cell_mm, dtype=np.float64)


def grid_of(stock: Stock, cell_mm: float | None = None, usual_cells: int = USUAL_CELLS) -> Grid:
    """The cell asked for, or the finest of CELLS_MM with at most about `usual_cells`. Raises
    SimulationError beyond MOST_CELLS."""
    wide, long = stock.high_mm[0] - stock.low_mm[0], stock.high_mm[1] - stock.low_mm[1]
    if cell_mm is None:
        fine = (c for c in CELLS_MM if (wide / c) * (long / c) <= usual_cells)
        cell_mm = next(fine, math.sqrt(wide * long / usual_cells))
    if not (math.isfinite(cell_mm) and cell_mm >= LEAST_CELL_MM):
        raise SimulationError("grid", f"cell_mm must be at least {LEAST_CELL_MM:g}, not {cell_mm}")
    if (wide / cell_mm + 1) * (long / cell_mm + 1) > MOST_CELLS:
        raise SimulationError(
            "grid", f"cells of {cell_mm:g} mm over {wide:g} x {long:g} mm are more than {MOST_CELLS}: take larger cells"
        )
    columns, rows = (max(1, math.ceil(size / cell_mm - 1e-9)) for size in (wide, long))
    return Grid(stock.low_mm[0], stock.low_mm[1], cell_mm, columns, rows)


def stock_around(path: Toolpath, margin_mm: float, top_mm: float = 0.0) -> Stock:
    """A block without a bottom, `margin_mm` beyond all that the path reaches below `top_mm`."""
    low, high = extent(path)
    if not all(math.isfinite(v) and abs(v) <= FARTHEST_MM for v in (*low, *high)):
        raise SimulationError(
            "place", f"the path reaches from {low} to {high}: not every coordinate is within {FARTHEST_MM:g} mm"
        )
    return Stock((low[0] - margin_mm, low[1] - margin_mm), (high[0] + margin_mm, high[1] + margin_mm), top_mm)
