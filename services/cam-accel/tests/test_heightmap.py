"""Does each tool leave what geometry says, however its way is told?"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rmos.cam_accel.gcode import interpret
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.simulate.errors import SimulationError
from rmos.cam_accel.simulate.grid import UNITS_PER_MM, Stock, grid_of, stock_around
from rmos.cam_accel.simulate.heightmap import Heightmap, full
from rmos.cam_accel.simulate.profile import Profile, profile_of, radius_at_mm
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath, from_columns

KERNELS = choose()
FLAT, BALL, BULL = ToolShape("flat", 6.0), ToolShape("ball", 6.0), ToolShape("bull", 6.0, corner_radius_mm=1.0)
CONE = ToolShape("cone", 8.0, tip_diameter_mm=0.4, tip_angle_deg=60)
TOOLS = {"flat": FLAT, "ball": BALL, "bull": BULL, "cone": CONE}
STOCK = Stock((-20.0, -20.0), (20.0, 20.0))


def cut(
    path: Toolpath, tool: ToolShape, cell_mm: float = 0.1, stock: Stock = STOCK, holder: tuple[Profile, ...] = ()
) -> Heightmap:
    grid = grid_of(stock, cell_mm)
    return KERNELS.heightmap(path, profile_of(tool), grid, full(grid, stock.top_mm), stock.bottom_units, holder)


def program(moves: str) -> Toolpath:
    return interpret(("G21 G90\nM3 S9000\nG0 Z5\n" + moves).encode()).toolpath


def line(*places: tuple[float, float, float]) -> Toolpath:
    x, y, z = zip(*places, strict=True)
    return from_columns({"kind": [0, *[1] * (len(places) - 1)], "x_mm": x, "y_mm": y, "z_mm": z}, (x[0], y[0], 9.0))


def volume_mm3(found: Heightmap, cell_mm: float, top_mm: float = 0.0) -> float:
    units = int((round(top_mm * UNITS_PER_MM) - found.heights.astype(np.int64)).sum())
    return units / UNITS_PER_MM * cell_mm * cell_mm


def across(found: Heightmap, x_mm: float, cell_mm: float = 0.1) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Heights along Y at a place in X, and where."""
    grid = grid_of(STOCK, cell_mm)
    return grid.y_mm, found.heights[:, int((x_mm + 20) / cell_mm)] / UNITS_PER_MM


@given(st.floats(0, 2 * math.pi), st.floats(1, 15), st.floats(0.1, 9))
@settings(max_examples=30, deadline=None)
def test_a_slot_loses_its_area_times_its_depth(angle: float, length_mm: float, depth_mm: float) -> None:
    """To half a cell of its outline."""
    x, y = length_mm * math.cos(angle), length_mm * math.sin(angle)
    found = cut(line((0, 0, -depth_mm), (x, y, -depth_mm)), FLAT)
    area_mm2, outline_mm = 6 * length_mm + 9 * math.pi, 2 * length_mm + 6 * math.pi
    assert abs(volume_mm3(found, 0.1) - area_mm2 * depth_mm) <= outline_mm * 0.05 * depth_mm + 0.01
    assert int(found.volume[1]) <= int((-found.heights.astype(np.int64)).sum())


@given(st.floats(0, 2 * math.pi), st.sampled_from(list(TOOLS)))
@settings(max_examples=30, deadline=None)
def test_a_level_cut_leaves_the_tools_profile_across_it(angle: float, name: str) -> None:
    tool, c, s = TOOLS[name], math.cos(angle), math.sin(angle)
    found = cut(line((-12 * c, -12 * s, -2.0), (12 * c, 12 * s, -2.0)), tool)
    grid = grid_of(STOCK, 0.1)
    x, y = np.meshgrid(grid.x_mm, grid.y_mm)
    along, aside = x * c + y * s, np.abs(y * c - x * s)
    for row, column in np.argwhere((np.abs(along) < 8) & (np.abs(aside - tool.radius_mm) > 1e-3))[::97]:
        away = float(aside[row, column])
        expected = min(0.0, -2.0 + tool.height_mm(away)) if away < tool.radius_mm else 0.0
        assert found.heights[row, column] / UNITS_PER_MM == pytest.approx(expected, abs=6e-5)


