"""Do presets, pockets, nuts, rosettes and bores become the facts that a person would measure?"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from judging import PRESETS, facts, held, judge
from rmos.contracts.base import Risk
from rmos.contracts.evaluation import EvaluateRequest
from rmos.feasibility.domain import Facts
from rmos.feasibility.gather import facts_of
from rmos.feasibility.presets import load_presets
from safe_requests import SAFE_REQUESTS, safe

CIRCLE = math.tau


# Presets


def test_what_nobody_states_is_unknown() -> None:
    known = {f.name for f in fields(Facts) if getattr(facts({"mode": "gcode", "design": {"text": "G21"}}), f.name) is not None}
    assert known == {"mode"}


def test_a_tool_a_material_a_machine_and_a_blade_tell_what_the_presets_say() -> None:
    tool, machine, wood = PRESETS.tools["flat_6mm_2f"], PRESETS.machines["shapeoko_4_xxl"], PRESETS.materials["alder"]
    found = facts(safe("pocket"))
    assert (found.tool_diameter_mm, found.flutes, found.tool_max_rpm) == (tool.diameter_mm, tool.flutes, tool.max_rpm)
    assert found.envelope_mm == (machine.envelope_x_mm, machine.envelope_y_mm, machine.envelope_z_mm)
    assert (found.hardness, found.resinous, found.energy_high_j_cm3) == (wood.hardness, wood.resinous, wood.energy_high_j_cm3)
    sawn, blade = facts(safe("saw")), PRESETS.blades["saw_10_24"]
    assert (sawn.blade_diameter_mm, sawn.blade_teeth, sawn.blade_kerf_mm) == (blade.diameter_mm, blade.teeth, blade.kerf_mm)


@pytest.mark.parametrize("field", ["tool_id", "material_id", "machine_id", "blade_id"])
def test_an_id_that_is_not_known_tells_nothing(field: str) -> None:
    mode = "saw" if field == "blade_id" else "pocket"
    unknown, left_out = facts(safe(mode, **{field: "not-there"})), facts(safe(mode, without=field))
    assert unknown == left_out
    assert judge(safe(mode, without=field)).overall_risk is Risk.UNKNOWN


def test_a_stickout_is_stated_or_measured_by_the_shop_and_never_an_estimate(tmp_path: Path) -> None:
    assert facts(safe("pocket", without="options.stickout")).stickout_mm is None
    (tmp_path / "tools.toml").write_text("[flat_6mm_2f]\nstickout_mm = 28.0\n")
    request = EvaluateRequest.model_validate(safe("pocket", without="options.stickout"))
    assert facts_of(request, load_presets(tmp_path)).stickout_mm == 28
    assert facts(safe("pocket", options__stickout=31.5)).stickout_mm == 31.5
    assert facts(safe("pocket", options__stickout=31.5)).bending_length_mm == 31.5


def test_a_stepped_cutter_bends_like_a_much_shorter_bar() -> None:
    """0.58 mm over 3.5 mm, then 3.175 mm up to 12 mm: (3.5³ + (12³ - 3.5³)·(0.58/3.175)⁴)^⅓."""
    by_hand = (3.5**3 + (12**3 - 3.5**3) * (0.58 / 3.175) ** 4) ** (1 / 3)
    assert facts(safe("fret_slots")).bending_length_mm == pytest.approx(by_hand)
    assert by_hand == pytest.approx(3.551, abs=1e-3)


def test_the_floor_is_what_the_depth_leaves_of_the_stock() -> None:
    assert facts(safe("pocket", options__stock_thickness=20, design__depth=3)).floor_mm == 17
    assert facts(safe("pocket", without="options.stock_thickness")).floor_mm is None


def test_a_program_has_no_safe_height_but_its_own() -> None:
    assert facts(safe("gcode", options__safe_z=-5)).safe_z_mm is None
    assert judge(safe("gcode", options__safe_z=-5)) == judge(SAFE_REQUESTS["gcode"])


# Pockets

Corner = tuple[float, float]


def pocket_facts(boundary: Sequence[Corner], *islands: Sequence[Corner]) -> Facts:
    return facts(safe("pocket", design__boundary=boundary, design__islands=list(islands)))


def test_the_narrow_side_of_a_pocket_is_its_width_whichever_way_it_lies() -> None:
    for boundary in (
        [(0, 0), (76, 0), (76, 56), (0, 56)],
        [(0, 0), (56, 0), (56, 76), (0, 76)],
        [(-9, 5), (67, 5), (67, 61), (-9, 61)],
    ):
        found = pocket_facts(boundary)
        assert (found.width_mm, found.length_mm, found.smallest_feature_mm, found.loop_count) == (56, 76, 56, 1)


SQUARE = [(0.0, 0.0), (60.0, 0.0), (60.0, 60.0), (0.0, 60.0)]
STAR = [(30 + 30 * math.cos(2 * n * CIRCLE / 5), 30 + 30 * math.sin(2 * n * CIRCLE / 5)) for n in range(5)]
SHAPES: dict[str, tuple[list[Corner], bool]] = {
    "square": (SQUARE, False),
    "square the other way round": (SQUARE[::-1], False),
    "square with a corner in the middle of a side": ([(0, 0), (30, 0), *SQUARE[1:]], False),
    "square with a corner twice": ([(0, 0), (0, 0), *SQUARE[1:]], False),
    "triangle": ([(0, 0), (90, 0), (10, 40)], False),
    "circle of 1000 corners": ([(40 * math.cos(n * CIRCLE / 1000), 40 * math.sin(n * CIRCLE / 1000)) for n in range(1000)], False),
    "turned rectangle": ([(0, 0), (30, 40), (22, 46), (-8, 6)], False),
    "square with a dent of a hundredth": ([(0, 0), (30, 0.01), *SQUARE[1:]], True),
    "L": ([(0, 0), (60, 0), (60, 30), (30, 30), (30, 60), (0, 60)], True),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_a_contour_is_complex_where_it_is_not_convex(name: str) -> None:
    shape, is_complex = SHAPES[name]
    assert pocket_facts(shape).geometry_complex is is_complex
    assert pocket_facts([(0, 0), (200, 0), (200, 200), (0, 200)], shape).geometry_complex is is_complex


@pytest.mark.parametrize(
    "shape", [[(0, 0), (60, 60), (60, 0), (0, 60)], STAR, [*SQUARE, *SQUARE], [(0, 0), (60, 0), (60, 60), (30, -9), (0, 60)]]
)
def test_a_contour_that_crosses_itself_is_never_green(shape: list[Corner]) -> None:
    assert pocket_facts(shape).outline_sound is False
    assert judge(safe("pocket", design__boundary=shape)).overall_risk is Risk.RED


@st.composite
def simple_rings(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Corners sorted by their angle round a point within: no side crosses another."""
    points = draw(st.lists(st.tuples(st.integers(-40, 40), st.integers(-40, 40)), min_size=3, max_size=9, unique=True))
    by_angle = {round(math.atan2(y, x), 9): (x, y) for x, y in points if (x, y) != (0, 0)}
    ring = [by_angle[angle] for angle in sorted(by_angle)]
    assume(len(ring) > 2)
    steps = [(b - a) % CIRCLE for a, b in itertools.pairwise([*sorted(by_angle), min(by_angle) + CIRCLE])]
    assume(max(steps) < math.pi - 0.01)
    return ring


