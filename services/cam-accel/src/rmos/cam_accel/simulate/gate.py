"""Is the part right, whoever made the path? Covered, never gouged, every arc and every way down one that the tool can make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyclipr
from rmos.cam_accel import polygons
from rmos.cam_accel.kernels import Kernels
from rmos.cam_accel.simulate import sloping
from rmos.cam_accel.simulate.before import tops_of, units_of
from rmos.cam_accel.simulate.coverage import Covered, covered, out_of_reach, spot_mm
from rmos.cam_accel.simulate.errors import SimulationError
from rmos.cam_accel.simulate.faults import Fault, fault_at
from rmos.cam_accel.simulate.grid import FARTHEST_MM, UNITS_PER_MM, Stock, grid_of
from rmos.cam_accel.simulate.heightmap import full
from rmos.cam_accel.simulate.near import Near
from rmos.cam_accel.simulate.profile import profile_of
from rmos.cam_accel.simulate.report import Setup, Simulation, simulate
from rmos.cam_accel.simulate.target import WALL_MM, Level, Reals, Region, Target
from rmos.cam_accel.simulate.walls import Swept, places_of, swept_below
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import MoveKind, Toolpath

DEEPER_MM, USUAL_CELLS, MOST_NAMED = 0.001, 1 << 18, 3
"""How far below its deepest floor a path may go; cells of the grid where none are asked for; faults that are named."""
Point2 = tuple[float, float]


@dataclass(frozen=True)
class Verification:
    """`gouged_area_mm2` is swept area below the surface that lies more than 0.01 mm outside the target, or cells cut below its
    floor. `uncut_places_mm` and `unreachable_places_mm` lie in the largest such areas. `cell_mm`: of the grid.
    `floor_tolerance_mm`: the most that was allowed to stand above a floor where the tool gets: its tolerance and what the tool
    must leave there."""

    coverage_ratio: float
    gouged_area_mm2: float
    unreachable_area_mm2: float
    reasons: tuple[str, ...]
    uncut_places_mm: tuple[Point2, ...] = ()
    unreachable_places_mm: tuple[Point2, ...] = ()
    cell_mm: float = 0.0
    floor_tolerance_mm: float = 0.0

    @property
    def ok(self) -> bool:
        return not self.reasons


def verify(kernels: Kernels, path: Toolpath, tool: ToolShape, target: Target, setup: Setup = Setup()) -> Verification:
    """Judges any toolpath of one tool. Walls exactly by outlines, to 0.01 mm; floors on a grid, to each region's tolerance;
    coverage of level floors exactly, unless the path is long and the grid fine; of others on the grid. What another tool left
    is little, and mostly border: strips within a wall's tolerance are not missed there. Raises SimulationError."""
    if setup.stock is None:
        setup = _around(path, tool, target, setup)
    simulation = simulate(kernels, path, tool, _with_stock_as_it_is(target, setup))
    near = Near(path, target.regions)
    gouged, gouges = _gouges(simulation, target, near)
    judged = _covered(kernels, simulation, target, near)
    reachable = sum(c.reachable_mm2 for c in judged)
    share = sum(c.cut_mm2 for c in judged) / reachable if reachable > 0 else 0.0
    faults = [*gouges, *_too_deep(kernels, path, target), *out_of_reach(judged, tool)]
    faults += [fault for c in judged for fault in c.faults()]
    return Verification(
        share, gouged, max(0.0, sum(c.unreachable_mm2 for c in judged)), _told([*faults, *simulation.faults]),
        tuple(p for c in judged for p in c.uncut), tuple(p for c in judged for p in c.unreachable), simulation.grid.cell_mm,
        max((c.tolerance_mm for c in judged), default=0.0),
    )  # fmt: skip


def _around(path: Toolpath, tool: ToolShape, target: Target, setup: Setup) -> Setup:
    """Stock around the target and all moves that dip below its top."""
    start = np.array([path.start_mm])
    places = np.column_stack([path.x_mm, path.y_mm, path.z_mm])
    both = np.concatenate([start, places])
    arcs = (path.kind == MoveKind.ARC_CW) | (path.kind == MoveKind.ARC_CCW)
    radii = np.where(arcs, np.sqrt(path.i_mm**2 + path.j_mm**2 + path.k_mm**2), 0.0)
    dips = (np.minimum(both[:-1, 2], both[1:, 2]) - 2 * radii < 0) & (path.kind < MoveKind.DWELL)
    corners: list[Reals] = [] if target.bounds_mm is None else [np.array(target.bounds_mm).reshape(2, 2)]
    if dips.any():
        reach = 2 * radii[dips][:, None]
        for ends in (both[:-1][dips, :2], both[1:][dips, :2]):
            corners += [ends - reach, ends + reach]
    if not corners:
        corners = [both[:, :2]]
    margin = tool.radius_mm + 1.0
    least, most = (f([f(c, axis=0) for c in corners], axis=0) for f in (np.min, np.max))
    least, most = (np.nan_to_num(v, nan=FARTHEST_MM * 2) for v in (least - margin, most + margin))
    stock = Stock((float(least[0]), float(least[1])), (float(most[0]), float(most[1])))
    return replace(setup, stock=stock, cell_mm=setup.cell_mm or grid_of(stock, None, USUAL_CELLS).cell_mm)