def test_a_ball_leaves_a_round_trough_of_the_known_volume() -> None:
    found = cut(line((-15, 0, -3.0), (15, 0, -3.0)), BALL)
    exact = math.pi * 9 / 2 * 30 + 2 / 3 * math.pi * 27
    assert volume_mm3(found, 0.1) == pytest.approx(exact, rel=2e-3)


def test_a_cone_leaves_a_groove_of_the_known_volume() -> None:
    sharp = ToolShape("cone", 10.0, tip_angle_deg=90)
    found = cut(line((-15, 0, -3.0), (15, 0, -3.0)), sharp)
    exact = 3 * 3 * 30 + math.pi * 9 * 3 / 3
    assert volume_mm3(found, 0.1) == pytest.approx(exact, rel=2e-3)


def heights_of(tool: ToolShape, away: NDArray[np.float64]) -> NDArray[np.float64]:
    if tool.shape == "cone":
        return np.maximum(away - 0.2, 0) * math.sqrt(3)
    corner = {"flat": 0.0, "ball": 3.0, "bull": 1.0}[tool.shape]
    return corner - np.sqrt(np.maximum(corner**2 - np.maximum(away - (3.0 - corner), 0) ** 2, 0))


@pytest.mark.parametrize("name", list(TOOLS))
@pytest.mark.parametrize("drop_mm", [0.5, 3.0, 12.0, 200.0])
@pytest.mark.parametrize("up", [False, True])
def test_a_ramp_leaves_the_lowest_of_many_stamps(name: str, drop_mm: float, up: bool) -> None:
    """Independently: the tool set down at 4000 places of its way, at each cell the lowest."""
    tool, cell = TOOLS[name], 0.5
    a, b = np.array([-6.0, -3.0, 0.0 if not up else -drop_mm]), np.array([5.0, 4.0, -drop_mm if not up else 0.0])
    found = cut(line(tuple(a), tuple(b)), tool, cell).heights / UNITS_PER_MM
    grid = grid_of(STOCK, cell)
    x, y = np.meshgrid(grid.x_mm, grid.y_mm)
    expected = np.zeros(x.shape)
    for share in np.linspace(0, 1, 4001):
        p = a + share * (b - a)
        away = np.sqrt((x - p[0]) ** 2 + (y - p[1]) ** 2)
        edge = np.where(away <= tool.radius_mm, heights_of(tool, away), np.inf)
        expected = np.minimum(expected, p[2] + edge)
    apart = found - expected
    steepest = drop_mm / 4000 + 2e-3
    assert apart.max() <= 1e-4
    assert (apart < -steepest).sum() <= 2


def test_a_helix_bores_a_hole_of_the_known_volume() -> None:
    turns = "".join(f"G3 X2 Y0 Z{-0.5 * n} I-2 F600\n" for n in range(1, 9)) + "G3 X2 Y0 I-2\n"
    found = cut(program("G0 X2 Y0\nG1 Z0 F200\n" + turns), FLAT, 0.05)
    assert volume_mm3(found, 0.05) == pytest.approx(math.pi * 25 * 4, rel=3e-3)
    assert found.heights.min() == -40_000


def test_an_arc_across_the_plane_leaves_a_round_trough() -> None:
    found = cut(program("G18\nG0 X-8 Y0 Z0\nG2 X8 Z0 I8 F600\n"), ToolShape("flat", 1.0), 0.05)
    grid = grid_of(STOCK, 0.05)
    row = found.heights[int(20 / 0.05)] / UNITS_PER_MM
    x = np.clip(np.abs(grid.x_mm) - 0.5, 0, None)
    inside = x < 7.5
    assert np.allclose(row[inside], -np.sqrt(64 - x[inside] ** 2), atol=0.01)


