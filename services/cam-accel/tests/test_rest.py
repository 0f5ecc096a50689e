"""Is what a larger tool left cut by the smaller one, and only that?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from rmos.cam_accel import polygons
from rmos.cam_accel.geometry import points, starts_and_ends
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.outline import checked
from rmos.cam_accel.plan.pocket import PocketRequest, plan_pocket
from rmos.cam_accel.plan.rest import RestRequest, plan_rest, rest_of
from rmos.cam_accel.simulate.report import simulate
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath, encode

KERNELS = choose()
SMALL, LARGE = Cut(ToolShape("flat", 3), 1.5, 1500, 500, 18000, 5), ToolShape("flat", 8)
RECT = ((0, 0), (40, 0), (40, 30), (0, 30))
DUMBBELL = ((0, 0), (24, 0), (24, 9), (38, 9), (38, 0), (62, 0), (62, 24), (38, 24), (38, 15), (24, 15), (24, 24), (0, 24))
BASE = RestRequest(PocketRequest(RECT, (), 3, SMALL, 0.2), LARGE)
ISLAND = replace(BASE, pocket=replace(BASE.pocket, islands=(((12, 9), (20, 9), (20, 20), (12, 20)),)))
CASES = {"corners": BASE, "a channel": replace(BASE, pocket=replace(BASE.pocket, boundary=DUMBBELL)), "an island": ISLAND}


def axis_of(path: Toolpath, highest_mm: float) -> Any:
    ways = [[p[:2] for p in points(path, n, a, b, 1e-4)] for n, a, b in starts_and_ends(path) if min(a[2], b[2]) <= highest_mm]
    return shapely.MultiLineString([w for w in ways if len(set(w)) > 1])


@pytest.mark.parametrize("climb", [True, False])
@pytest.mark.parametrize("name", list(CASES))
def test_all_that_was_left_is_cut_without_a_gouge(name: str, climb: bool) -> None:
    r = CASES[name]
    r = replace(r, pocket=replace(r.pocket, cut=replace(SMALL, climb=climb)))
    path = plan_rest(r, KERNELS)
    target = checked(r.pocket.boundary, r.pocket.islands)
    rest, walls = polygons.shape_of(rest_of(target, 1.5, 4, 0)), shapely.boundary(polygons.shape_of(target))
    low_x, low_y, high_x, high_y = rest.bounds
    x, y = (v.ravel() for v in np.meshgrid(np.arange(low_x, high_x, 0.1), np.arange(low_y, high_y, 0.1)))
    inside = shapely.points(x, y)[shapely.contains_xy(rest.buffer(-0.02), x, y)]
    ways = shapely.get_parts(axis_of(path, -3 + 1e-6))
    near = shapely.STRtree(ways).query_nearest(inside, return_distance=True, all_matches=False)[1]
    assert (near <= 1.505).mean() > 0.99
    assert float(shapely.distance(walls, ways).min()) >= 1.5 - 1e-4
    assert simulate(choose(), path, SMALL.tool).faults == ()


def test_the_rest_is_a_small_part_of_the_work() -> None:
    whole = plan_pocket(replace(BASE.pocket, strategy="adaptive"), KERNELS)
    rest = plan_rest(BASE, KERNELS)
    lengths = [float(KERNELS.lengths_mm(p)[p.is_cut].sum()) for p in (whole, rest)]
    assert lengths[1] < 0.2 * lengths[0]


def test_the_tool_goes_no_farther_than_the_overlap_into_what_is_cleared() -> None:
    target = checked(RECT, ())
    rest = polygons.shape_of(rest_of(target, 1.5, 4, 0))
    way = axis_of(plan_rest(BASE, KERNELS), -1e-9)
    beyond = shapely.difference(way, shapely.buffer(rest, 1.5 + BASE.overlap_mm + 0.3))
    assert beyond.length < 1e-6


def test_a_rest_is_entered_where_the_floor_is_cleared() -> None:
    """The first place at which the tool is below the surface lies where the larger tool was."""
    path = plan_rest(BASE, KERNELS)
    cleared = shapely.buffer(shapely.box(4, 4, 36, 26), 4, quad_segs=64)
    first = next(b for _, a, b in starts_and_ends(path) if b[2] < 0)
    assert shapely.covers(cleared, shapely.buffer(shapely.Point(first[:2]), 1.49))


def test_an_allowance_of_the_tool_before_is_rest_too() -> None:
    target = checked(RECT, ())
    left = rest_of(target, 1.5, 4, 0.5)
    assert polygons.area_mm2(left) > polygons.area_mm2(rest_of(target, 1.5, 4, 0)) + 0.4 * (2 * 32 + 2 * 22)
    assert len(plan_rest(replace(BASE, previous_allowance_mm=0.5), KERNELS)) > 0


def test_the_same_rest_gives_the_same_bytes() -> None:
    assert encode(plan_rest(BASE, KERNELS)) == encode(plan_rest(BASE, KERNELS))


ROUND = tuple((float(20 * np.cos(a)), float(20 * np.sin(a))) for a in np.linspace(0, 2 * np.pi, 200, endpoint=False))


def test_where_nothing_is_left_it_is_said() -> None:
    with pytest.raises(PlanError, match="a tool of 8 mm leaves nothing that one of 3 mm could reach") as error:
        plan_rest(replace(BASE, pocket=replace(BASE.pocket, boundary=ROUND)), KERNELS)
    assert error.value.pointer == "/design"


def test_a_tool_that_is_not_smaller_is_refused() -> None:
    with pytest.raises(PlanError, match="not smaller"):
        plan_rest(replace(BASE, previous=ToolShape("flat", 3)), KERNELS)


def test_a_tool_that_fits_nowhere_is_refused() -> None:
    with pytest.raises(PlanError, match="does not fit"):
        plan_rest(replace(BASE, pocket=replace(BASE.pocket, boundary=((0, 0), (40, 0), (40, 2), (0, 2)))), KERNELS)


def test_what_a_round_corner_would_not_bring_to_the_floor_is_refused() -> None:
    """In a square corner the flat end of a bull nose stays where a larger flat tool was."""
    bull = replace(BASE.pocket.cut, tool=ToolShape("bull", 3, corner_radius_mm=1.0))
    with pytest.raises(PlanError, match="smaller corner") as error:
        plan_rest(replace(BASE, pocket=replace(BASE.pocket, cut=bull), previous=ToolShape("flat", 4)), KERNELS)
    assert error.value.pointer == "/tool_id"


def test_a_round_corner_brings_the_rest_to_the_floor_where_its_flat_end_fits() -> None:
    """A channel that the larger tool never entered."""
    tool = ToolShape("bull", 3, corner_radius_mm=1.0)
    channel = (
        (0, 0),
        (24, 0),
        (24, 8.5),
        (38, 8.5),
        (38, 0),
        (62, 0),
        (62, 24),
        (38, 24),
        (38, 15.5),
        (24, 15.5),
        (24, 24),
        (0, 24),
    )
    pocket = replace(BASE.pocket, boundary=channel, cut=replace(SMALL, tool=tool), stepover_ratio=0.5)
    run = simulate(KERNELS, plan_rest(replace(BASE, pocket=pocket), KERNELS), tool)
    x, y = np.meshgrid(run.grid.x_mm, run.grid.y_mm)
    within = (x > 26) & (x < 36) & (y > 10.02) & (y < 13.98)
    assert run.heights_mm[within].max() <= -3 + 0.01


def test_where_what_is_cleared_touches_itself_the_rest_is_found() -> None:
    """Between the island and the walls the larger tool just fits."""
    walls = ((-177.92442673838215, 121.31432955935588), (-154.3360400449145, 121.31432955935588),
             (-159.09643982199825, 234.38436398257102), (-174.14200966064868, 234.38436398257102))  # fmt: skip
    turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    island = tuple((-166.37472906648588 + 3.80039641026845 * float(np.cos(a)), 177.84934677096342 + 3.80039641026845 * float(np.sin(a)))
                   for a in turns)  # fmt: skip
    pocket = replace(BASE.pocket, boundary=walls, islands=(island,), tolerance_mm=0.1, stepover_ratio=0.1)
    pocket = replace(pocket, cut=replace(SMALL, tool=ToolShape("flat", 3.175)))
    assert len(plan_rest(RestRequest(pocket, ToolShape("flat", 12.7)), KERNELS))


def test_what_is_thinner_than_the_tolerance_is_no_rest() -> None:
    """Facets of a corner are nothing to go back for; with the finest tolerance they are."""
    many = tuple((float(20 * np.cos(a)), float(20 * np.sin(a))) for a in np.linspace(0, 2 * np.pi, 40, endpoint=False))
    fine = replace(BASE, pocket=replace(BASE.pocket, boundary=many), previous=ToolShape("flat", 30))
    assert len(plan_rest(fine, KERNELS))
    with pytest.raises(PlanError, match="within the tolerance"):
        plan_rest(replace(fine, pocket=replace(fine.pocket, tolerance_mm=0.1)), KERNELS)


def test_a_rest_as_narrow_as_the_tool_is_refused_with_its_place() -> None:
    ring = tuple((float(3.5 * np.cos(a)), float(3.5 * np.sin(a))) for a in np.linspace(0, 2 * np.pi, 60, endpoint=False))
    around = tuple((float(6.51 * np.cos(a)), float(6.51 * np.sin(a))) for a in np.linspace(0, 2 * np.pi, 60, endpoint=False))
    with pytest.raises(PlanError, match="hardly wider than the tool at") as error:
        plan_rest(replace(BASE, pocket=replace(BASE.pocket, boundary=around, islands=(ring,))), KERNELS)
    assert error.value.pointer == "/tool_id"
