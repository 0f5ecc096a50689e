"""What stock is left after the moves, and what did each of them take? The reference of `cpp/heightmap.cpp`.

A move is swept exactly: for every cell centre the lowest point of the tool's surface over the whole move. Arcs are chords
within `CHORD_MM`. A bull nose on a slope is searched in 32 halvings and is found at most its slope times 2^-32 of its radius
too high; all else is in closed form.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.geometry import Point3, is_arc, spaced, starts_and_ends, sweep
from rmos.cam_accel.simulate.errors import SimulationError
from rmos.cam_accel.simulate.grid import FARTHEST_MM, HIGHEST_MM, UNITS_PER_MM, Grid, units
from rmos.cam_accel.simulate.profile import BORDER_MM, ROUND, Profile
from rmos.contracts.toolpath import MoveKind, Toolpath

CHORD_MM, LEAST_TURN, SHORT_MM = 0.001, 1e-4, 1e-9
FRESH_UNITS = 30
"""What a move takes of less than 3 um is volume, but no cell that it has cut."""
WITHIN_MM = 0.01
"""Rapids and steep moves are asked what they meet by a tool this much smaller all round: touching is not cutting."""
HALVINGS = 32
STEEP = 36.0
"""One in six, squared: about 9.5 degrees."""
MOST_WORK = float(1 << 36)
"""Visits of cells."""
_SHIFT = float(1 << 30)
_TALLEST_MM, _SPARE_MM = 1e5, 1e-3
Cells = NDArray[np.int32]
Reals = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Heightmap:
    """`heights` and `cutters` are (rows, columns): tenths of a micrometre, and the move that last lowered the cell or -1.

    Of each move: `volume` in cells times height units, `cells` cut by at least 3 um, `depth` the most taken at one cell and
    `place` its flat index (-1: nothing taken). Of rapids and of straight moves down
    steeper than one in six these four are what a tool 0.01 mm smaller would meet. `holder` is 1 + the first part of the holder
    that met stock, 0 for none; `holder_place` where.
    """

    heights: Cells
    cutters: Cells
    volume: NDArray[np.int64]
    cells: NDArray[np.int64]
    depth: Cells
    place: NDArray[np.int64]
    holder: NDArray[np.uint8]
    holder_place: NDArray[np.int64]


def full(grid: Grid, top_mm: float) -> Cells:
    return np.full((grid.rows, grid.columns), units(top_mm), dtype=np.int32)


def require_workable(path: Toolpath, profile: Profile, grid: Grid, lengths_mm: Reals, extent_mm: tuple[Point3, Point3]) -> None:
    """Raises SimulationError for coordinates that are none, and for more work than MOST_WORK."""
    for name, most in (
        ("x_mm", FARTHEST_MM),
        ("y_mm", FARTHEST_MM),
        ("z_mm", HIGHEST_MM),
        *((n, FARTHEST_MM) for n in ("i_mm", "j_mm", "k_mm")),
    ):
        bad = ~(np.abs(getattr(path, name)) <= most)
        if bad.any():
            n = int(np.argmax(bad))
            raise SimulationError(
                "place", f"move {n} (line {path.line[n]}): {name} {getattr(path, name)[n]} is no place within {most:g} mm"
            )
    if not all(abs(v) <= HIGHEST_MM for v in path.start_mm):
        raise SimulationError("place", f"the path starts at {path.start_mm}: no place within {HIGHEST_MM:g} mm")
    low_z, high_z = extent_mm[0][2], extent_mm[1][2]
    if len(path) and not (low_z >= -HIGHEST_MM and high_z <= HIGHEST_MM):
        raise SimulationError("place", f"an arc reaches from Z {low_z:g} to {high_z:g}: no height within {HIGHEST_MM:g} mm")
    wide = 2 * (profile.radius_mm + grid.cell_mm)
    work = (float(np.sum(lengths_mm)) + len(path) * wide) * wide / (grid.cell_mm * grid.cell_mm)
    if not work <= MOST_WORK:
        raise SimulationError(
            "work",
            f"{len(path)} moves would visit {work:.3g} cells, over {MOST_WORK:.3g}: take cells larger than {grid.cell_mm:g} mm",
        )


def heightmap(
    path: Toolpath, profile: Profile, grid: Grid, heights: Cells, bottom_units: int, holder: Sequence[Profile] = ()
) -> Heightmap:
    """Cuts a copy of `heights`. `holder`: what else turns with the tool, as level discs lifted above the tip."""
    walk = _Walk(path, profile, grid, heights, bottom_units, holder)
    for n, start, end in starts_and_ends(path):
        if path.kind[n] < MoveKind.DWELL:
            walk.move(n, start, end)
    return walk.found


@dataclass
class _Taken:
    volume: int = 0
    cells: int = 0
    depth: int = 0
    place: int = -1


class _Walk:
    def __init__(
        self, path: Toolpath, profile: Profile, grid: Grid, heights: Cells, bottom: int, holder: Sequence[Profile]
    ) -> None:
        self._path, self._grid, self._tool, self._inner = path, grid, profile, profile.inset(WITHIN_MM)
        self._bottom, self._holder, self._top = bottom, holder, int(heights.max())
        self._x, self._y, count = grid.x_mm, grid.y_mm, len(path)
        self.found = Heightmap(
            heights.copy(), np.full(heights.shape, -1, dtype=np.int32), np.zeros(count, dtype=np.int64),
            np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int32), np.full(count, -1, dtype=np.int64),
            np.zeros(count, dtype=np.uint8), np.full(count, -1, dtype=np.int64),
        )  # fmt: skip

    def move(self, n: int, start: Point3, end: Point3) -> None:
        taken, found = _Taken(), self.found
        gentle = self._path.kind[n] != MoveKind.RAPID and not self._is_steep(n, start, end)
        for a, b in pieces(self._path, n, start, end):
            if not gentle:
                self._sweep(a, b, self._inner, taken)
            self._sweep(a, b, self._tool, taken if gentle else _Taken(), cutter=n)
            for number, part in enumerate(self._holder if found.holder[n] == 0 else ()):
                met = _Taken()
                self._sweep(a, b, part, met)
                if met.cells and found.holder[n] == 0:
                    found.holder[n], found.holder_place[n] = number + 1, met.place
        found.volume[n], found.cells[n], found.depth[n], found.place[n] = taken.volume, taken.cells, taken.depth, taken.place

    def _is_steep(self, n: int, start: Point3, end: Point3) -> bool:
        x, y, drop = end[0] - start[0], end[1] - start[1], start[2] - end[2]
        return not is_arc(self._path, n) and drop > 0 and drop * drop * STEEP > x * x + y * y

    def _sweep(self, a: Point3, b: Point3, tool: Profile, taken: _Taken, cutter: int = -1) -> None:
        """Measures, and cuts where there is a `cutter`."""
        low = min(a[2], b[2]) + tool.lift_mm
        if units(low) >= self._top:
            return
        radius = self._meeting_mm(low, tool)
        rows = _cells_between(
            min(a[1], b[1]) - radius,
            max(a[1], b[1]) + radius,
            self._grid.low_y_mm,
            self._grid.cell_mm,
            self._grid.rows,
        )
        if rows[0] > rows[1]:
            return
        y = self._y[rows[0] : rows[1] + 1]
        first, last = _spans(a, b, radius + BORDER_MM, y, self._grid)
        left, right = int(first.min()), int(last.max())
        if left > right:
            return
        x = self._x[left : right + 1]
        columns = np.arange(left, right + 1)
        inside = (columns[None, :] >= first[:, None]) & (columns[None, :] <= last[:, None])
        window = np.s_[rows[0] : rows[1] + 1, left : right + 1]
        lowest = np.maximum(_units(surface_mm(a, b, tool, x[None, :], y[:, None])), self._bottom)
        old = self.found.heights[window]
        depth = np.where(inside, old.astype(np.int64) - lowest, 0)
        fresh = depth > 0
        if not fresh.any():
            return
        self._add(taken, depth, fresh, rows[0], left)
        if cutter >= 0:
            old[fresh] = lowest[fresh]
            self.found.cutters[window][fresh] = cutter

    def _meeting_mm(self, low_mm: float, tool: Profile) -> float:
        """Farthest from the axis where the tool is still below the highest stock: beyond, it takes nothing."""
        return min(tool.radius_mm, tool.reach_mm((self._top + 1) / UNITS_PER_MM - low_mm) + _SPARE_MM)

    def _add(self, taken: _Taken, depth: NDArray[np.int64], fresh: NDArray[np.bool_], row: int, column: int) -> None:
        taken.volume += int(depth[fresh].sum())
        taken.cells += int((depth > FRESH_UNITS).sum())
        most = int(depth.max())
        if most > taken.depth:
            down, along = divmod(int(np.argmax(depth)), depth.shape[1])
            taken.depth, taken.place = most, (row + down) * self._grid.columns + column + along


def pieces(path: Toolpath, n: int, start: Point3, end: Point3) -> Iterator[tuple[Point3, Point3]]:
    """The move as straight pieces; one of no length where it stands."""
    if not is_arc(path, n):
        yield start, end
        return
    radius, _, turn = sweep(path, n, start, end)
    step = 2 * math.acos(max(0.0, 1 - CHORD_MM / radius)) if radius > CHORD_MM else math.pi
    for place in spaced(path, n, start, end, max(2, math.ceil(abs(turn) / max(step, LEAST_TURN)))):
        yield start, place
        start = place


def _cells_between(low_mm: float, high_mm: float, origin_mm: float, cell_mm: float, count: int) -> tuple[int, int]:
    first = math.ceil((low_mm - BORDER_MM - origin_mm) / cell_mm - 0.5)
    last = math.floor((high_mm + BORDER_MM - origin_mm) / cell_mm - 0.5)
    return max(first, 0), min(last, count - 1)


def _spans(a: Point3, b: Point3, radius: float, y: Reals, grid: Grid) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last column under the sweep in each row: it is the hull of two discs. The first beyond the last: none."""
    low, high = np.full(len(y), math.inf), np.full(len(y), -math.inf)
    for end in (a, b):
        away = y - end[1]
        square = radius * radius - away * away
        half = np.sqrt(np.maximum(square, 0.0))
        low = np.where(square >= 0, np.minimum(low, end[0] - half), low)
        high = np.where(square >= 0, np.maximum(high, end[0] + half), high)
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = math.sqrt(dx * dx + dy * dy)
    if length > SHORT_MM and dy != 0.0:
        aside_x, aside_y = -(dy / length) * radius, dx / length * radius
        for sign in (1.0, -1.0):
            from_x, from_y = a[0] + sign * aside_x, a[1] + sign * aside_y
            share = (y - from_y) / dy
            x = from_x + share * dx
            on = (share >= 0.0) & (share <= 1.0)
            low, high = np.where(on, np.minimum(low, x), low), np.where(on, np.maximum(high, x), high)
    none = low > high
    first = np.ceil((np.where(none, 0.0, low) - grid.low_x_mm) / grid.cell_mm - 0.5)
    last = np.floor((np.where(none, 0.0, high) - grid.low_x_mm) / grid.cell_mm - 0.5)
    first = np.where(none, float(grid.columns), np.maximum(first, 0.0))
    last = np.where(none, -1.0, np.minimum(last, grid.columns - 1.0))
    return first.astype(np.int64), last.astype(np.int64)


