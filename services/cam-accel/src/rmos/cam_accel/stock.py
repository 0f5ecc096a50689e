"""What stock is left under the tool? A grid of heights from which a disc takes what stands above the tool's edge.

Heights are whole micrometres and places whole eighths of a cell, so that no result depends on the order of its sums;
`cpp/stock.h` is the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.geometry import Point3
from rmos.cam_accel.simulate.profile import Profile

CELLS_ACROSS = (32, 24, 16, 12, 8, 6)
"""Cells that a tool may have across, the finest first."""
MOST_CELLS, MOST_STEPS = 1 << 24, 1 << 26
PARTS, UM_PER_MM = 8, 1000
TALLEST_MM = 1e5
FRESH_UM = 3
"""What stands no higher above the tip than this is not cut; it stays, so that slow ramps add up."""
_SPARE = 2


@dataclass(frozen=True)
class Reach:
    """Where moves dip below the surface, how far they lead, and how deep."""

    low_x_mm: float
    low_y_mm: float
    high_x_mm: float
    high_y_mm: float
    length_mm: float
    low_z_mm: float = 0.0


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

    def centres_mm(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """X of the columns and Y of the rows."""
        first = 0.5 - _SPARE - self.across // 2
        columns, rows = np.arange(self.columns, dtype=np.float64), np.arange(self.rows, dtype=np.float64)
        return self.low_x_mm + (columns + first) * self.cell_mm, self.low_y_mm + (rows + first) * self.cell_mm

    def spot(self, p: Point3) -> Spot:
        """The place nearest to `p`, rounded half up, kept inside the grid."""
        scale = PARTS / self.cell_mm
        x = min(max(math.floor((p[0] - self.low_x_mm) * scale + 0.5), 0), self.widest_x)
        y = min(max(math.floor((p[1] - self.low_y_mm) * scale + 0.5), 0), self.widest_y)
        return Spot(x // PARTS + _SPARE, y // PARTS + _SPARE, x % PARTS, y % PARTS, micrometres(p[2]))


def micrometres(mm: float) -> int:
    return math.floor(mm * UM_PER_MM + 0.5)


def width_mm(profile: Profile, low_z_mm: float) -> float:
    """How wide the tool is where it meets the surface at its lowest; a sixteenth of its diameter at least."""
    if profile.is_level:
        return 2 * profile.radius_mm
    return max(2 * profile.reach_mm(-low_z_mm), profile.radius_mm / 8)


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
    """The cells whose centres lie under a tool that is `less` cells narrower all round, for every part of a cell, and how high
    its edge stands over each; `inset`: of the edge, too, what lies so far inside."""

    def __init__(
        self, across: int, less: int = 0, profile: Profile | None = None, cell_mm: float = 0.0, inset: int = 0
    ) -> None:
        half, radius = across // 2, (across // 2 - less) * PARTS
        centres = np.arange(-half, half + 1) * PARTS + PARTS // 2
        away = (centres[None, :] - np.arange(PARTS)[:, None]) ** 2
        self.size = across + 1
        self.covers: NDArray[np.bool_] = away[:, None, :, None] + away[None, :, None, :] <= radius * radius
        """Indexed by part y, part x, row, column."""
        self.lifts_um: NDArray[np.int32] | None = None
        if profile is not None and not profile.is_level:
            squares = away[:, None, :, None] + away[None, :, None, :]
            self.lifts_um = _lifts_um(profile, squares, cell_mm / PARTS, inset * cell_mm)


def _lifts_um(profile: Profile, squares: NDArray[np.int64], part_mm: float, inset_mm: float) -> NDArray[np.int32]:
    away = {square: math.sqrt(square) * part_mm + inset_mm for square in np.unique(squares).tolist()}
    heights = {square: micrometres(min(profile.edge_mm(mm), TALLEST_MM)) for square, mm in away.items()}
    keys = np.array(sorted(heights))
    values = np.array([heights[key] for key in keys.tolist()], dtype=np.int32)
    return np.asarray(values[np.searchsorted(keys, squares)], dtype=np.int32)


class Stock:
    """At first full up to Z 0, or to `tops_um` (rows, columns)."""

    def __init__(self, frame: Frame, tops_um: NDArray[np.int32] | None = None) -> None:
        self._heights_um = np.zeros((frame.rows, frame.columns), dtype=np.int32)
        if tops_um is not None:
            self._heights_um[:] = tops_um

    def cut(self, disc: Disc, at: Spot) -> NDArray[np.int32]:
        """Takes what stands above the edge; heights of what was taken, in micrometres, cell by cell."""
        return self.bite(disc, at)[0]

    def bite(self, disc: Disc, at: Spot) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """As `cut`, and how high above the tip each cell stood before."""
        square, depths_um, fresh = self._under(disc, at)
        taken, contacts = depths_um[fresh], square[fresh] - np.int32(at.tip_um)
        square[fresh] -= taken
        return taken, contacts

    def meets(self, disc: Disc, at: Spot) -> bool:
        return bool(self._under(disc, at)[2].any())

    def _under(self, disc: Disc, at: Spot) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_]]:
        square = self._heights_um[at.row : at.row + disc.size, at.column : at.column + disc.size]
        depths_um = square - np.int32(at.tip_um)
        if disc.lifts_um is not None:
            depths_um -= disc.lifts_um[at.part_y, at.part_x]
        return square, depths_um, disc.covers[at.part_y, at.part_x] & (depths_um > FRESH_UM)
