"""Do the native and the reference heightmap agree, bit for bit, for every tool and every kind of move?"""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel import kernels
from rmos.cam_accel.geometry import AXES
from rmos.cam_accel.kernels import NativeKernels, ReferenceKernels
from rmos.cam_accel.simulate.errors import SimulationError
from rmos.cam_accel.simulate.grid import BOTTOMLESS, Stock, grid_of, units
from rmos.cam_accel.simulate.heightmap import Heightmap, full
from rmos.cam_accel.simulate.profile import Profile, profile_of
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath, from_columns

pytestmark = pytest.mark.skipif(kernels._native is None, reason="the native kernels are not built here")
REFERENCE = ReferenceKernels()
SHAPES = {
    "flat": ToolShape("flat", 6.0),
    "ball": ToolShape("ball", 5.0),
    "bull": ToolShape("bull", 6.0, corner_radius_mm=1.3),
    "full bull": ToolShape("bull", 6.0, corner_radius_mm=3.0),
    "v": ToolShape("cone", 8.0, tip_angle_deg=60),
    "blunt v": ToolShape("cone", 8.0, tip_diameter_mm=1.0, tip_angle_deg=90),
    "drill": ToolShape("cone", 3.0, tip_angle_deg=118),
    "needle": ToolShape("cone", 3.0, tip_angle_deg=0.01),
}
HOLDER = (Profile(0, 4.0, 4.0, lift_mm=3.0), Profile(0, 9.0, 9.0, lift_mm=4.5))


def native() -> NativeKernels:
    assert kernels._native is not None
    return NativeKernels(kernels._native)


def wandering(random: np.random.Generator) -> Toolpath:
    """Lines, whole and part arcs in every plane, helices, plunges, tiny moves, dwells and rapids around the surface."""
    rows, at = [], np.array([0.0, 0.0, 1.0])
    for _ in range(int(random.integers(1, 25))):
        kind, plane = int(random.choice([0, 1, 1, 1, 2, 3, 4])), int(random.integers(0, 3))
        end, centre = random.uniform([-15, -15, -4], [15, 15, 1]), np.zeros(3)
        choice = random.random()
        if choice < 0.3:
            end = at + random.choice([0.0, -0.002, 0.003, 0.01, 0.3], 3)
        elif choice < 0.5:
            end[2] = at[2]
        elif choice < 0.6:
            end[:2] = at[:2]
        if kind in (2, 3):
            a, b, c = AXES[plane]
            centre[a], centre[b] = random.uniform(-6, 6, 2)
            turned = random.uniform(0, 2 * math.pi) if random.random() < 0.8 else 0.0
            angle = math.atan2(-centre[b], -centre[a]) + turned
            radius = math.hypot(centre[a], centre[b])
            end[a], end[b] = at[a] + centre[a] + radius * math.cos(angle), at[b] + centre[b] + radius * math.sin(angle)
            end[c] = at[c] + random.choice([0.0, -0.5, 0.7])
        rows.append([kind, plane, *end, *centre])
        at = end
    names = ("kind", "plane", "x_mm", "y_mm", "z_mm", "i_mm", "j_mm", "k_mm")
    return from_columns(dict(zip(names, np.array(rows).T, strict=True)), start_mm=(0.0, 0.0, 1.0))


def both(path: Toolpath, tool: ToolShape, stock: Stock, cell_mm: float, holder: tuple[Profile, ...] = ()) -> Heightmap:
    grid = grid_of(stock, cell_mm)
    arguments: Any = (path, profile_of(tool), grid, full(grid, stock.top_mm), stock.bottom_units, holder)
    one, other = native().heightmap(*arguments), REFERENCE.heightmap(*arguments)
    for field in fields(Heightmap):
        a, b = getattr(one, field.name), getattr(other, field.name)
        assert a.dtype == b.dtype
        assert np.array_equal(a, b), (field.name, np.argwhere(a != b)[:5])
    return one


@given(st.integers(0, 2**32 - 1), st.sampled_from(list(SHAPES)), st.sampled_from([0.21, 0.5, 1.7]), st.booleans())
@settings(max_examples=150, deadline=None)
def test_any_path_leaves_the_same_stock(seed: int, shape: str, cell_mm: float, thick: bool) -> None:
    """Stock smaller than the path's reach, with and without a bottom, with a holder above the tool."""
    random = np.random.default_rng(seed)
    low, size = random.uniform(-16, 0, 2), random.uniform(2, 25, 2)
    stock = Stock((low[0], low[1]), (low[0] + size[0], low[1] + size[1]), 0.3, 2.5 if thick else None)
    both(wandering(random), SHAPES[shape], stock, cell_mm, HOLDER if seed % 2 else ())


