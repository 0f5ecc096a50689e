"""Does every strategy cover what is reachable, keep off the walls, go down on ramps and cut on the side that was asked for?"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rmos.cam_accel import polygons
from rmos.cam_accel.geometry import is_arc, length_mm, points, starts_and_ends
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.pocket import PocketRequest, plan_pocket
from rmos.cam_accel.simulate.report import simulate
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath, encode

KERNELS = choose()
CUT = Cut(ToolShape("flat", 6), 2, 1500, 500, 18000, 5)
STRATEGIES = ("rings", "spiral", "lanes", "adaptive")
Points = tuple[tuple[float, float], ...]


def rect(w: float, h: float, x: float = 0, y: float = 0) -> Points:
    return ((x, y), (x + w, y), (x + w, y + h), (x, y + h))


def star(radii: Sequence[float]) -> Points:
    turns = [2 * math.pi * n / len(radii) for n in range(len(radii))]
    return tuple((q * math.cos(a), q * math.sin(a)) for q, a in zip(radii, turns, strict=True))


def dumbbell(neck: float) -> Points:
    low, high = 12 - neck / 2, 12 + neck / 2
    return (
        (0, 0),
        (24, 0),
        (24, low),
        (34, low),
        (34, 0),
        (58, 0),
        (58, 24),
        (34, 24),
        (34, high),
        (24, high),
        (24, 24),
        (0, 24),
    )


def corner(arm: float) -> Points:
    return ((0, 0), (40, 0), (40, arm), (arm, arm), (arm, 40), (0, 40))


def trough(wall: float) -> Points:
    return ((0, 0), (50, 0), (50, 30), (50 - wall, 30), (50 - wall, 12), (wall, 12), (wall, 30), (0, 30))


SHAPES: st.SearchStrategy[tuple[Points, tuple[Points, ...]]] = st.one_of(
    st.lists(st.floats(11, 20), min_size=5, max_size=10).map(lambda radii: (star(radii), ())),
    st.tuples(st.floats(4, 12), st.floats(3, 9)).map(lambda s: (rect(44, 30), (rect(*s, 14, 9),))),
    st.floats(4, 14).map(lambda neck: (dumbbell(neck), ())),
    st.floats(8, 20).map(lambda arm: (corner(arm), ())),
    st.floats(8, 18).map(lambda wall: (trough(wall), ())),
)
FINISHES: tuple[dict[str, Any], ...] = (
    {},
    {"finish_allowance_mm": 0.3, "finish_pass": "depth"},
    {"finish_allowance_mm": 0.2, "finish_pass": "levels", "finish_passes": 2, "floor_allowance_mm": 0.1},
)


def request(strategy: str, boundary: Points, islands: tuple[Points, ...] = (), **more: Any) -> PocketRequest:
    return replace(PocketRequest(boundary, islands, 4, CUT, 0.35, strategy=strategy), **more)  # type: ignore[arg-type]


def check(r: PocketRequest, path: Toolpath) -> None:
    d = r.cut.tool.diameter_mm
    assert simulate(choose(), path, r.cut.tool).faults == ()
    assert coverage(r, path) > 0.99
    assert float(path.z_mm.min()) == -r.depth_mm
    met = KERNELS.engagement(path, d)
    assert met is not None
    assert met.rapid_cuts == 0
    if r.finish_pass != "depth":
        assert met.max_axial_mm <= r.cut.stepdown_mm + 0.05
    assert nearest_mm(r, path) >= d / 2 - 1e-4
    assert set(path.feed_mm_min[path.is_cut].tolist()) <= {r.cut.feed_mm_min, r.cut.plunge_mm_min}


def lines_of(path: Toolpath, highest_mm: float) -> Any:
    """Ways of the axis that lie no higher throughout, arcs by chords."""
    ways = [[p[:2] for p in points(path, n, a, b, 1e-4)] for n, a, b in starts_and_ends(path) if max(a[2], b[2]) <= highest_mm]
    return shapely.MultiLineString([w for w in ways if w[0] != w[-1] or len(w) > 2])


def coverage(r: PocketRequest, path: Toolpath) -> float:
    """Share of places, a grid of a quarter of a millimetre, that a tool can reach and this one does reach on the floor."""
    radius = r.cut.tool.radius_mm
    target = polygons.shape_of(polygons.region(r.boundary, r.islands))
    reachable = target.buffer(-radius, quad_segs=64).buffer(radius - 0.01, quad_segs=64)
    low_x, low_y, high_x, high_y = reachable.bounds
    x, y = (v.ravel() for v in np.meshgrid(np.arange(low_x, high_x, 0.25), np.arange(low_y, high_y, 0.25)))
    shapely.prepare(reachable)
    places = shapely.points(x, y)[shapely.contains_xy(reachable, x, y)]
    tree = shapely.STRtree(shapely.get_parts(lines_of(path, -r.depth_mm + 1e-6)))
    near = tree.query_nearest(places, return_distance=True, all_matches=False)[1]
    return float((near <= radius + 0.005).mean())


def nearest_mm(r: PocketRequest, path: Toolpath) -> float:
    """From the walls to the axis, anywhere on the path below the surface."""
    below = [[p[:2] for p in points(path, n, a, b, 1e-4)] for n, a, b in starts_and_ends(path) if min(a[2], b[2]) < 0]
    ways = [shapely.LineString(w) for w in below if len(set(w)) > 1]
    walls = shapely.STRtree(
        [shapely.LineString([ring[n - 1], ring[n]]) for ring in (r.boundary, *r.islands) for n in range(len(ring))]
    )
    return float(walls.query_nearest(ways, return_distance=True, all_matches=False)[1].min())


def steepest_deg(path: Toolpath) -> float:
    """Of moves that go down at a feed and are not straight down where the tool was before."""
    out = 0.0
    for n, a, b in starts_and_ends(path):
        drop, length = a[2] - b[2], length_mm(path, n, a, b)
        if path.is_cut[n] and drop > 1e-9 and length - drop > 1e-9:
            out = max(out, math.degrees(math.asin(drop / length)))
    return out


@pytest.mark.parametrize("strategy", STRATEGIES)
@settings(max_examples=6, deadline=None)
@given(SHAPES, st.floats(3, 6), st.floats(0.15, 0.5), st.booleans(), st.sampled_from(FINISHES))
def test_random_pockets_are_right(
    strategy: str, shape: tuple[Points, tuple[Points, ...]], diameter: float, ratio: float, climb: bool, finish: dict[str, Any]
) -> None:
    cut = replace(CUT, tool=ToolShape("flat", diameter), climb=climb)
    r = request(strategy, *shape, cut=cut, stepover_ratio=ratio, **finish)
    try:
        path = plan_pocket(r, KERNELS)
    except PlanError as error:
        assume("hardly wider than the tool at (" not in error.reason and "too narrow for adaptive" not in error.reason)
        raise
    check(r, path)
    assert steepest_deg(path) <= 6.01


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_same_request_gives_the_same_bytes(strategy: str) -> None:
    r = request(strategy, rect(40, 30), (rect(8, 6, 16, 12),), finish_allowance_mm=0.2, finish_pass="depth")
    assert encode(plan_pocket(r, KERNELS)) == encode(plan_pocket(r, KERNELS))


def test_both_kernels_give_the_same_bytes() -> None:
    r = request("adaptive", rect(24, 20))
    assert encode(plan_pocket(r, KERNELS)) == encode(plan_pocket(r, choose("off")))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_direction_in_which_an_outline_is_given_changes_nothing(strategy: str) -> None:
    boundary, island = rect(40, 30), rect(8, 6, 16, 12)
    one = plan_pocket(request(strategy, boundary, (island,)), KERNELS)
    other = plan_pocket(request(strategy, (boundary[0], *boundary[:0:-1]), ((island[0], *island[:0:-1]),)), KERNELS)
    assert one.x_mm.min() == pytest.approx(other.x_mm.min(), abs=1e-9)
    assert cut_mm(one) == pytest.approx(cut_mm(other), rel=0.02)


def cut_mm(path: Toolpath) -> float:
    return float(KERNELS.lengths_mm(path)[path.is_cut].sum())


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_moved_turned_and_mirrored_pockets_are_cut_alike(strategy: str) -> None:
    boundary = corner(15)
    base = plan_pocket(request(strategy, boundary), KERNELS)
    for move in (lambda x, y: (x + 37.3, y - 12.1), lambda x, y: (-y, x), lambda x, y: (-x, y)):
        r = request(strategy, tuple(move(x, y) for x, y in boundary))
        path = plan_pocket(r, KERNELS)
        check(r, path)
        assert cut_mm(path) == pytest.approx(cut_mm(base), rel=0.15)


def wall_lengths_mm(r: PocketRequest, path: Toolpath) -> tuple[float, float]:
    """Of the way at the tool's radius from a wall at full depth: with the wall on the right of the feed, and on the left."""
    sides = [0.0, 0.0]
    target = polygons.shape_of(polygons.region(r.boundary, r.islands))
    for n, a, b in starts_and_ends(path):
        length = length_mm(path, n, a, b)
        if is_arc(path, n) or max(a[2], b[2]) > -r.depth_mm + 1e-9 or length < 1.0:
            continue
        middle, along = np.array([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]), np.array([b[0] - a[0], b[1] - a[1]]) / length
        right = np.array([along[1], -along[0]]) * (r.cut.tool.radius_mm + 0.1)
        on = [not target.contains(shapely.Point(middle + side * right)) for side in (1, -1)]
        for side in (0, 1):
            sides[side] += length * (on[side] and not on[1 - side])
    return sides[0], sides[1]