def _with_stock_as_it_is(target: Target, setup: Setup) -> Setup:
    tops = tops_of(target)
    if tops is None:
        return setup
    if setup.stock is None:
        raise SimulationError("stock", "what was cut before needs stock that it was cut from")
    grid = grid_of(setup.stock, setup.cell_mm)
    heights = np.minimum(full(grid, setup.stock.top_mm), units_of(tops, grid.x_mm, grid.y_mm, UNITS_PER_MM))
    return replace(setup, heights=heights)


def _gouges(s: Simulation, target: Target, near: Near) -> tuple[float, list[Fault]]:
    """By cells everywhere; by exact outlines at each level of a target whose surface and floors are level."""
    area, faults = _gouged_cells(s, target)
    if isinstance(target.surface, Level) and target.surface.depth_mm == 0:
        for level in _levels(target):
            swept, deeper = _swept_below(s, target, near, level)
            outside = _outside(swept, deeper)
            exact = polygons.area_mm2(outside)
            if exact > 0:
                faults.append(_wall_fault(s.path, swept, outside, exact, level))
                area = max(area, exact)
    return area, faults


def _swept_below(s: Simulation, target: Target, near: Near, level: float) -> tuple[Swept, list[Region]]:
    """What is swept below a level, and the deeper regions about it. Below a floor only by moves near to those who have it:
    what goes too deep elsewhere does so below another floor or the surface."""
    if level == 0:
        return swept_below(s.path, s.tool, -DEEPER_MM), [r for r in target.regions if r.floor.deepest_mm > 1e-9]
    reach = s.tool.radius_mm + WALL_MM
    moves = near.moves([r for r in target.regions if r.floor.deepest_mm == level], reach)
    deeper = [r for r in near.regions(moves, reach) if r.floor.deepest_mm > level + 1e-9]
    return swept_below(s.path, s.tool, -level - DEEPER_MM, moves), deeper


def _levels(target: Target) -> list[float]:
    """0, and the depth of each level floor above the deepest. Only the surface where another floor is not level."""
    depths = [region.floor.depth_mm for region in target.regions if isinstance(region.floor, Level)]
    if len(depths) < len(target.regions):
        return [0.0]
    return sorted({0.0, *depths} - {target.deepest_mm})


def _outside(swept: Swept, regions: Sequence[Region]) -> list[Any]:
    rings = polygons.combine(pyclipr.Union, [ring for region in regions for ring in region.rings])
    return swept.beyond(polygons.offset(rings, WALL_MM))


def _wall_fault(path: Toolpath, swept: Swept, outside: list[Any], area_mm2: float, level: float) -> Fault:
    where = places_of(outside, 1)
    place = where[0] if where else (float(outside[0][0][0]), float(outside[0][0][1]))
    below = f" below Z {-level:.3f}" if level else ""
    reason = f"{area_mm2:.3f} mm² are cut outside the target{below}"
    move = swept.move_at(place)
    return (
        Fault("gouge", reason, x_mm=place[0], y_mm=place[1]) if move is None else fault_at(path, move, "gouge", reason, place)
    )


def _gouged_cells(s: Simulation, target: Target) -> tuple[float, list[Fault]]:
    heights, cutters = s.heights_mm, s.heightmap.cutters
    rows, columns = np.nonzero(cutters >= 0)
    x, y, z = s.grid.x_mm[columns], s.grid.y_mm[rows], heights[rows, columns]
    below = target.allowed_lowest_mm(x, y) - z - target.tolerances_mm(x, y)
    bad = below > 0.5 / UNITS_PER_MM
    if not bad.any():
        return 0.0, []
    worst = int(np.argmax(below))
    area = int(bad.sum()) * s.grid.cell_mm**2
    reason = f"{area:.3f} mm² are cut below the target, here to Z {z[worst]:.3f}"
    move = int(cutters[rows[worst], columns[worst]])
    return area, [fault_at(s.path, move, "gouge", reason, (float(x[worst]), float(y[worst])))]


def _too_deep(kernels: Kernels, path: Toolpath, target: Target) -> list[Fault]:
    lowest = kernels.extent(path)[0][2] if len(path) else 0.0
    if lowest >= -target.deepest_mm - DEEPER_MM:
        return []
    reason = f"the toolpath reaches Z {lowest:.3f}, the floor is at {-target.deepest_mm:.3f}"
    n = int(np.argmin(path.z_mm))
    return [fault_at(path, n, "depth", reason) if path.z_mm[n] < -target.deepest_mm - DEEPER_MM else Fault("depth", reason)]


def _covered(kernels: Kernels, s: Simulation, target: Target, near: Near) -> list[Covered]:
    must = [region for region in target.regions if region.must_be_cut]
    not_level = [region for region in must if not isinstance(region.floor, Level)]
    profile, places = profile_of(s.tool), sloping.places_for(not_level)
    found = {
        id(region): sloping.judge(kernels, s.path, profile, region, near, count, spot_mm(s.tool))
        for region, count in zip(not_level, places, strict=True)
    }
    return [covered(s, target, region, near, found.get(id(region))) for region in must]


def _told(faults: Sequence[Fault]) -> tuple[str, ...]:
    """The first of each kind, and how many there are more."""
    out: list[str] = []
    for code in dict.fromkeys(fault.code for fault in faults):
        same = [fault for fault in faults if fault.code == code]
        out += [str(fault) for fault in same[:MOST_NAMED]]
        if len(same) > MOST_NAMED:
            out.append(f"and {len(same) - MOST_NAMED} more of this kind ({code})")
    return tuple(out)
