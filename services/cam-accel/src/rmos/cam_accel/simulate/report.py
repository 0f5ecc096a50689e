"""What happens when the moves run: what is removed, how is the tool loaded, and what goes wrong?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.geometry import sweep
from rmos.cam_accel.kernels import Kernels
from rmos.cam_accel.simulate.collisions import Fixture, Holder, envelope_faults, fixture_faults, holder_faults
from rmos.cam_accel.simulate.descents import joined
from rmos.cam_accel.simulate.errors import SimulationError
from rmos.cam_accel.simulate.faults import Fault, arc_faults, ends_of, entry_faults
from rmos.cam_accel.simulate.grid import UNITS_PER_MM, Grid, Stock, grid_of, stock_around
from rmos.cam_accel.simulate.heightmap import STEEP, WITHIN_MM, Cells, Heightmap, full
from rmos.cam_accel.simulate.profile import profile_of, radius_at_mm
from rmos.cam_accel.simulate.short_rapids import short_rapid_faults
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import MoveKind, Plane, Toolpath

LARGEST_TOOL_MM = 1e3
Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Setup:
    """All around the cut. `heights`: stock that other tools cut before, on the grid of `stock` and `cell_mm`.
    `envelope_mm`: travel of the machine's axes; `placed_at_mm`: the program's zero in it."""

    stock: Stock | None = None
    cell_mm: float | None = None
    heights: Cells | None = None
    holder: Holder | None = None
    fixtures: Sequence[Fixture] = ()
    envelope_mm: tuple[float, float, float] | None = None
    placed_at_mm: tuple[float, float, float] | None = None
    centre_cutting: bool = False


@dataclass(frozen=True, eq=False)
class Simulation:
    """`axial_mm` and `engagement_deg` have a value for each move: the most taken off one place, and the angle of the tool's
    circumference that is in stock, seen from above, as wide as the tool is at that depth (see `engagement_deg`)."""

    path: Toolpath
    tool: ToolShape
    stock: Stock
    grid: Grid
    heightmap: Heightmap
    removed_mm3: float
    lowest_mm: float
    axial_mm: Reals
    faults: tuple[Fault, ...]

    @cached_property
    def engagement_deg(self) -> Reals:
        return engagement_deg(self.path, self.tool, self.heightmap, self.grid)

    @property
    def max_axial_mm(self) -> float:
        return float(self.axial_mm.max(initial=0.0))

    @property
    def max_engagement_deg(self) -> float:
        return float(self.engagement_deg.max(initial=0.0))

    @property
    def heights_mm(self) -> Reals:
        return np.asarray(self.heightmap.heights / UNITS_PER_MM, dtype=np.float64)

    def of(self, code: str) -> tuple[Fault, ...]:
        """Faults of one kind: arc, rapid, plunge, holder, fixture, envelope."""
        return tuple(fault for fault in self.faults if fault.code == code)


def simulate(kernels: Kernels, path: Toolpath, tool: ToolShape, setup: Setup = Setup()) -> Simulation:
    """Runs the moves through the stock; without a stock through one that fills all below Z 0 around the path.
    Raises SimulationError where sizes, places or the work are out of bounds."""
    if tool.diameter_mm > LARGEST_TOOL_MM:
        raise SimulationError("tool", f"a tool of {tool.diameter_mm:g} mm is wider than {LARGEST_TOOL_MM:g}")
    stock = setup.stock or stock_around(path, tool.radius_mm + 1.0)
    grid = grid_of(stock, setup.cell_mm)
    before = _before(setup, stock, grid)
    parts = setup.holder.profiles if setup.holder else ()
    found = kernels.heightmap(path, profile_of(tool), grid, before, stock.bottom_units, parts)
    gone = int(before.sum(dtype=np.int64)) - int(found.heights.sum(dtype=np.int64))
    axial = _axial_mm(path, tool, found)
    entries = entry_faults(path, found, axial, grid, setup.centre_cutting)
    if not setup.centre_cutting and (ways := joined(path)) is not None:
        again = kernels.heightmap(ways.path, profile_of(tool), grid, before, stock.bottom_units, ())
        entries += ways.faults(entry_faults(ways.path, again, _axial_mm(ways.path, tool, again), grid, False), entries)
    entries += short_rapid_faults(path, profile_of(tool), grid, before, entries)
    faults = [*arc_faults(path), *entries]
    faults += holder_faults(path, setup.holder, found, grid)
    faults += fixture_faults(path, tool, setup.holder, setup.fixtures)
    if setup.envelope_mm is not None and len(path):
        faults += envelope_faults(*kernels.extent(path), setup.envelope_mm, setup.placed_at_mm)
    return Simulation(
        path, tool, stock, grid, found, gone / UNITS_PER_MM * grid.cell_mm * grid.cell_mm,
        int(found.heights.min()) / UNITS_PER_MM, axial, tuple(faults),
    )  # fmt: skip


def _before(setup: Setup, stock: Stock, grid: Grid) -> Cells:
    if setup.heights is None:
        return full(grid, stock.top_mm)
    if setup.heights.shape != (grid.rows, grid.columns) or setup.heights.dtype != np.int32:
        wanted = (grid.rows, grid.columns)
        raise SimulationError("grid", f"heights {setup.heights.shape} of {setup.heights.dtype} are not whole units on {wanted}")
    return np.ascontiguousarray(setup.heights)


def _axial_mm(path: Toolpath, tool: ToolShape, found: Heightmap) -> Reals:
    """Rapids and steep moves were measured with a smaller tool, whose tip lies higher."""
    before = np.vstack([path.start_mm, np.column_stack([path.x_mm, path.y_mm, path.z_mm])])
    x, y, rise = np.diff(before, axis=0).T
    steep = (rise < 0) & (rise * rise * STEEP > x * x + y * y) & ((path.kind == MoveKind.LINEAR) | path.is_rapid)
    lift = np.where((steep | path.is_rapid) & (found.depth > 0), profile_of(tool).inset(WITHIN_MM).lift_mm, 0.0)
    return np.asarray(found.depth / UNITS_PER_MM + lift, dtype=np.float64)


def engagement_deg(path: Toolpath, tool: ToolShape, found: Heightmap, grid: Grid) -> Reals:
    """Of each move: 0 where it takes nothing, 360 where it takes stock without travelling.

    A disc that travels by ds takes the area r (1 - cos phi) ds where it is in stock by the angle phi up to one side, on
    curves as well as on lines; the area is counted along half a tool radius of way, so the angle is exact to a cell of width.
    The radius is the tool's at the depth that the move takes. On slopes the area is volume over depth.
    """
    cut = path.is_cut & (found.cells > 0)
    travel, area = _travels_mm(path), _areas_mm2(path, found, grid)
    out = np.zeros(len(path))
    way, taken = np.concatenate(([0.0], np.cumsum(travel))), np.concatenate(([0.0], np.cumsum(area)))
    run_first, run_last = _runs(path.is_cut)
    half = tool.radius_mm / 4
    for n in np.flatnonzero(cut).tolist():
        if travel[n] <= 0:
            out[n] = 360.0
            continue
        first, last = n, n + 1
        middle = (way[n] + way[n + 1]) / 2
        if travel[n] < 2 * half:
            first = max(int(np.searchsorted(way, middle - half, "right")) - 1, int(run_first[n]))
            last = min(int(np.searchsorted(way, middle + half, "left")), int(run_last[n]) + 1)
        width = (taken[last] - taken[first]) / (way[last] - way[first])
        radius = radius_at_mm(tool, float(found.depth[n]) / UNITS_PER_MM)
        out[n] = math.degrees(math.acos(min(1.0, max(-1.0, 1 - width / radius)))) if radius > 0 else 180.0
    return out


def _areas_mm2(path: Toolpath, found: Heightmap, grid: Grid) -> Reals:
    before = np.concatenate(([path.start_mm[2]], path.z_mm[:-1]))
    level = before == path.z_mm
    deep = np.maximum(found.depth, 1)
    cells = np.where(level, found.cells.astype(np.float64), found.volume / deep)
    return np.asarray(np.where(found.cells > 0, cells, 0.0) * (grid.cell_mm * grid.cell_mm), dtype=np.float64)


def _travels_mm(path: Toolpath) -> Reals:
    """Way of each move seen from above, an arc's by its turn."""
    x, y = (np.diff(ends, prepend=start) for ends, start in zip((path.x_mm, path.y_mm), path.start_mm[:2], strict=True))
    out = np.asarray(np.sqrt(x * x + y * y), dtype=np.float64)
    arcs = ((path.kind == MoveKind.ARC_CW) | (path.kind == MoveKind.ARC_CCW)) & (path.plane == Plane.XY)
    for n in np.flatnonzero(arcs).tolist():
        radius, _, turn = sweep(path, n, *ends_of(path, n))
        out[n] = abs(turn) * radius
    return out


def _runs(cut: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last index of the unbroken run of cuts that each move is in."""
    index = np.arange(len(cut))
    breaks = np.flatnonzero(~cut)
    before = np.searchsorted(breaks, index, "left") - 1
    after = np.searchsorted(breaks, index, "left")
    padded = np.concatenate((breaks, [len(cut)]))
    first = np.where(before >= 0, padded[np.maximum(before, 0)] + 1, 0)
    return first, padded[after] - 1