def all_on_one_side(ring: Sequence[tuple[int, int]]) -> bool:
    """By whole numbers, so exactly: no corner lies to the right of any side."""
    sides = itertools.pairwise([*ring, ring[0]])
    return all((bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0 for (ax, ay), (bx, by) in sides for x, y in ring)


@settings(max_examples=300, deadline=None)
@given(ring=simple_rings(), turn=st.integers(0, 8), scale=st.sampled_from([0.001, 1.0, 25.4, 100.0]))
def test_a_ring_is_convex_just_when_every_corner_lies_on_one_side_of_every_side(
    ring: list[tuple[int, int]], turn: int, scale: float
) -> None:
    moved = [*ring[turn % len(ring) :], *ring[: turn % len(ring)]]
    found = pocket_facts([(x * scale, y * scale) for x, y in moved])
    assert found.geometry_complex is not all_on_one_side(ring)


# Nuts


def nut(length: float, *slots: tuple[float, float]) -> Facts:
    return facts(
        safe(
            "nut_slots",
            design={"length": length, "slots": [{"position": p, "width": w, "depth": 1 + p / 100} for p, w in slots]},
        )
    )


def test_gaps_and_edges_are_taken_between_walls() -> None:
    found = nut(43, (10, 0.8), (4, 1.0), (39.5, 0.6))
    assert found.slot_spacing_mm == pytest.approx(6 - 0.4 - 0.5)
    assert found.slot_edge_mm == pytest.approx(43 - 39.5 - 0.3)
    assert found.width_mm == 0.6
    assert found.depth_mm == pytest.approx(1.395)


def test_a_slot_at_the_end_or_beyond_has_no_edge() -> None:
    assert nut(43, (0.4, 0.8)).slot_edge_mm == pytest.approx(0)
    assert nut(43, (45, 1.0)).slot_edge_mm == pytest.approx(-2.5)
    assert nut(43, (-1, 1.0)).slot_edge_mm == pytest.approx(-1.5)


def test_slots_in_one_place_overlap() -> None:
    assert nut(43, (10, 1.0), (10, 0.6)).slot_spacing_mm == pytest.approx(-0.8)


def test_one_slot_has_the_whole_nut_beside_it() -> None:
    assert nut(43, (20, 1.0)).slot_spacing_mm == 43


@given(slots=st.lists(st.tuples(st.floats(0, 43), st.floats(0.2, 12)), min_size=2, max_size=8))
def test_no_two_slots_are_nearer_than_a_limit_unless_the_gap_is(slots: list[tuple[float, float]]) -> None:
    """Of every pair, not of neighbours alone: a wide slot can reach over the one beside it."""
    least = min(abs(a - b) - (v + w) / 2 for (a, v), (b, w) in itertools.combinations(slots, 2))
    found = nut(43, *slots).slot_spacing_mm
    assert found is not None
    for limit in (0, 3, 5):
        assume(abs(least - limit) > 1e-9)
        assert (found < limit) == (least < limit)
    if least > 0:
        assert found == pytest.approx(least)


# Rosettes and bores


def test_the_channel_of_a_rosette_is_half_the_difference_of_its_diameters() -> None:
    found = facts(safe("rosette"))
    assert (found.width_mm, found.smallest_feature_mm, found.wall_mm) == (15, 15, 90)
    assert (found.outer_diameter_mm, found.length_mm, found.loop_count) == (120, 120, 2)


@pytest.mark.parametrize("inner", [120, 121])
def test_a_ring_without_width_is_red(inner: float) -> None:
    assert "R007" in held(safe("rosette", design__inner_diameter=inner))


@given(tiles=st.integers(1, 200), kerf=st.floats(0.1, 5), inner=st.floats(50, 150), width=st.floats(1, 20))
def test_the_kerfs_of_all_tiles_take_their_share_of_the_middle_circle(
    tiles: int, kerf: float, inner: float, width: float
) -> None:
    """tiles · kerf of the circumference, in degrees."""
    body = safe(
        "rosette",
        design__tiles=tiles,
        design__kerf=kerf,
        design__inner_diameter=inner,
        design__outer_diameter=inner + 2 * width,
    )
    round_mm = math.pi * (inner + width)
    assert facts(body).kerf_drift_deg == pytest.approx(tiles * kerf / round_mm * 360)


def test_the_drift_of_60_tiles_in_plain_numbers() -> None:
    """60 · 1.4 mm = 84 mm of a circle of 52.5 mm radius: 1.6 rad."""
    found = facts(safe("rosette", design__tiles=60, design__kerf=1.4))
    assert found.kerf_drift_deg == pytest.approx(math.degrees(1.6))
    assert "R006" in held(safe("rosette", design__tiles=60, design__kerf=1.4))


@given(bore=st.floats(1, 60))
def test_the_tool_runs_on_half_of_what_the_bore_is_wider(bore: float) -> None:
    found = facts(safe("helical", design__diameter=bore))
    assert found.helix_radius_mm == pytest.approx((bore - 6) / 2)
    assert (found.stepover_ratio, found.is_slot, found.bore_mm) == (1.0, True, bore)


def test_without_a_tool_a_helix_has_no_radius() -> None:
    assert facts(safe("helical", without="tool_id")).helix_radius_mm is None


def test_a_bore_no_wider_than_its_tool_is_red() -> None:
    for bore, red in ((6, True), (5, True), (6.01, False)):
        assert ("H003" in held(safe("helical", design__diameter=bore))) is red
