"""Is each shape carved exactly as deep as it is wide, into its corners, and never beyond its edge?"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.vcarve import CarvePath, VCarveRequest, plan_vcarve
from rmos.cam_accel.plan.vcarve.medial import medial_axis
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath, encode
from swept_areas import places, rapids_through

CUT = Cut(ToolShape("cone", 20, tip_angle_deg=60), 2, 1500, 400, 18000, 5)
LETTER = ((0, 0), (9, 0), (13, 12), (27, 12), (31, 0), (40, 0), (25, 45), (15, 45))
HOLE = ((16, 20), (24, 20), (20, 33))
BASE = VCarveRequest(CUT, (CarvePath(LETTER, True), CarvePath(HOLE, True)))
ROUND = tuple((8 * math.cos(a), 8 * math.sin(a)) for a in np.linspace(0, 2 * math.pi, 72, endpoint=False))
SHAPES: dict[str, tuple[Any, ...]] = {
    "letter": (LETTER, HOLE),
    "round": (ROUND,),
    "square": (((0, 0), (12, 0), (12, 12), (0, 12)),),
    "long bar": (((0, 0), (60, 0), (60, 4), (0, 4)),),
    "thin wedge": (((0, 0), (50, 0), (50, 5)),),
    "ring": (ROUND, tuple((0.5 * x, 0.5 * y) for x, y in ROUND)),
    "dot in a ring": (ROUND, tuple((0.7 * x, 0.7 * y) for x, y in ROUND), tuple((0.3 * x, 0.3 * y) for x, y in ROUND)),
    "inner corner": (((0, 0), (20, 0), (20, 8), (8, 8), (8, 20), (0, 20)),),
    "neck between corners": (((0, 0), (20, 0), (20, 8), (11, 9.8), (20, 12), (20, 20), (0, 20), (0, 12), (9, 9.8), (0, 8)),),
    "two islands": (((0, 0), (10, 0), (10, 6), (0, 6)), ((20, 0), (30, 0), (25, 9))),
}


def carve(*rings: Any, **changes: Any) -> VCarveRequest:
    return replace(BASE, paths=tuple(CarvePath(ring, True) for ring in rings), **changes)


def area(r: VCarveRequest) -> Any:
    found = shapely.Polygon()
    for path in r.paths:
        found = found.symmetric_difference(shapely.Polygon(path.points))
    return found


def slope(r: VCarveRequest) -> float:
    return math.tan(math.radians(r.cut.tool.tip_angle_deg) / 2)


def cuts(path: Toolpath) -> Any:
    at = places(path, 0.05)
    return at[at[:, 2] <= 1e-9]


def assert_inside(r: VCarveRequest, path: Toolpath) -> None:
    """The circle in which the cone meets the surface stays inside, but for 0.02 mm."""
    at, shape = cuts(path), area(r)
    radius = np.where(at[:, 2] < 0, r.cut.tool.tip_diameter_mm / 2 - at[:, 2] * slope(r), 0)
    gap = shapely.distance(shapely.points(at[:, :2]), shape.boundary) * np.where(
        shapely.intersects_xy(shape.buffer(1e-9), at[:, 0], at[:, 1]), 1, -1
    )
    assert (radius - gap).max() <= 0.02


def carved(r: VCarveRequest, path: Toolpath, points: Any) -> Any:
    """Height of the surface that the cone leaves at each point."""
    at = cuts(path)
    out = [
        (at[:, 2] + np.maximum(0, np.hypot(at[:, 0] - x, at[:, 1] - y) - r.cut.tool.tip_diameter_mm / 2) / slope(r)).min()
        for x, y in points
    ]
    return np.minimum(0, np.array(out))


def spots(shape: Any, count: int = 250) -> Any:
    low_x, low_y, high_x, high_y = shape.bounds
    p = np.random.default_rng(5).uniform((low_x, low_y), (high_x, high_y), (4 * count, 2))
    return p[shapely.contains_xy(shape, p[:, 0], p[:, 1])][:count]


def assert_exact(r: VCarveRequest, path: Toolpath) -> None:
    """Everywhere as deep as the cone lets it be: the distance to the edge over the slope, or the greatest depth."""
    shape = area(r)
    p = spots(shape)
    wanted = shapely.distance(shapely.points(p), shape.boundary) / slope(r)
    deepest = r.max_depth_mm or math.inf
    found = -carved(r, path, p)
    assert (np.minimum(wanted, deepest) - found).max() <= 0.02 / slope(r) + (r.cusp_mm if r.max_depth_mm else 0)
    assert (found - np.minimum(wanted, deepest)).max() <= 0.02 / slope(r)


@pytest.mark.parametrize("name", list(SHAPES))
def test_a_shape_is_carved_exactly(name: str) -> None:
    r = carve(*SHAPES[name])
    path = plan_vcarve(r)
    assert_inside(r, path)
    assert_exact(r, path)
    assert rapids_through(path, 0.01) == []


@pytest.mark.parametrize("name", ["letter", "round", "square", "inner corner", "dot in a ring"])
def test_a_wide_shape_gets_a_flat_floor_with_low_ridges(name: str) -> None:
    r = carve(*SHAPES[name], max_depth_mm=1.5)
    path = plan_vcarve(r)
    assert path.z_mm.min() == pytest.approx(-1.5)
    assert_inside(r, path)
    assert_exact(r, path)
    assert rapids_through(path, 0.01) == []


def test_a_blunt_tip_clears_the_floor_in_fewer_rings() -> None:
    blunt = replace(CUT, tool=ToolShape("cone", 12.7, tip_diameter_mm=0.5, tip_angle_deg=60))
    r = carve(*SHAPES["square"], max_depth_mm=1.5, cut=blunt)
    path = plan_vcarve(r)
    assert_inside(r, path)
    assert len(path) < len(plan_vcarve(replace(r, cut=CUT)))


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.floats(4, 9), min_size=5, max_size=9), st.sampled_from([60.0, 90.0]), st.sampled_from([0.0, 0.3]),
    st.booleans(), st.sampled_from([None, 1.2]),
)  # fmt: skip
def test_no_random_shape_is_carved_beyond_its_edge(
    radii: list[float], angle: float, tip: float, hole: bool, deepest: float | None
) -> None:
    angles = [2 * math.pi * n / len(radii) for n in range(len(radii))]
    star = tuple((q * math.cos(a), q * math.sin(a)) for q, a in zip(radii, angles, strict=True))
    cut = replace(CUT, tool=ToolShape("cone", 25, tip_diameter_mm=tip, tip_angle_deg=angle))
    inner = ((-1, -0.8), (1.2, -0.5), (0, 1))
    r = carve(star, *((inner,) if hole else ()), cut=cut, max_depth_mm=deepest)
    path = plan_vcarve(r)
    assert_inside(r, path)
    if not tip:
        assert_exact(r, path)
    assert encode(path) == encode(plan_vcarve(r))


def test_the_cone_reaches_every_corner() -> None:
    path = plan_vcarve(BASE)
    at = cuts(path)
    for n, corner in enumerate(LETTER):
        before, after = np.subtract(corner, LETTER[n - 1]), np.subtract(LETTER[(n + 1) % len(LETTER)], corner)
        if before[0] * after[1] - before[1] * after[0] > 0:
            assert np.hypot(*(at[:, :2] - corner).T).min() < 1e-9


def test_a_stretch_is_entered_from_its_shallow_end() -> None:
    path = plan_vcarve(carve(*SHAPES["long bar"], cut=replace(CUT, stepdown_mm=5)))
    assert path.z_mm[path.is_cut][0] == pytest.approx(0)


def test_passes_go_down_by_one_stepdown_each() -> None:
    path = plan_vcarve(carve(*SHAPES["square"], cut=replace(CUT, stepdown_mm=3)))
    deep = 6 / math.tan(math.radians(30))
    z = path.z_mm[path.is_cut]
    for level in range(1, 5):
        assert np.isclose(z, -deep * level / 4, atol=1e-3).any()
    first = int(np.argmax(np.isclose(path.z_mm, -deep / 4, atol=1e-6)))
    assert path.z_mm[: first + 1].min() == pytest.approx(-deep / 4)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.5, 6), st.sampled_from([30.0, 60.0, 90.0]), st.sampled_from([0.0, 0.2]))
def test_a_line_is_as_wide_as_asked(width: float, angle: float, tip: float) -> None:
    tool = ToolShape("cone", 12.7, tip_diameter_mm=tip, tip_angle_deg=angle)
    r = VCarveRequest(replace(CUT, tool=tool), (CarvePath(((0, 0), (30, 0), (40, 20)), False),), line_width_mm=width)
    path = plan_vcarve(r)
    assert tip + 2 * -path.z_mm.min() * math.tan(math.radians(angle / 2)) == pytest.approx(width)
    at = cuts(path)
    line = shapely.LineString(r.paths[0].points)
    assert max(line.distance(shapely.Point(x, y)) for x, y, _ in at) < 1e-9
    ends = at[np.isclose(at[:, 2], path.z_mm.min())]
    assert np.hypot(ends[:, 0], ends[:, 1]).min() < 1e-9
    assert np.hypot(ends[:, 0] - 40, ends[:, 1] - 20).min() < 1e-9


def test_the_logo_of_a_client() -> None:
    """A 60° bit, lines 3 mm wide: 2.598 mm deep, within the 2.6 mm that are allowed."""
    r = VCarveRequest(CUT, (CarvePath(((0, 0), (50, 0)), False),), line_width_mm=3, max_depth_mm=2.6)
    assert plan_vcarve(r).z_mm.min() == pytest.approx(-2.598, abs=0.001)


FLAT = ToolShape("flat", 6)
LINE = (CarvePath(((0, 0), (30, 0)), False),)
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "flat tool": ({"cut": replace(CUT, tool=FLAT)}, "/tool_id"),
    "blunt angle": ({"cut": replace(CUT, tool=ToolShape("cone", 6, tip_angle_deg=150))}, "/tool_id"),
    "broad tip": ({"cut": replace(CUT, tool=ToolShape("cone", 6, tip_diameter_mm=3, tip_angle_deg=60))}, "/tool_id"),
    "all narrower than the tip": ({"cut": replace(CUT, tool=ToolShape("cone", 6, tip_diameter_mm=2, tip_angle_deg=60)), "paths": (CarvePath(((0, 0), (9, 0), (9, 1), (0, 1)), True),)}, "/tool_id"),
    "no path": ({"paths": ()}, "/design/paths"),
    "one point": ({"paths": (CarvePath(((0, 0),), False),), "line_width_mm": 2.0}, "/design/paths/0/points"),
    "bow tie": ({"paths": (CarvePath(((0, 0), (40, 40), (40, 0), (0, 30)), True),)}, "/design/paths/0/points"),
    "shapes that cross": ({"paths": (*BASE.paths, CarvePath(((5, 5), (60, 5), (60, 9)), True))}, "/design/paths/2"),
    "nowhere": ({"paths": (CarvePath(((0, 0), (1e9, 0), (0, 4)), True),)}, "/design/paths/0/points/1"),
    "no line width": ({"paths": LINE}, "/design/line_width_mm"),
    "a line narrower than the tip": ({"paths": LINE, "line_width_mm": 0.2, "cut": replace(CUT, tool=ToolShape("cone", 6, tip_diameter_mm=0.3, tip_angle_deg=60))}, "/design/line_width_mm"),
    "a line deeper than allowed": ({"paths": LINE, "line_width_mm": 6.0, "max_depth_mm": 2.0}, "/design/line_width_mm"),
    "wider than the tool": ({"paths": (CarvePath(((0, 0), (40, 0), (40, 40), (0, 40)), True),)}, "/design/max_depth_mm"),
    "no depth": ({"max_depth_mm": 0.0}, "/design/max_depth_mm"),
    "no ridge": ({"cusp_mm": 0.0}, "/design/cusp_mm"),
    "endless edge": ({"paths": (CarvePath(((0, 0), (9000, 0), (9000, 9000), (0, 9000)), True),)}, "/design/paths/0"),
    "endless passes": ({"cut": replace(CUT, stepdown_mm=1e-4)}, "/cut/stepdown"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(BAD))
def test_what_cannot_be_carved_is_refused_with_its_place(name: str) -> None:
    changes, pointer = BAD[name]
    with pytest.raises(PlanError) as error:
        plan_vcarve(replace(BASE, **changes))
    assert error.value.pointer == pointer


def test_a_round_island_whose_points_lie_on_one_circle_to_the_last_bits_is_carved() -> None:
    """GEOS finds no triangulation of these samples as they are."""
    wide, high, top, left = 11.217707592888472, 18.202337777828916, 10.903951628025776, 3.331348229860912
    edge = ((0.0, 0.0), (wide, 0.0), (top, high), (left, high))
    middle, radius = (6.363251862693789, 9.101168888914458), 1.8309718208969281
    turns = [2 * math.pi * n / 24 for n in range(24)]
    island = tuple((middle[0] + radius * math.cos(a), middle[1] + radius * math.sin(a)) for a in turns)
    paths = (CarvePath(edge, True), CarvePath(island, True))
    cut = replace(CUT, tool=ToolShape("cone", 6.0, tip_diameter_mm=0.2, tip_angle_deg=120))
    assert len(plan_vcarve(VCarveRequest(cut, paths, max_depth_mm=0.6187)))


def test_the_middle_of_a_trapezoid_leads_straight_into_its_corners() -> None:
    """GEOS joins these samples to triangles whose circles hold others, and the axis would leave the bisector of a corner."""
    shape = shapely.Polygon(
        [(70, 0), (70.26996695409112, 30.723440928581475), (80.43574234868106, 30.723440928581475), (82.7467158034451, 0)]
    )
    chains = medial_axis(shapely.normalize(shape), "/design")
    places = np.vstack([shapely.get_coordinates(shapely.segmentize(shapely.LineString(c[:, :2]), 0.1)) for c in chains])
    edges = [shapely.LineString(pair) for pair in itertools.pairwise(shapely.get_coordinates(shape.exterior))]
    away = np.sort([shapely.distance(shapely.points(places), edge) for edge in edges], axis=0)
    assert (away[1] - away[0]).max() <= 0.01