@given(st.integers(0, 2**32 - 1), st.sampled_from(list(SHAPES)))
@settings(max_examples=60, deadline=None)
def test_any_columns_leave_the_same_stock(seed: int, shape: str) -> None:
    """Also arcs whose ends lie off their circle, arcs without a radius, and moves on round numbers."""
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 30))
    values = [0.0, -0.0, 1.0, 1 / 3, -0.5, 2.25, *random.normal(0, 9, 4)]
    reals = {name: random.choice(values, count) for name in ("x_mm", "y_mm", "z_mm", "i_mm", "j_mm", "k_mm")}
    path = from_columns({**reals, "kind": random.integers(0, 7, count), "plane": random.integers(0, 3, count)})
    both(path, SHAPES[shape], Stock((-8, -8), (8, 8)), 0.5)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_runs_of_short_level_moves_leave_the_same_stock(seed: int) -> None:
    """Each begins inside what the move before it cleared; heights go up and down between them."""
    random = np.random.default_rng(seed)
    count = int(random.integers(2, 120))
    heading = np.cumsum(random.normal(0, 0.4, count))
    z = np.repeat(random.choice([-1.0, -1.5, -0.7], count // 4 + 1), 4)[:count]
    columns = {"kind": random.choice([0, 1, 1, 1, 1], count), "z_mm": z}
    columns |= {"x_mm": np.cumsum(0.3 * np.cos(heading)), "y_mm": np.cumsum(0.3 * np.sin(heading))}
    both(from_columns(columns), SHAPES["flat"], Stock((-20, -20), (20, 20)), 0.4, HOLDER[:1])


@given(st.integers(0, 2**32 - 1), st.sampled_from(list(SHAPES)))
@settings(max_examples=40, deadline=None)
def test_any_tool_engages_the_stock_alike(seed: int, shape: str) -> None:
    random, tool = np.random.default_rng(seed), SHAPES[shape]
    path = wandering(random)
    feeds, speeds = random.choice([60.0, 1200.0, 1e4], len(path)), random.choice([0.0, 9000.0, 24e3], len(path))
    path = replace(path, feed_mm_min=feeds, spindle_rpm=speeds)
    found = native().engagement(path, tool.diameter_mm, profile_of(tool))
    assert found == REFERENCE.engagement(path, tool.diameter_mm, profile_of(tool))


def test_what_is_no_place_or_too_much_is_refused_alike() -> None:
    grid = grid_of(Stock((0, 0), (9, 9)), 1.0)
    heights = full(grid, 0.0)
    bad = [{"x_mm": [0.0, math.nan]}, {"z_mm": [0.0, 1e9]}, {"j_mm": [math.inf, 0.0]}]
    for columns in bad:
        path = from_columns({"kind": [1, 1], **columns})
        for which in (native(), REFERENCE):
            with pytest.raises(SimulationError, match="is no place within") as error:
                which.heightmap(path, profile_of(SHAPES["flat"]), grid, heights, BOTTOMLESS)
            assert error.value.code == "place"
    far = from_columns({"kind": np.ones(1000), "x_mm": np.tile([-9e4, 9e4], 500)})
    fine = grid_of(Stock((0, 0), (9, 9)), 0.003)
    for which in (native(), REFERENCE):
        with pytest.raises(SimulationError, match="take cells larger"):
            which.heightmap(far, profile_of(SHAPES["flat"]), fine, full(fine, 0.0), BOTTOMLESS)


def test_the_native_kernel_refuses_arrays_of_another_kind() -> None:
    assert kernels._native is not None
    path, profiles = from_columns({"kind": [1]}), np.ones((2, 6))
    arguments = kernels._arguments(path)
    for heights in (np.zeros((3, 3)), np.zeros((3, 3), dtype=np.int32)[:, ::2], np.zeros(9, dtype=np.int32)):
        with pytest.raises(TypeError):
            kernels._native.heightmap(*arguments, profiles, 0.0, 0.0, 1.0, heights, 0)
    with pytest.raises(ValueError, match="no cell"):
        kernels._native.heightmap(*arguments, profiles, 0.0, 0.0, 1.0, np.zeros((0, 3), dtype=np.int32), 0)
    with pytest.raises(ValueError, match="made smaller"):
        kernels._native.heightmap(*arguments, profiles[:1], 0.0, 0.0, 1.0, np.zeros((3, 3), dtype=np.int32), 0)


@given(st.floats(-5e4, 5e4))
def test_heights_are_rounded_to_the_nearest_unit(mm: float) -> None:
    assert abs(units(mm) - mm * 10_000) <= 0.51


@given(st.integers(0, 2**32 - 1), st.sampled_from(list(SHAPES)), st.sampled_from([-3.2, -0.6, -0.001]))
@settings(max_examples=60, deadline=None)
def test_lower_stock_is_cut_like_what_is_low_of_higher_stock(seed: int, shape: str, top_mm: float) -> None:
    """Of a tool only what is below the stock's top is looked at: nothing of it may be missed."""
    path = wandering(np.random.default_rng(seed))
    low, high = (both(path, SHAPES[shape], Stock((-20, -20), (20, 20), top), 0.7).heights for top in (top_mm, 5000.0))
    assert np.array_equal(low, np.minimum(high, units(top_mm)))
