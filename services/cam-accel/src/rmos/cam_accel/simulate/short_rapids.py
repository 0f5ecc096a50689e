"""Does a rapid that is shorter than the grid sees go through stock? Asked at places on the tool's leading edge, exactly."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.simulate.faults import Fault, ends_of, fault_at
from rmos.cam_accel.simulate.grid import BOTTOMLESS, UNITS_PER_MM, Grid
from rmos.cam_accel.simulate.heightmap import WITHIN_MM, Cells
from rmos.cam_accel.simulate.profile import Profile
from rmos.cam_accel.simulate.samples import Sampled
from rmos.contracts.toolpath import Toolpath

Reals = NDArray[np.float64]
CELLS, SEEN_MM = 3.0, 0.02
"""Up to so many cells long, the crescent that a rapid sweeps may lie between their centres; what it must take to be told."""
SHARES, TURNS = (0.25, 0.5, 0.75, 1.0), tuple(math.radians(turn) for turn in range(-80, 81, 20))


@dataclass(frozen=True, eq=False)
class ShortRapids:
    """`before`: heights of the stock on the grid, as it is before the first move."""

    path: Toolpath
    tool: Profile
    grid: Grid
    before: Cells

    def faults(self) -> Iterator[Fault]:
        """Of each stretch of short rapids the first place: they are judged by what is cut before the first of them, so that
        none is too short to be seen."""
        sampled, told = Sampled(self.path, self.tool), -1
        for first, n in self._stretches():
            if first != told and (found := self._taken(sampled, first, n)) is not None:
                told, (depth, place) = first, found
                yield fault_at(self.path, n, "rapid", f"a rapid goes through stock, {depth:.3f} mm of it", place)

    @cached_property
    def _highest_mm(self) -> float:
        return float(self.before.max(initial=BOTTOMLESS)) / UNITS_PER_MM

    def _stretches(self) -> Iterator[tuple[int, int]]:
        """(first rapid of the stretch, rapid) below the highest stock."""
        p = self.path
        x, y = (np.diff(ends, prepend=start) for ends, start in zip((p.x_mm, p.y_mm), p.start_mm, strict=False))
        far = x * x + y * y
        short = p.is_rapid & (far > 0) & (far <= (CELLS * self.grid.cell_mm) ** 2) & (p.z_mm < self._highest_mm)
        first, last = -1, -2
        for n in np.flatnonzero(short).tolist():
            first, last = (first if n == last + 1 else n), n
            yield first, n

    def _taken(self, sampled: Sampled, first: int, n: int) -> tuple[float, tuple[float, float]] | None:
        (x0, y0, _), (x1, y1, z) = ends_of(self.path, n)
        heading = math.atan2(y1 - y0, x1 - x0)
        reach = self.tool.reach_mm(self._highest_mm - z - self.tool.lift_mm)
        away = np.array([max(0.0, share * reach - WITHIN_MM) for share in SHARES])
        turns = heading + np.array(TURNS)
        x, y = ((at + np.outer(away, turned)).ravel() for at, turned in ((x1, np.cos(turns)), (y1, np.sin(turns))))
        tip = z + self.tool.lift_mm + np.repeat([self.tool.edge_mm(r) for r in away.tolist()], len(turns))
        taken = np.minimum(self._stock_mm(x, y), sampled.lowest_mm(x, y, first)) - tip
        worst = int(np.argmax(taken))
        return (float(taken[worst]), (float(x[worst]), float(y[worst]))) if taken[worst] > SEEN_MM else None

    def _stock_mm(self, x: Reals, y: Reals) -> Reals:
        """Beside the grid there is none."""
        g = self.grid
        columns, rows = np.floor((x - g.low_x_mm) / g.cell_mm), np.floor((y - g.low_y_mm) / g.cell_mm)
        on: Any = (columns >= 0) & (columns < g.columns) & (rows >= 0) & (rows < g.rows)
        out = np.full(x.shape, -math.inf)
        out[on] = self.before[rows[on].astype(int), columns[on].astype(int)] / UNITS_PER_MM
        return out


def short_rapid_faults(path: Toolpath, tool: Profile, grid: Grid, before: Cells, known: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """Without those of moves that are known for one."""
    named = {fault.move for fault in known}
    return tuple(fault for fault in ShortRapids(path, tool, grid, before).faults() if fault.move not in named)