def _units(mm: Reals) -> NDArray[np.int64]:
    return (np.minimum(mm, _TALLEST_MM) * 10000.0 + (_SHIFT + 0.5)).astype(np.int64) - (1 << 30)


def surface_mm(a: Point3, b: Point3, tool: Profile, x: Reals, y: Reals) -> Reals:
    """The lowest height over each place. Along the way at `v` the tool stands at a[2] + slope v; its edge over a place that
    lies `q` ahead and `w` aside is a convex function of `q`, so the best `v` is the best `q` kept within the way."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = math.sqrt(dx * dx + dy * dy)
    if not length > SHORT_MM:
        away_x, away_y = x - b[0], y - b[1]
        return min(a[2], b[2]) + tool.lift_mm + edge_above_mm(tool, away_x * away_x + away_y * away_y)
    ux, uy, base = dx / length, dy / length, a[2] + tool.lift_mm
    slope = (b[2] - a[2]) / length
    gone_x, gone_y = x - a[0], y - a[1]
    s, w = gone_x * ux + gone_y * uy, gone_x * uy - gone_y * ux
    w2 = w * w
    if a[2] == b[2]:
        q = s - np.minimum(np.maximum(s, 0.0), length)
        return base + edge_above_mm(tool, w2 + q * q)
    radius = tool.radius_mm + BORDER_MM
    reach = np.sqrt(np.maximum(radius * radius - w2, 0.0))
    ahead = _best(tool, w2, reach, abs(slope))
    v = s - ahead if slope > 0 else s + ahead
    v = np.minimum(np.maximum(v, np.maximum(s - reach, 0.0)), np.minimum(s + reach, length))
    q = s - v
    return base + slope * v + edge_above_mm(tool, w2 + q * q)


def edge_above_mm(tool: Profile, square: Reals) -> Reals:
    """Height above the tip at this squared distance from the axis."""
    if tool.kind != ROUND:
        return tool.slope * np.maximum(np.sqrt(square) - tool.flat_mm, 0.0)
    if tool.corner_mm == 0.0:
        return square * 0.0
    if tool.flat_mm == 0.0:
        return tool.corner_mm - np.sqrt(np.maximum(tool.corner_mm * tool.corner_mm - square, 0.0))
    beyond = np.maximum(np.sqrt(square) - tool.flat_mm, 0.0)
    return tool.corner_mm - np.sqrt(np.maximum(tool.corner_mm * tool.corner_mm - beyond * beyond, 0.0))


def _best(tool: Profile, w2: Reals, reach: Reals, slope: float) -> Reals:
    """How far ahead, on a way that falls or rises by `slope`, the place lies that the tool cuts lowest."""
    if tool.kind == ROUND and tool.corner_mm == 0.0:
        return reach
    if tool.kind == ROUND and tool.flat_mm == 0.0:
        share = slope / math.sqrt(1 + slope * slope)
        return share * np.sqrt(np.maximum(tool.corner_mm * tool.corner_mm - w2, 0.0))
    level = np.sqrt(np.maximum(tool.flat_mm * tool.flat_mm - w2, 0.0))
    if tool.kind == ROUND:
        return _halved(tool, w2, level, reach, slope)
    if slope >= tool.slope:
        return reach
    return np.maximum(level, slope / math.sqrt(tool.slope * tool.slope - slope * slope) * np.sqrt(w2))


def _halved(tool: Profile, w2: Reals, low: Reals, high: Reals, slope: float) -> Reals:
    for _ in range(HALVINGS):
        q = (low + high) * 0.5
        away = np.sqrt(w2 + q * q)
        beyond = np.maximum(away - tool.flat_mm, 0.0)
        rising = np.sqrt(np.maximum(tool.corner_mm * tool.corner_mm - beyond * beyond, 0.0))
        more = beyond * q < slope * away * rising
        low, high = np.where(more, q, low), np.where(more, high, q)
    return low