@given(
    st.lists(st.tuples(st.floats(-12, 12), st.floats(-12, 12)), min_size=2, max_size=5),
    st.lists(st.floats(0.01, 0.99), max_size=6),
)
@settings(max_examples=40, deadline=None)
def test_a_level_flat_cut_does_not_depend_on_how_it_is_split(places: list[tuple[float, float]], shares: list[float]) -> None:
    split = [places[0]]
    for (x0, y0), (x1, y1) in itertools.pairwise(places):
        split += [(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share) for share in sorted(shares)] + [(x1, y1)]
    one, other = (cut(line(*((x, y, -1.5) for x, y in way)), FLAT, 0.2).heights for way in (places, split))
    assert np.array_equal(one, other)


@given(st.integers(-40, 40), st.integers(-40, 40), st.integers(1, 9))
@settings(max_examples=40, deadline=None)
def test_a_cut_of_round_numbers_on_the_border_of_cells_does_not_depend_on_its_split(x: int, y: int, parts: int) -> None:
    """Walls that pass exactly through cell centres."""
    ends = (-5.0, y * 0.1 - 3.05), (x * 0.1, y * 0.1 - 3.05)
    split = [(ends[0][0] + (ends[1][0] - ends[0][0]) * n / parts, ends[0][1], -1.0) for n in range(parts + 1)]
    one, other = cut(line(*((*p, -1.0) for p in ends)), FLAT), cut(line(*split), FLAT)
    assert np.array_equal(one.heights, other.heights)


@pytest.mark.parametrize("name", list(TOOLS))
def test_any_split_of_a_ramp_leaves_the_same_to_a_unit(name: str) -> None:
    a, b = (-6.0, -3.0, 0.3), (5.0, 4.0, -2.7)
    parts = [tuple(p + (q - p) * n / 7 for p, q in zip(a, b, strict=True)) for n in range(8)]
    one, other = cut(line(a, b), TOOLS[name]), cut(line(*parts), TOOLS[name])  # type: ignore[arg-type]
    assert np.abs(one.heights - other.heights).max() <= 1


@given(st.integers(0, 2**32 - 1), st.sampled_from(list(TOOLS)))
@settings(max_examples=25, deadline=None)
def test_the_order_of_cuts_does_not_matter_to_the_stock(seed: int, name: str) -> None:
    random = np.random.default_rng(seed)
    cuts = [random.uniform([-12, -12, -3], [12, 12, 0], (2, 3)) for _ in range(5)]

    def joined(order: Any) -> Toolpath:
        places = [tuple(p) for n in order for p in ((*cuts[n][0][:2], 5.0), cuts[n][0], cuts[n][1], (*cuts[n][1][:2], 5.0))]
        return line(*places)  # type: ignore[arg-type]

    one, other = (cut(joined(order), TOOLS[name], 0.4) for order in (range(5), random.permutation(5)))
    assert np.array_equal(one.heights, other.heights)
    assert volume_mm3(one, 0.4) == pytest.approx(volume_mm3(other, 0.4))


def test_each_move_tells_what_it_took_and_where() -> None:
    path = program("G0 X-10 Y0\nG1 Z-2 F200\nX10 F900\nG0 Z5\nX-10\nG1 Z-2\nX10\nX10 Y10 Z-3\n")
    found = cut(path, FLAT, 0.1)
    took = (found.volume > 0).tolist()
    assert took == [False, False, True, True, False, False, False, False, True]
    assert found.depth[3] == 20_000
    assert found.cells[3] * 0.01 == pytest.approx(6 * 20, rel=0.01)
    assert found.cutters[200, 200] == 3
    assert (found.cutters >= 0).sum() == (found.heights < 0).sum()


def test_a_rapid_that_only_touches_meets_nothing_and_one_into_the_wall_does() -> None:
    slot = "G0 X-10 Y0\nG1 Z-2 F200\nX10 F900\n"
    for moves, meets in (("G0 X-10\n", False), ("G0 X-10 Y0.009\n", False), ("G0 X-10 Y0.2\n", True), ("G0 X12\n", True)):
        assert (cut(program(slot + moves), FLAT, 0.05).cells[-1] > 0) == meets, moves