@pytest.mark.parametrize("strategy", ["rings", "spiral", "adaptive"])
@pytest.mark.parametrize("climb", [True, False])
def test_walls_are_cut_on_the_side_that_was_asked_for(strategy: str, climb: bool) -> None:
    r = request(strategy, rect(50, 40), (rect(12, 10, 19, 15),), cut=replace(CUT, climb=climb))
    right, left = wall_lengths_mm(r, plan_pocket(r, KERNELS))
    wanted, other = (right, left) if climb else (left, right)
    assert wanted > 100
    assert other < 0.03 * wanted


@pytest.mark.parametrize("finish", ["depth", "levels"])
def test_the_finish_takes_the_allowance_climbing_and_leaves_none(finish: str) -> None:
    r = request("lanes", rect(50, 40), (rect(12, 10, 19, 15),), finish_allowance_mm=0.4)
    rough = plan_pocket(r, KERNELS)
    assert nearest_mm(r, rough) >= 3.4
    done = replace(r, finish_pass=finish)  # type: ignore[arg-type]
    path = plan_pocket(done, KERNELS)
    check(done, path)
    lap_mm = 2 * (44 + 34) + 2 * (12 + 10) + 2 * math.pi * 3
    added = cut_mm(path) - cut_mm(rough)
    assert lap_mm <= added <= (1.5 if finish == "depth" else 3) * lap_mm


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("corner_mm", [1.5, 2.5])
@pytest.mark.parametrize("width_mm", [10.0, 11.2, 14.9])
def test_a_round_corner_leaves_no_ridge_on_the_floor(strategy: str, corner_mm: float, width_mm: float) -> None:
    """Wherever the middle of the tool may be, corners and middles of the pocket included."""
    tool = ToolShape("bull", 6.0, corner_radius_mm=corner_mm)
    r = request(strategy, rect(30, width_mm), depth_mm=2, stepover_ratio=0.5, cut=replace(CUT, tool=tool))
    run = simulate(KERNELS, plan_pocket(r, KERNELS), tool)
    x, y = np.meshgrid(run.grid.x_mm, run.grid.y_mm)
    inner = np.minimum(np.minimum(x, 30 - x), np.minimum(y, width_mm - y)) > 3.01
    assert run.heights_mm[inner].max() <= -2.0 + 0.01


