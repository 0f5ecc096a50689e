"""Is the tool's engagement right where the stock is not level: on round boards, and after a larger tool?"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel import engine, kernels, polygons
from rmos.cam_accel.engagement import Engagement, engagement
from rmos.cam_accel.errors import Refused
from rmos.cam_accel.kernels import ReferenceKernels, choose
from rmos.cam_accel.planners import Order, in_design_frame, plan
from rmos.cam_accel.proof import prove
from rmos.cam_accel.simulate.before import tops_of
from rmos.cam_accel.simulate.profile import profile_of
from rmos.cam_accel.targets import target_of
from rmos.cam_accel.targets.floors import Board
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.events import ToolFacts
from rmos.contracts.jobs import Job
from rmos.contracts.toolpath import Toolpath, from_columns

KERNELS, REFERENCE = choose(), ReferenceKernels()
STEPDOWN_MM = 0.25
FRETS = {
    "scale_length": 648.0,
    "frets": 3,
    "nut_width": 52.0,
    "heel_width": 56.0,
    "slot_width": 0.6,
    "depth": 2.0,
    "radius": 184.0,
}
CUT = {"stepdown": STEPDOWN_MM, "stepover_ratio": 0.4, "feed_per_min": 600.0, "plunge_per_min": 200.0, "spindle_rpm": 18000.0}
SLOTTER = ToolFacts(
    tool_id="slotter", diameter_mm=0.6, flutes=2, flute_length_mm=3.0, shank_diameter_mm=3.175, center_cutting=True, kind="fret_slot"
)  # fmt: skip
SMALL = ToolFacts(tool_id="small", diameter_mm=3.0, flutes=2, flute_length_mm=12.0, center_cutting=True, kind="flat")
POCKET = {"boundary": [[0, 0], [40, 0], [40, 30], [0, 30]], "depth": 2.0, "previous_diameter": 6.0}


def order_of(mode: str, design: dict[str, Any], tool: ToolFacts, **cut: Any) -> Order:
    job = Job.model_validate({"job_id": "j", "mode": mode, "design": design, "cut": {**CUT, **cut}})
    return Order(job, tool, None, KERNELS)


def met(order: Order, path: Toolpath, tool: ToolFacts) -> Engagement:
    target = target_of(order)
    assert target is not None
    found = KERNELS.engagement(in_design_frame(order, path), tool.diameter_mm, None, tops_of(target))
    assert found is not None
    return found


PLACES = (
    {},
    {"rotation_deg": 40.0, "origin": [30.0, -20.0]},
    {"heel_radius": 406.0},
    {"bass_scale_length": 686.0, "perpendicular_fret": 2.0},
)


@pytest.mark.parametrize("place", PLACES, ids=["crown along X", "turned", "conical", "fanned"])
def test_on_a_round_board_a_pass_is_as_deep_as_its_stepdown(place: dict[str, Any]) -> None:
    """Level stock would count the fall of the board, 2 mm at its edges, as depth."""
    order = order_of("fret_slots", {**FRETS, **place}, SLOTTER)
    path = plan(order)
    assert met(order, path, SLOTTER).max_axial_mm == pytest.approx(STEPDOWN_MM, abs=0.01)
    level = KERNELS.engagement(path, SLOTTER.diameter_mm)
    assert level is not None
    assert level.max_axial_mm > 1.5


@pytest.mark.parametrize("deeper_mm", [0.1, 0.5, 1.0])
def test_a_pass_that_is_deeper_below_the_round_board_is_counted(deeper_mm: float) -> None:
    order = order_of("fret_slots", FRETS, SLOTTER)
    path = plan(order)
    z = np.where(path.is_cut & (path.z_mm < 0), path.z_mm - deeper_mm, path.z_mm)
    found = met(order, replace(path, z_mm=z), SLOTTER)
    assert found.max_axial_mm >= STEPDOWN_MM + deeper_mm - 0.01


def test_a_blank_that_is_flat_as_yet_is_cut_from_its_own_surface() -> None:
    order = order_of("fret_slots", {**FRETS, "radiused": False}, SLOTTER)
    target = target_of(order)
    assert target is not None
    assert target.top is None
    assert met(order, plan(order), SLOTTER).max_axial_mm == pytest.approx(STEPDOWN_MM, abs=0.01)


def test_the_shank_passes_over_a_round_board_and_not_through_it() -> None:
    """Flutes of 3 mm reach 2 mm deep slots wherever the board falls, and no 3.2 mm deep ones."""
    order = order_of("fret_slots", FRETS, SLOTTER)
    assert prove(order, plan(order)).gouged_area_mm2 == 0
    deep = order_of("fret_slots", {**FRETS, "depth": 3.2}, SLOTTER)
    with pytest.raises(Refused, match="the shank runs into stock"):
        prove(deep, plan(deep))


@pytest.mark.parametrize("low_mm", [-40.0, 0.0, 55.5, 400.0])
def test_the_stock_before_the_cut_is_gone_just_where_another_tool_was(low_mm: float) -> None:
    """Beside a board's edges the tool is in the air: on a grid that holds all of it, some of it or none."""
    target = target_of(order_of("fret_slots", {**FRETS, "rotation_deg": 20.0}, SLOTTER))
    assert target is not None
    tops, board = tops_of(target), target.top
    assert tops is not None
    assert board is not None
    axis = low_mm + 0.37 * np.arange(200)
    x, y = np.meshgrid(axis, axis - 40.0)
    wanted = -board.depths_mm(x, y, x)
    for region in target.regions:
        if region.cut_before:
            inside = shapely.contains_xy(region.polygon, x, y)
            wanted[inside] = np.minimum(wanted[inside], -region.depths_mm(x[inside], y[inside]) - region.deeper_mm)
    assert np.array_equal(tops(axis, axis - 40.0), wanted)


