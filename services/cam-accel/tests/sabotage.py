"""What may a script, a post or a defect do to a toolpath? Ways to spoil one at a place that a number picks, and what that does."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from rmos.cam_accel.geometry import extent
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.planners import Order, in_design_frame
from rmos.cam_accel.simulate.before import tops_of, units_of
from rmos.cam_accel.simulate.grid import BOTTOMLESS, UNITS_PER_MM, Stock, grid_of
from rmos.cam_accel.simulate.heightmap import full
from rmos.cam_accel.simulate.profile import profile_of
from rmos.cam_accel.targets import target_of
from rmos.contracts.toolpath import COLUMNS, MoveKind, Toolpath, from_columns

TOO_LOW_MM, TOO_HIGH_MM, SPOT_MM = 0.03, 0.06, 0.4
Picked = NDArray[np.intp]
Sabotage = Callable[[Toolpath, int], Toolpath | None]
"""From a path and a number below 2^20 to the spoilt path; None where the path has nothing of that kind."""


def cuts_below(path: Toolpath) -> Picked:
    return np.flatnonzero(path.is_cut & (path.z_mm < 0))


def level_runs(path: Toolpath) -> list[tuple[int, int]]:
    """First and one past the last move of each stretch of cuts that stays at a height."""
    before = np.concatenate(([path.start_mm[2]], path.z_mm[:-1]))
    level = path.is_cut & (path.z_mm < 0) & (path.z_mm == before)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], level, [False])).astype(int)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def stretch(path: Toolpath, pick: int) -> tuple[int, int]:
    """One at a height, or the dozen cuts from any on, or a single one."""
    runs, cuts = level_runs(path), cuts_below(path).tolist()
    kind, pick = divmod(pick, 1 << 18)
    if kind == 0 and runs:
        return runs[pick % len(runs)]
    first = cuts[pick % len(cuts)]
    if kind == 3:
        return first, first + 1
    after = np.flatnonzero(~path.is_cut[first:])
    return first, first + min(12, int(after[0]) if len(after) else len(path) - first)


def moved(path: Toolpath, first: int, last: int, **by: float) -> Toolpath:
    columns = {name: getattr(path, name).copy() for name in by}
    for name, value in by.items():
        columns[name][first:last] += value
    return replace(path, **columns)


def without(path: Toolpath, first: int, last: int) -> Toolpath:
    keep = np.concatenate([np.arange(first), np.arange(last, len(path))])
    return from_columns({name: getattr(path, name)[keep] for name in COLUMNS}, path.start_mm)


def chord(path: Toolpath, pick: int) -> Toolpath | None:
    arcs = np.flatnonzero(((path.kind == MoveKind.ARC_CW) | (path.kind == MoveKind.ARC_CCW)) & (path.z_mm < 0))
    if not len(arcs):
        return None
    kind = path.kind.copy()
    kind[arcs[pick % len(arcs)]] = MoveKind.LINEAR
    return replace(path, kind=kind)


def dropped(path: Toolpath, pick: int) -> Toolpath | None:
    """A stretch at a height, such as a ring, a lane or the top of a tab, or of a slope, or a move, such as a peck."""
    return without(path, *stretch(path, pick))


def aside(path: Toolpath, pick: int) -> Toolpath | None:
    n = cuts_below(path)[pick % len(cuts_below(path))]
    turn = 2 * math.pi * (pick % 16) / 16
    return moved(path, n, n + 1, x_mm=0.1 * math.cos(turn), y_mm=0.1 * math.sin(turn))


def deepened(path: Toolpath, pick: int) -> Toolpath | None:
    n = cuts_below(path)[pick % len(cuts_below(path))]
    return moved(path, n, n + 1, z_mm=-0.05)


def raised(path: Toolpath, pick: int) -> Toolpath | None:
    first, last = stretch(path, pick)
    z = path.z_mm.copy()
    z[first:last] = np.where(z[first:last] < 0, np.minimum(z[first:last] + 0.1, 0.0), z[first:last])
    return replace(path, z_mm=z)


def hurried(path: Toolpath, pick: int) -> Toolpath | None:
    """A rapid where a cut was."""
    kind = path.kind.copy()
    kind[cuts_below(path)[pick % len(cuts_below(path))]] = MoveKind.RAPID
    return replace(path, kind=kind)


def plunged(path: Toolpath, pick: int) -> tuple[Toolpath, int] | None:
    """Straight down first where a ramp was, and the number of that move."""
    before = np.concatenate(([path.start_mm[2]], path.z_mm[:-1]))
    x, y = (np.concatenate(([start], ends[:-1])) for start, ends in zip(path.start_mm, (path.x_mm, path.y_mm), strict=False))
    ramps = np.flatnonzero(path.is_cut & (path.z_mm < np.minimum(before, 0.0)) & ((path.x_mm != x) | (path.y_mm != y)))
    if not len(ramps):
        return None
    n = int(ramps[pick % len(ramps)])
    columns = {name: np.insert(getattr(path, name), n, getattr(path, name)[n]) for name in COLUMNS}
    columns["x_mm"][n], columns["y_mm"][n], columns["kind"][n] = x[n], y[n], MoveKind.LINEAR
    for name in ("i_mm", "j_mm", "k_mm"):
        columns[name][n] = 0.0
    return from_columns(columns, path.start_mm), n


SABOTAGES: dict[str, Sabotage] = {
    "chord": chord, "dropped": dropped, "aside": aside, "deepened": deepened, "raised": raised,
}  # fmt: skip


def spoils(order: Order, good: Toolpath, bad: Toolpath) -> bool:
    """Does the part differ beyond its tolerance? By the surfaces that both leave, cell by cell, about the moves that differ:
    cut lower than the design by more than a floor's tolerance, or left higher by more on a spot of 0.4 mm."""
    good, bad, target = in_design_frame(order, good), in_design_frame(order, bad), target_of(order)
    assert target is not None
    tool = profile_of(order.shape())
    cell = 0.05 if tool.radius_mm < 0.5 else 0.1
    grid = grid_of(Stock(*_window(good, bad, tool.radius_mm)), cell)
    one, other = (
        choose().heightmap(path, tool, grid, full(grid, 0.0), BOTTOMLESS, ()).heights / UNITS_PER_MM for path in (good, bad)
    )
    x, y = np.meshgrid(grid.x_mm, grid.y_mm)
    changed = np.nonzero(other != one)
    if not len(changed[0]):
        return False
    inside = target.allowed_lowest_mm(x[changed], y[changed], 0.03) - target.tolerances_mm(x[changed], y[changed])
    if (other[changed] < inside - TOO_LOW_MM).any():
        return True
    must = shapely.union_all([region.polygon for region in target.regions if region.must_be_cut]).buffer(-cell)
    shapely.prepare(must)
    high = (other > one + TOO_HIGH_MM) & shapely.contains_xy(must, x, y)
    sums = np.pad(high.astype(int).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    k = round(SPOT_MM / cell)
    blocks = sums[k:, k:] - sums[:-k, k:] - sums[k:, :-k] + sums[:-k, :-k]
    return bool(blocks.size and int(blocks.max()) == k * k)


def taken_mm(order: Order, path: Toolpath) -> NDArray[np.float64]:
    """The most that each move takes of the stock as it is before the cut; of rapids and steep moves by a tool a little smaller."""
    path, target = in_design_frame(order, path), target_of(order)
    tool = profile_of(order.shape())
    low, high = extent(path)
    reach = tool.radius_mm + 1.0
    grid = grid_of(Stock((low[0] - reach, low[1] - reach), (high[0] + reach, high[1] + reach)), None, 1 << 18)
    heights = full(grid, 0.0)
    tops = None if target is None else tops_of(target)
    if tops is not None:
        heights = np.minimum(heights, units_of(tops, grid.x_mm, grid.y_mm, UNITS_PER_MM))
    found = choose().heightmap(path, tool, grid, heights, BOTTOMLESS, ())
    return np.where(found.cells > 0, found.depth / UNITS_PER_MM, 0.0)


def _window(good: Toolpath, bad: Toolpath, radius_mm: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """About the ends of moves that only one of the paths has, and of their neighbours."""
    rows = [np.column_stack([getattr(path, name) for name in COLUMNS if name != "line"]) for path in (good, bad)]
    least = min(map(len, rows))
    same = (rows[0][:least] == rows[1][:least]).all(axis=1)
    first = int(np.argmin(same)) if not same.all() else least
    back = (rows[0][::-1][:least] == rows[1][::-1][:least]).all(axis=1)
    behind = int(np.argmin(back)) if not back.all() else least
    ends, reach = [], radius_mm + 1.0
    for path in (good, bad):
        last = max(len(path) - behind + 1, first + 1)
        part = np.s_[max(0, first - 1) : min(last, len(path))]
        ends.append(np.column_stack([path.x_mm[part], path.y_mm[part]]))
        arcs = (path.kind[part] == MoveKind.ARC_CW) | (path.kind[part] == MoveKind.ARC_CCW)
        reach = max(reach, radius_mm + float(2 * np.hypot(path.i_mm[part], path.j_mm[part])[arcs].max(initial=0.0)))
    places = np.concatenate(ends)
    low, high = places.min(axis=0) - reach, places.max(axis=0) + reach
    return (float(low[0]), float(low[1])), (float(high[0]), float(high[1]))
