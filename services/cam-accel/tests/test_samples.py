"""Is the depth at single places the same as on a grid, and do places lie all over a part?"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.simulate.gate import verify
from rmos.cam_accel.simulate.grid import UNITS_PER_MM, Grid, Stock
from rmos.cam_accel.simulate.heightmap import full
from rmos.cam_accel.simulate.profile import profile_of
from rmos.cam_accel.simulate.report import Setup
from rmos.cam_accel.simulate.samples import Sampled, spread
from rmos.cam_accel.simulate.target import Region, Target
from rmos.cam_accel.targets.floors import Along
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath, from_columns

KERNELS = choose()
GRID, STOCK = Grid(-10.0, -10.0, 0.5, 40, 40), Stock((-5.25, -5.25), (5.25, 25.25))
TOOLS = {
    "flat": ToolShape("flat", 3.0),
    "ball": ToolShape("ball", 3.0),
    "bull": ToolShape("bull", 3.0, corner_radius_mm=0.5),
    "cone": ToolShape("cone", 6.0, tip_diameter_mm=0.2, tip_angle_deg=60),
}
PLACE = st.tuples(st.floats(-12, 12), st.floats(-12, 12), st.floats(-4, 2))


def path_of(places: list[tuple[float, float, float]], turn: bool) -> Toolpath:
    """Straight moves, and at last half a turn of a helix."""
    x, y, z = (list(axis) for axis in zip(*places, strict=True))
    kinds = [0, *[1] * (len(places) - 1)]
    columns = {"kind": kinds, "x_mm": x, "y_mm": y, "z_mm": z, "i_mm": [0.0] * len(x)}
    if turn:
        for name, value in (("kind", 3), ("x_mm", x[-1] - 4.0), ("y_mm", y[-1]), ("z_mm", z[-1] - 0.5), ("i_mm", -2.0)):
            columns[name].append(value)
    return from_columns(columns, (0.0, 0.0, 5.0))


@given(st.sampled_from(sorted(TOOLS)), st.lists(PLACE, min_size=2, max_size=5), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_place_is_as_deep_as_the_cell_whose_centre_it_is(
    tool: str, places: list[tuple[float, float, float]], turn: bool
) -> None:
    profile, path = profile_of(TOOLS[tool]), path_of(places, turn)
    grid = KERNELS.heightmap(path, profile, GRID, full(GRID, 0.0), -(10**6)).heights / UNITS_PER_MM
    x, y = (axis.ravel() for axis in np.meshgrid(GRID.x_mm, GRID.y_mm))
    lowest = np.minimum(Sampled(path, profile).lowest_mm(x, y), 0.0)
    assert np.abs(lowest - grid.ravel()).max() <= 1e-4


def test_where_the_tool_never_comes_no_depth_is_told() -> None:
    sampled = Sampled(path_of([(0, 0, -1), (5, 0, -1)], False), profile_of(TOOLS["flat"]))
    assert sampled.lowest_mm(np.array([9.0]), np.array([9.0])).tolist() == [math.inf]
    assert sampled.lowest_mm(np.zeros(0), np.zeros(0)).tolist() == []


@pytest.mark.parametrize("x_mm", [0.0, 0.1, 0.2, 0.3, 0.4])
@pytest.mark.parametrize("share", [1.0, 0.5])
def test_the_share_of_a_slot_between_the_cells_is_known(x_mm: float, share: float) -> None:
    """A slot of 0.3 mm whose floor rises, on cells of 0.5 mm, cut to its end or half way."""
    floor = Along((x_mm, 0.0), (x_mm, 20.0), lambda s: 1.0 - 0.01 * s, 1.0)
    slot = shapely.box(x_mm - 0.15, 0.0, x_mm + 0.15, 20.0)
    beyond = [shapely.box(x_mm - 0.15, -1.0, x_mm + 0.15, 0.0), shapely.box(x_mm - 0.15, 20.0, x_mm + 0.15, 21.0)]
    regions = [Region(shapely.get_coordinates(area)[:-1], floor, floor_tolerance_mm=0.02) for area in (slot, *beyond)]
    target = Target((regions[0], *(replace(region, must_be_cut=False) for region in regions[1:])))
    end = 20.0 * share
    path = path_of([(x_mm, -0.5, 1.0), (x_mm, -0.5, -1.0), (x_mm, 0.0, -1.0), (x_mm, end, -1.0 + 0.01 * end)], False)
    found = verify(KERNELS, path, ToolShape("flat", 0.3), target, Setup(cell_mm=0.5, stock=STOCK, centre_cutting=True))
    assert found.coverage_ratio == pytest.approx(share, abs=0.02)
    assert found.ok == (share == 1)


PARTS = {
    "slot across": shapely.box(0, 0, 0.02, 50),
    "turned slot": shapely.LineString([(0, 0), (40, 30)]).buffer(0.1, cap_style="flat"),
    "disc": shapely.Point(3, 4).buffer(0.001),
    "bent line": shapely.LineString([(0, 0), (30, 0), (30, 30)]).buffer(0.005),
}


@pytest.mark.parametrize("name", PARTS)
def test_places_lie_all_over_a_part(name: str) -> None:
    part = PARTS[name]
    places = spread(part, 400)
    assert len(places)
    assert shapely.contains_xy(part, places[:, 0], places[:, 1]).all()
    if name != "bent line":
        assert 200 <= len(places) <= 800
        assert np.allclose(places.mean(axis=0), shapely.get_coordinates(part.centroid)[0], atol=part.length / 50)