def test_beside_a_conical_board_a_tool_that_cannot_plunge_goes_down_in_the_air() -> None:
    design = {
        "scale_length": 433.0, "bass_scale_length": 473.0, "perpendicular_fret": 20.0, "frets": 26, "nut_width": 44.0, "heel_width": 56.0,
        "radius": 264.0, "heel_radius": 528.0, "overrun": 2.65, "slot_width": 0.8, "depth": 2.4,
    }  # fmt: skip
    tool = SLOTTER.model_copy(update={"diameter_mm": 0.8, "center_cutting": False, "shank_diameter_mm": None})
    order = order_of("fret_slots", design, tool)
    assert prove(order, plan(order)).coverage_ratio == pytest.approx(1.0, abs=0.01)


def test_what_a_larger_tool_took_is_not_cut_again() -> None:
    """In a corner the smaller tool meets less than its own width; in a whole pocket its full width."""
    order = order_of("rest", POCKET, SMALL, stepdown=1.0)
    path = plan(order)
    found, whole = met(order, path, SMALL), KERNELS.engagement(path, SMALL.diameter_mm)
    assert whole is not None
    assert 0.2 < found.max_radial_mm < 2.9 < whole.max_radial_mm
    assert found.max_axial_mm == pytest.approx(1.0, abs=0.35)


def test_what_the_larger_tool_left_is_counted_whatever_the_path() -> None:
    """Straight into a corner at full depth: all of its height is met."""
    order = order_of("rest", POCKET, SMALL)
    columns = {"x_mm": [20, 20, 38.5], "y_mm": [15, 15, 28.5], "z_mm": [5, -2, -2], "feed_mm_min": [0, 200, 900]}
    path = from_columns({**columns, "kind": [0, 1, 1], "spindle_rpm": [9000.0] * 3}, start_mm=(0.0, 0.0, 5.0))
    assert met(order, path, SMALL).max_axial_mm == pytest.approx(2.0, abs=0.01)


def test_only_the_area_that_was_left_can_be_out_of_reach() -> None:
    order = order_of("rest", POCKET, SMALL)
    found = prove(order, plan(order))
    corners = (4 - np.pi) * 1.5**2
    assert found.unreachable_area_mm2 == pytest.approx(corners, abs=0.05)


def test_a_rest_job_of_the_whole_chain_states_what_is_met() -> None:
    order = order_of("rest", POCKET, SMALL, stepdown=1.0)
    stock = engine._stock(order)
    assert stock.tops is not None
    assert stock.tops(np.array([20.0, 0.5]), np.array([15.0, 0.5])).round(2).tolist() == [[-2.0, -2.0], [-2.0, 0.0]]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_native_and_reference_meet_the_same_shaped_stock_alike(seed: int) -> None:
    if kernels._native is None:
        pytest.skip("the native kernels are not built here")
    random = np.random.default_rng(seed)
    count = int(random.integers(2, 20))
    columns = {name: random.uniform(-20, 20, count) for name in ("x_mm", "y_mm")}
    columns |= {"z_mm": random.uniform(-4, 1, count), "feed_mm_min": np.full(count, 900.0)}
    columns |= {"spindle_rpm": random.choice([0.0, 9000.0], count), "kind": random.integers(0, 2, count)}
    path = from_columns(columns, start_mm=(0.0, 0.0, 5.0))
    tool = [ToolShape("flat", 3.0), ToolShape("ball", 4.0), ToolShape("cone", 6.0, tip_angle_deg=60.0, tip_diameter_mm=0.2)][
        int(random.integers(0, 3))
    ]
    board = Board(*random.uniform(40, 300, 2), 50.0, 30.0)

    def tops(x: Any, y: Any) -> Any:
        xs, ys = np.meshgrid(x, y)
        return -board.depths_mm(xs, ys, xs) - np.where(xs > ys, 0.7, 0.0)

    shape = profile_of(tool)
    assert KERNELS.engagement(path, tool.diameter_mm, shape, tops) == REFERENCE.engagement(path, tool.diameter_mm, shape, tops)


@pytest.mark.skipif(kernels._native is None, reason="the native kernels are not built here")
def test_tops_on_another_grid_are_refused() -> None:
    path = from_columns({"kind": [1], "x_mm": [5.0], "z_mm": [-1.0], "feed_mm_min": [100.0]})
    shape = np.array(profile_of(ToolShape("flat", 3.0)).numbers())
    with pytest.raises(ValueError, match="another grid"):
        kernels._native.engagement(*kernels._arguments(path), path.spindle_rpm, 3.0, shape, np.zeros((3, 4), dtype=np.int32))


def test_stock_never_stands_above_zero() -> None:
    """Z 0 is the top of the stock wherever a path is judged."""
    path = from_columns(
        {"kind": [1, 1], "x_mm": [0, 20], "z_mm": [-1, -1], "feed_mm_min": [100, 900], "spindle_rpm": [9e3] * 2}
    )
    found = engagement(path, 6.0, None, lambda x, y: np.full((len(y), len(x)), 3.0))
    assert found is not None
    assert found.max_axial_mm == 1.0


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_a_sweep_in_batches_covers_what_it_covers_line_by_line(seed: int) -> None:
    """Also of ways that cross themselves."""
    random = np.random.default_rng(seed)
    line = np.cumsum(random.uniform(-1, 1, (400, 2)), axis=0)
    swept = polygons.swept([line.tolist()], 1.0)
    slow = [ring for pair in itertools.pairwise(line) for ring in polygons.swept([np.array(pair)], 1.0)]
    assert polygons.area_mm2(swept) == pytest.approx(
        polygons.area_mm2(polygons.combine(polygons.pyclipr.Union, slow)), rel=1e-3
    )
