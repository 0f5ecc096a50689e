"""What stock is left under the tool? A grid of heights from which a flat disc takes what stands above its tip.

Heights are whole micrometres and places whole eighths of a cell, so that no result depends on the order of its sums;
`cpp/stock.h` is the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.geometry import Point3

CELLS_ACROSS = (32, 24, 16, 12, 8, 6)
"""Cells that a tool may have across, the finest first."""
MOST_CELLS, MOST_STEPS = 1 << 24, 1 << 26
PARTS, UM_PER_MM = 8, 1000
FRESH_UM = 3
"""What stands no higher above the tip than this is not cut; it stays, so that slow ramps add up."""
_SPARE = 2


@dataclass(frozen=True)
class Reach:
    """Where moves dip below the surface, and how far they lead."""

    low_x_mm: float
    low_y_mm: float
    high_x_mm: float
    high_y_mm: float
    length_mm: float


@dataclass(frozen=True)
class Spot:
    """First column and row of the disc's square, eighths of a cell beyond, and the tip's height."""

    column: int
    row: int
    part_x: int
    part_y: int
    tip_um: int


@dataclass(frozen=True)
class Frame:
    """How the grid lies. `widest_x` and `widest_y`: the farthest place from its low corner, in parts of a cell."""

    low_x_mm: float
    low_y_mm: float
    cell_mm: float
    across: int
    widest_x: int
    widest_y: int

    @property
    def columns(self) -> int:
        return self.widest_x // PARTS + self.across + 2 * _SPARE + 1

    @property
    def rows(self) -> int:
        return self.widest_y // PARTS + self.across + 2 * _SPARE + 1

    def spot(self, p: Point3) -> Spot:
        """The place nearest to `p`, rounded half up, kept inside the grid."""
        scale = PARTS / self.cell_mm
        x = min(max(math.floor((p[0] - self.low_x_mm) * scale + 0.5), 0), self.widest_x)
        y = min(max(math.floor((p[1] - self.low_y_mm) * scale + 0.5), 0), self.widest_y)
        return Spot(x // PARTS + _SPARE, y // PARTS + _SPARE, x % PARTS, y % PARTS, micrometres(p[2]))


def micrometres(mm: float) -> int:
    return math.floor(mm * UM_PER_MM + 0.5)


def frame_of(reach: Reach, tool_diameter_mm: float) -> Frame | None:
    """The finest grid within the bounds of memory and time; None where the tool would have fewer than six cells across."""
    x_mm, y_mm = reach.high_x_mm - reach.low_x_mm, reach.high_y_mm - reach.low_y_mm
    for across in CELLS_ACROSS:
        cell_mm = tool_diameter_mm / across
        border = across + 2 * _SPARE + 1
        cells = (x_mm / cell_mm + border) * (y_mm / cell_mm + border)
        if cells <= MOST_CELLS and reach.length_mm / cell_mm <= MOST_STEPS:
            scale = PARTS / cell_mm
            widest_x, widest_y = math.floor(x_mm * scale + 0.5), math.floor(y_mm * scale + 0.5)
            return Frame(reach.low_x_mm, reach.low_y_mm, cell_mm, across, widest_x, widest_y)
    return None


class Disc:
    """The cells whose centres lie under a tool that is `less` cells narrower all round, for every part of a cell."""

    def __init__(self, across: int, less: int = 0) -> None:
        half, radius = across // 2, (across // 2 - less) * PARTS
        centres = np.arange(-half, half + 1) * PARTS + PARTS // 2
        away = (centres[None, :] - np.arange(PARTS)[:, None]) ** 2
        self.size = across + 1
        self.covers: NDArray[np.bool_] = away[:, None, :, None] + away[None, :, None, :] <= radius * radius
        """Indexed by part y, part x, row, column."""


class Stock:
    """Full up to the surface at first."""

    def __init__(self, frame: Frame) -> None:
        self._heights_um = np.zeros((frame.rows, frame.columns), dtype=np.int32)

    def cut(self, disc: Disc, at: Spot) -> NDArray[np.int32]:
        """Takes what stands above the tip; heights of what was taken, in micrometres, cell by cell."""
        square, depths_um, fresh = self._under(disc, at)
        taken: NDArray[np.int32] = depths_um[fresh]
        square[fresh] = at.tip_um
        return taken

    def meets(self, disc: Disc, at: Spot) -> bool:
        return bool(self._under(disc, at)[2].any())

    def _under(self, disc: Disc, at: Spot) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_]]:
        square = self._heights_um[at.row : at.row + disc.size, at.column : at.column + disc.size]
        depths_um = square - np.int32(at.tip_um)
        return square, depths_um, disc.covers[at.part_y, at.part_x] & (depths_um > FRESH_UM)