def test_a_floor_allowance_is_taken_by_a_last_pass() -> None:
    path = plan_pocket(request("rings", rect(30, 20), floor_allowance_mm=0.2, finish_pass="depth"), KERNELS)
    levels = sorted({round(float(z), 9) for z in path.z_mm[path.feed_mm_min == 1500]})
    assert levels == [-4.0, -3.8, -1.9]


def test_a_floor_allowance_without_a_last_pass_stays() -> None:
    path = plan_pocket(request("rings", rect(30, 20), floor_allowance_mm=0.2, finish_pass="none"), KERNELS)
    assert float(path.z_mm.min()) == pytest.approx(-3.8)


def test_rings_are_linked_without_a_lift_where_the_way_stays_inside() -> None:
    path = plan_pocket(request("rings", rect(40, 30), depth_mm=2), KERNELS)
    assert int(path.is_rapid.sum()) == 3


def test_a_spiral_closes_only_its_first_and_last_lap_and_rings_close_each() -> None:
    closed = {}
    for strategy in ("rings", "spiral"):
        path = plan_pocket(request(strategy, rect(44, 30), depth_mm=2), KERNELS)
        level = path.is_cut & (path.z_mm == -2)
        places = Counter(zip(path.x_mm[level].round(6).tolist(), path.y_mm[level].round(6).tolist(), strict=True))
        closed[strategy] = sum(count > 1 for count in places.values())
        assert int(path.is_rapid.sum()) == 3
    assert closed["spiral"] <= 4
    assert closed["rings"] >= 6