@pytest.mark.parametrize("name", list(TOOLS))
@pytest.mark.parametrize(("aside_mm", "meets"), [(0.009, False), (0.1, True)])
def test_a_rapid_beside_its_own_groove_meets_the_flank_only_beyond_a_tolerance(name: str, aside_mm: float, meets: bool) -> None:
    groove = f"G0 X-10 Y0\nG1 Z-2 F200\nX10 F900\nG0 X10 Y{aside_mm}\nX-10\n"
    assert (cut(program(groove), TOOLS[name], 0.05).cells[-1] > 0) == meets


def test_a_holder_meets_stock_that_the_tool_does_not_reach() -> None:
    holder = (Profile(0, 4.0, 4.0, lift_mm=10.0), Profile(0, 12.0, 12.0, lift_mm=14.0))
    path = program("G0 X0 Y0\nG1 Z-8 F200\nX5\nZ-12\nZ-16\nG0 Z5\n")
    found = cut(path, FLAT, 0.2, holder=holder)
    assert found.holder.tolist() == [0, 0, 0, 0, 1, 1, 1]
    x, y = grid_of(STOCK, 0.2).place_mm(int(found.holder_place[4]))
    assert math.hypot(x - 5, y) <= 4.01


def test_stock_has_a_bottom_where_it_has_a_thickness() -> None:
    found = cut(line((-5, 0, -9.0), (5, 0, -9.0)), FLAT, stock=Stock((-20, -20), (20, 20), 0.0, 3.0))
    assert found.heights.min() == -30_000


def test_pre_cut_stock_is_given_as_heights() -> None:
    grid = grid_of(STOCK, 0.2)
    first = cut(line((-5, 0, -3.0), (5, 0, -3.0)), FLAT, 0.2)
    again = KERNELS.heightmap(line((-5, 0, -3.0), (5, 0, -3.0)), profile_of(FLAT), grid, first.heights, -(2**31) + 1)
    assert again.volume.sum() == 0


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (lambda: Stock((0, 0), (0, 9)), "no area"),
        (lambda: Stock((math.nan, 0), (9, 9)), "no place"),
        (lambda: Stock((0, 0), (1e9, 9)), "no place"),
        (lambda: Stock((0, 0), (9, 9), math.inf), "no height"),
        (lambda: Stock((0, 0), (9, 9), 0.0, 0.0), "thickness_mm"),
        (lambda: grid_of(Stock((0, 0), (9, 9)), 0.0), "cell_mm"),
        (lambda: grid_of(Stock((0, 0), (9e3, 9e3)), 0.1), "take larger cells"),
        (lambda: stock_around(from_columns({"kind": [1], "x_mm": [1e9]}), 1.0), "not every coordinate"),
    ],
)
def test_bad_stock_is_refused_with_its_cause(bad: Any, words: str) -> None:
    with pytest.raises(SimulationError, match=words):
        bad()


def test_a_tool_larger_than_the_stock_cuts_all_of_it() -> None:
    small = Stock((0, 0), (2, 2))
    found = cut(line((1, 1, -1.0), (1.5, 1, -1.0)), ToolShape("flat", 50.0), 0.5, small)
    assert (found.heights == -10_000).all()


def test_the_usual_grid_stays_within_its_bounds() -> None:
    for size in (1.0, 81.0, 600.0, 9e4):
        grid = grid_of(Stock((0, 0), (size, size)))
        assert grid.columns * grid.rows <= 1.1 * (1 << 20)
        assert grid.columns * grid.cell_mm >= size - 1e-6


@given(st.sampled_from(list(TOOLS)), st.floats(0, 1))
def test_the_width_at_a_height_is_the_inverse_of_the_profile(name: str, share: float) -> None:
    tool = TOOLS[name]
    height = share * tool.height_mm(tool.radius_mm)
    if name != "flat":
        assert tool.height_mm(radius_at_mm(tool, height)) == pytest.approx(height, abs=1e-6)
    assert radius_at_mm(tool, 99) == tool.radius_mm
