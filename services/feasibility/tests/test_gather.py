"""Do drawings, guitar models and presets become the facts that a person would measure?"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from rmos.contracts.base import Risk
from rmos.contracts.evaluation import EvaluateRequest, FeasibilityReport, ModelRequest
from rmos.contracts.fretboard import angle_deg, fan_of, fret_lines
from rmos.feasibility import BaselineFeasibilityEngineV1, Rejected
from rmos.feasibility.domain import Facts
from rmos.feasibility.gather import facts_of
from rmos.feasibility.models import model_rows, request_of
from rmos.feasibility.presets import load_presets
from safe_requests import SAFE_REQUESTS, SLOTTED, Body, safe

PRESETS = load_presets()
ENGINE = BaselineFeasibilityEngineV1(PRESETS)
FRETBOARD = SAFE_REQUESTS["fret_slots"]["design"]
CIRCLE = math.tau


def facts(body: Body) -> Facts:
    return facts_of(EvaluateRequest.model_validate(body).in_mm(), PRESETS)


def judge(body: Body) -> FeasibilityReport:
    return ENGINE.compute(EvaluateRequest.model_validate(body))


def held(body: Body) -> set[str]:
    return {finding.rule_id for finding in judge(body).findings}


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


# Fretboards


def place(scale: float, fret: float) -> float:
    return scale * (1 - 2 ** (-fret / 12))


def angle_by_hand(treble: float, bass: float, square: float, fret: int, frets: int, nut: float, heel: float) -> float:
    """Rise of a fret over its width: the scales differ by (bass - treble)·(2^(-p/12) - 2^(-n/12)) there."""
    run = (bass - treble) * (2 ** (-square / 12) - 2 ** (-fret / 12))
    width = nut + (heel - nut) * (1 - 2 ** (-fret / 12)) / (1 - 2 ** (-frets / 12))
    return math.degrees(math.atan2(abs(run), width))


def fanned(square: float, **changes: Any) -> Body:
    design = {**FRETBOARD, "scale_length": 648, "bass_scale_length": 686, "perpendicular_fret": square, "frets": 24, **changes}
    return {"mode": "fret_slots", **SLOTTED, "design": design}


@pytest.mark.parametrize("square", [7, 12])
def test_the_fan_of_648_to_686_mm_has_the_angles_that_a_hand_works_out(square: int) -> None:
    lines = fret_lines(648, 686, 24, 43, 56, square)
    by_hand = [angle_by_hand(648, 686, square, n, 24, 43, 56) for n in range(1, 25)]
    assert [angle_deg(line) for line in lines] == pytest.approx(by_hand, abs=1e-9)
    assert facts(fanned(square)).fret_angle_deg == pytest.approx(max(by_hand))
    assert by_hand.index(max(by_hand)) + 1 == (24 if square == 7 else 1)


def test_the_last_and_the_first_fret_of_a_fan_in_plain_numbers() -> None:
    """Square at 7: at 24 it is 38 mm · (0.66742 - 0.25) = 15.862 mm over 56 mm; at 12, fret 1: 38 mm · (0.5 - 0.94387) = 16.867 mm
    over 43 mm + 13 mm · 0.05613/0.75 = 43.973 mm."""
    assert facts(fanned(7)).fret_angle_deg == pytest.approx(math.degrees(math.atan(15.862 / 56)), abs=1e-3)
    assert facts(fanned(12)).fret_angle_deg == pytest.approx(math.degrees(math.atan(16.867 / 43.973)), abs=1e-3)


@given(
    treble=st.floats(300, 700), more=st.floats(-100, 100), square=st.integers(1, 24), nut=st.floats(30, 60), heel=st.floats(40, 80),
)  # fmt: skip
def test_the_fret_that_should_be_square_is(treble: float, more: float, square: int, nut: float, heel: float) -> None:
    lines = fret_lines(treble, treble + more, 24, nut, heel, square)
    assert angle_deg(lines[square - 1]) < 1e-9
    for number, line in enumerate(lines, 1):
        assert angle_deg(line) == pytest.approx(angle_by_hand(treble, treble + more, square, number, 24, nut, heel), abs=1e-7)


@given(scale=st.floats(300, 1100), frets=st.integers(1, 36), nut=st.floats(30, 60), heel=st.floats(30, 80))
def test_a_straight_board_has_no_angle_and_its_frets_lie_by_equal_temperament(
    scale: float, frets: int, nut: float, heel: float
) -> None:
    design = {**FRETBOARD, "scale_length": scale, "frets": frets, "nut_width": nut, "heel_width": heel}
    found = facts(safe("fret_slots", design=design))
    assert (found.fret_angle_deg, found.perpendicular_drift_deg, found.bass_shorter) == (0, 0, False)
    least = place(scale, frets) - place(scale, frets - 1)
    assert found.fret_gap_mm == pytest.approx(least)


def test_the_board_widens_evenly_from_the_nut_to_the_last_fret() -> None:
    lines = fret_lines(648, 648, 24, 43, 56, 0)
    assert lines[-1][1][1] - lines[-1][0][1] == pytest.approx(56)
    at_twelve = lines[11][1][1] - lines[11][0][1]
    assert at_twelve == pytest.approx(43 + 13 * 0.5 / 0.75)
    assert [line[0][1] for line in lines] == [-line[1][1] for line in lines]


def test_the_side_with_the_longer_scale_is_told() -> None:
    assert not facts(fanned(12)).bass_shorter
    swapped = facts(fanned(12, scale_length=686, bass_scale_length=648))
    assert swapped.bass_shorter
    assert (swapped.scale_min_mm, swapped.scale_max_mm) == (648, 686)
    assert "T025" in held(fanned(12, scale_length=686, bass_scale_length=648))


def drawn(lines: Sequence[Any], **changes: Any) -> Body:
    return safe(
        "fret_slots", design={**FRETBOARD, "frets": len(lines), "lines": [list(map(list, line)) for line in lines], **changes}
    )


STRAIGHT = fret_lines(647.7, 647.7, 22, 43, 56, 0)


def test_lines_that_are_given_count_as_they_are() -> None:
    assert judge(drawn(STRAIGHT)) == judge(safe("fret_slots"))
    assert judge(
        drawn(fret_lines(648, 686, 24, 43, 56, 7), scale_length=648, bass_scale_length=686, perpendicular_fret=7)
    ) == judge(fanned(7))


def test_lines_that_cross_are_red() -> None:
    crossing = [*STRAIGHT[:10], ((STRAIGHT[11][0][0] + 1, -20), STRAIGHT[10][1]), *STRAIGHT[11:]]
    found = facts(drawn(crossing))
    assert found.fret_gap_mm == pytest.approx(-1)
    assert "T024" in held(drawn(crossing))


def test_lines_that_touch_within_a_slots_width_are_red() -> None:
    for gap, red in ((0.66, False), (0.64, True)):
        near = [*STRAIGHT[:21], tuple((x + gap, y) for x, y in STRAIGHT[20])]
        assert facts(drawn(near)).fret_gap_mm == pytest.approx(gap)
        assert ("T024" in held(drawn(near))) is red


def turned(line: Any, degrees: float) -> Any:
    (x, low), (_, high) = line
    half = (high - low) / 2 * math.tan(math.radians(degrees))
    return (x - half, low), (x + half, high)


@pytest.mark.parametrize(("degrees", "rules"), [(0.49, set()), (0.51, {"T022"}), (-0.51, {"T022"}), (12.1, {"T022", "T023"})])
def test_a_line_of_a_straight_board_that_is_turned_is_red_beyond_half_a_degree(degrees: float, rules: set[str]) -> None:
    body = drawn([*STRAIGHT[:21], turned(STRAIGHT[21], degrees)])
    assert facts(body).fret_angle_deg == pytest.approx(abs(degrees))
    assert facts(body).perpendicular_drift_deg == pytest.approx(abs(degrees))
    assert held(body) & {"T022", "T023", "T024"} == rules


@pytest.mark.parametrize(("square", "drift"), [(7, 0), (9, 1), (8, 1), (12, 1)])
def test_a_fan_that_turns_about_another_fret_than_it_says_has_drifted(square: int, drift: int) -> None:
    """Drawn about fret 7."""
    lines = fret_lines(648, 686, 24, 43, 56, 7)
    body = drawn(lines, scale_length=648, bass_scale_length=686, perpendicular_fret=square)
    by_hand = angle_by_hand(648, 686, 7, square, 24, 43, 56)
    assert facts(body).perpendicular_drift_deg == pytest.approx(by_hand, abs=1e-9)
    assert ("T022" in held(body)) == bool(drift)


def test_between_two_frets_the_nearer_one_is_looked_at() -> None:
    lines = fret_lines(648, 686, 24, 43, 56, 7.5)
    body = drawn(lines, scale_length=648, bass_scale_length=686, perpendicular_fret=7.5)
    by_hand = [angle_by_hand(648, 686, 7.5, n, 24, 43, 56) for n in (7, 8)]
    assert facts(body).perpendicular_drift_deg == pytest.approx(min(by_hand))


def test_a_fan_about_the_nut_has_no_line_to_be_square() -> None:
    lines = fret_lines(648, 686, 24, 43, 56, 0)
    assert facts(drawn(lines, scale_length=648, bass_scale_length=686, perpendicular_fret=0)).perpendicular_drift_deg == 0


def test_a_line_along_the_strings_is_turned_by_90_degrees() -> None:
    assert angle_deg(((0, 5), (40, 5))) == pytest.approx(90)
    assert angle_deg(((0, -20), (0, 20))) == 0
    assert fan_of([((3, 0), (3, 9))]).gap_mm == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"bass_scale_length": 686}, {"perpendicular_fret": 7}, {"bass_scale_length": 686, "perpendicular_fret": 23},
        {"frets": 0}, {"frets": 37}, {"frets": 22.5}, {"lines": [[[0, 0], [0, 40]]]}, {"bass_scale_length": 686, "perpendicular_fret": -1},
    ],
)  # fmt: skip
def test_a_fretboard_that_cannot_be_is_refused(changes: Body) -> None:
    with pytest.raises(ValidationError):
        facts(safe("fret_slots", design={**FRETBOARD, **changes}))


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


# Guitar models

CUT = SAFE_REQUESTS["pocket"]["cut"]
MODEL_CONTEXT = {
    "fret_slots": {**SLOTTED, "slot_width": 0.65, "depth": 1.7},
    "neck_pocket": {"tool_id": "flat_6mm_2f", "material_id": "alder", "machine_id": "shapeoko_4_xxl", "cut": CUT,
                    "options": {"stock_thickness": 45, "stickout": 25}, "wall": 20},
}  # fmt: skip
ROWS = [(row.id, operation) for row in model_rows(PRESETS) for operation in row.operations]


def model_request(model: str, operation: str = "fret_slots", **changes: Any) -> EvaluateRequest:
    body = {"model_id": model, "operation": operation, **MODEL_CONTEXT[operation], **changes}
    return request_of(ModelRequest.model_validate(body), PRESETS)


@pytest.mark.parametrize(("model", "operation"), ROWS)
def test_every_operation_that_a_model_offers_can_be_judged(model: str, operation: str) -> None:
    report = ENGINE.compute(model_request(model, operation))
    assert report.overall_risk in (Risk.GREEN, Risk.YELLOW), report.recommendations
    assert (report.mode, report.missing) == ("fret_slots" if operation == "fret_slots" else "pocket", ())


def test_a_row_tells_what_the_presets_say_of_a_model() -> None:
    rows = {row.id: row for row in model_rows(PRESETS)}
    assert set(rows) == set(PRESETS.models)
    assert (rows["stratocaster"].scale_length_mm, rows["stratocaster"].frets, rows["stratocaster"].strings) == (647.7, 22, 6)
    assert {row.operations for row in rows.values()} == {("fret_slots", "neck_pocket"), ("fret_slots",), ()}


@pytest.mark.parametrize("model", [m for m in PRESETS.models if (m, "fret_slots") not in ROWS])
def test_a_model_without_a_fretboard_asks_for_one_and_takes_it(model: str) -> None:
    with pytest.raises(Rejected, match="fretboard") as refused:
        model_request(model)
    assert (refused.value.code, refused.value.pointer) == ("incomplete", "/fretboard_id")
    design: Any = model_request(model, fretboard_id="standard_22").design
    assert (design.frets, design.nut_width) == (PRESETS.models[model].frets, 43)


@pytest.mark.parametrize("model", [m for m in PRESETS.models if (m, "neck_pocket") not in ROWS])
def test_a_model_without_a_neck_pocket_says_so(model: str) -> None:
    with pytest.raises(Rejected) as refused:
        model_request(model, "neck_pocket")
    assert (refused.value.code, refused.value.pointer) == ("incomplete", "/operation")


@pytest.mark.parametrize(
    ("changes", "code", "pointer", "near"),
    [
        ({"model_id": "stratocastr"}, "not_found", "/model_id", "stratocaster"),
        ({"model_id": "☃"}, "not_found", "/model_id", "none is near"),
        ({"fretboard_id": "standard_23"}, "unknown_id", "/fretboard_id", "standard_22"),
    ],
)
def test_what_a_model_does_not_know_has_near_names(changes: Body, code: str, pointer: str, near: str) -> None:
    with pytest.raises(Rejected, match=near) as refused:
        request_of(ModelRequest.model_validate({"model_id": "stratocaster", **changes}), PRESETS)
    assert (refused.value.code, refused.value.pointer) == (code, pointer)


def test_a_model_supplies_what_is_not_stated() -> None:
    bare: Any = request_of(ModelRequest(model_id="stratocaster"), PRESETS).design
    board = PRESETS.fretboards["standard_22"]
    assert (bare.scale_length, bare.slot_width, bare.depth) == (647.7, board.tang_mm, board.slot_depth_mm)
    pocket: Any = request_of(ModelRequest(model_id="les_paul", operation="neck_pocket"), PRESETS).design
    assert pocket.boundary == ((0, 0), (89, 0), (89, 53), (0, 53))
    assert (pocket.depth, pocket.wall) == (16, None)
    assert "wall_mm" in {
        fact.fact
        for fact in ENGINE.compute(request_of(ModelRequest(model_id="les_paul", operation="neck_pocket"), PRESETS)).missing
    }


def test_a_fanned_fretboard_brings_its_bass_scale_and_its_square_fret() -> None:
    design: Any = model_request("stratocaster", fretboard_id="multiscale_24").design
    assert (design.scale_length, design.bass_scale_length, design.perpendicular_fret, design.frets) == (647.7, 685.8, 12, 22)


LENGTHS = ("slot_width", "depth", "wall")
SETTINGS = ("stepdown", "feed_per_min", "plunge_per_min")


@pytest.mark.parametrize("operation", ["fret_slots", "neck_pocket"])
@settings(max_examples=30, deadline=None)
@given(value=st.integers(1, 30_000).map(lambda n: n / 1000), thickness=st.integers(1, 60_000).map(lambda n: n / 1000))
def test_what_is_stated_of_a_model_in_inches_is_converted(operation: str, value: float, thickness: float) -> None:
    context = MODEL_CONTEXT[operation]
    own = {name: value for name in LENGTHS if name in context}
    in_mm = model_request("stratocaster", operation, **own, options={"stock_thickness": thickness, "stickout": 12.7})
    cut = {name: v / 25.4 if name in SETTINGS else v for name, v in context["cut"].items()}
    inches = {name: v / 25.4 for name, v in own.items()}
    converted = model_request(
        "stratocaster",
        operation,
        **inches,
        cut=cut,
        options={"stock_thickness": thickness / 25.4, "stickout": 0.5},
        units="inch",
    )
    assert ENGINE.compute(converted) == ENGINE.compute(in_mm)
    assert (converted.units, converted.design) == ("mm", in_mm.design)


@pytest.mark.parametrize(
    ("operation", "field", "value"),
    [
        ("neck_pocket", "wall", 999_999.0),
        ("fret_slots", "depth", 999_999.0),
    ],
)
def test_an_override_that_no_millimetre_can_hold_is_refused_by_its_name(operation: str, field: str, value: float) -> None:
    with pytest.raises(Rejected) as refused:
        model_request("stratocaster", operation, **{field: value}, units="inch")
    assert (refused.value.code, refused.value.pointer) == ("invalid", f"/{field}")