def test_a_helix_is_used_where_it_fits_and_a_ramp_where_not() -> None:
    wide, narrow = (plan_pocket(request("rings", rect(40, h)), KERNELS) for h in (30, 7))
    assert any(is_arc(wide, n) and a[2] > b[2] for n, a, b in starts_and_ends(wide))
    assert not any(is_arc(narrow, n) for n in range(len(narrow)))
    with pytest.raises(PlanError, match=r"no helix fits into the pocket near \("):
        plan_pocket(request("rings", rect(40, 7), entry="helix"), KERNELS)


@pytest.mark.parametrize("boundary", [rect(40, 30), star((24, 20, 24, 19))])
def test_an_entry_by_ramp_uses_no_helix(boundary: Points) -> None:
    path = plan_pocket(request("rings", boundary, entry="ramp", ramp_deg=2.0), KERNELS)
    assert not any(is_arc(path, n) for n in range(len(path)))
    slopes = [
        math.degrees(math.asin((a[2] - b[2]) / length_mm(path, n, a, b)))
        for n, a, b in starts_and_ends(path)
        if path.is_cut[n] and a[2] > b[2]
    ]
    assert (min(slopes), max(slopes)) == (pytest.approx(2.0), pytest.approx(2.0))


def test_a_bull_tool_leaves_nothing_between_its_lanes() -> None:
    bull = replace(CUT, tool=ToolShape("bull", 6, corner_radius_mm=2))
    path = plan_pocket(request("lanes", rect(40, 30), cut=bull, stepover_ratio=0.9, depth_mm=2), KERNELS)
    rows = sorted({round(float(y), 6) for y in path.y_mm[path.z_mm == -2]})
    assert max(b - a for a, b in itertools.pairwise(rows)) <= 1.8 + 1e-6


@pytest.mark.parametrize("tool", [ToolShape("ball", 6), ToolShape("cone", 6, 0, 0, 60)])
def test_a_tool_without_a_flat_end_cuts_no_pocket(tool: ToolShape) -> None:
    with pytest.raises(PlanError, match="a flat floor needs a tool with a flat end"):
        plan_pocket(request("rings", rect(40, 30), cut=replace(CUT, tool=tool)), KERNELS)


def test_a_channel_too_narrow_for_the_bound_is_named_with_its_place() -> None:
    with pytest.raises(PlanError, match=r"too narrow for adaptive clearing at \((2[0-9]|3[0-9])") as error:
        plan_pocket(request("adaptive", dumbbell(6.1), stepover_ratio=0.2), KERNELS)
    assert error.value.pointer == "/tool_id"
