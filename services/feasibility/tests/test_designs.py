"""Do contours, holes, channels, ledges and carvings become the facts that a person would measure, and can each be run?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import ENGINE, PRESETS, facts, held, judge
from rmos.contracts.base import Risk
from rmos.contracts.evaluation import EvaluateRequest
from rmos.contracts.events import PathFacts
from rmos.feasibility.domain import MODES, REQUIRED
from rmos.feasibility.domain.carving import carved_width_mm, cone_height_mm
from safe_requests import JUDGED, SAFE_REQUESTS, Body, safe

# From the request to what runs


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_may_be_planned_and_is_judged_again_by_what_will_run(mode: str) -> None:
    assert {stage for m, stage in REQUIRED if m == mode} == {"plan", "request", "toolpath"}
    assert ENGINE.compute(EvaluateRequest.model_validate(SAFE_REQUESTS[mode]), to_plan=True).overall_risk is Risk.GREEN


def path_of(body: Body, **changes: Any) -> PathFacts:
    """What a plan that does as it is asked to comes to."""
    asked = facts(body)
    lowest = (asked.depth_mm or 0) + (asked.exposure_mm or 0)
    feed, rpm = asked.feed_mm_min or asked.plunge_mm_min or 0.0, asked.spindle_rpm or 0.0
    axial, diameter = asked.stepdown_mm or 1.0, asked.tool_diameter_mm or 1.0
    met: dict[str, Any] = {
        "max_axial_mm": axial, "max_radial_mm": diameter if asked.mode != "drill" else 0.0,
        "max_removal_mm3_min": axial * diameter * feed, "max_feed_per_turn_mm": feed / rpm,
        "max_plunge_mm_min": asked.plunge_mm_min, "rapid_cuts": 0, "spindle_off_cuts": 0,
    }  # fmt: skip
    path: dict[str, Any] = {
        "moves": 9, "min_mm": (0, 0, -lowest), "max_mm": (50, 50, 5), "cut_length_mm": 50, "max_feed_mm_min": feed,
        "spindle_min_rpm": rpm, "spindle_max_rpm": rpm, "time_s": 3, "kernel": "reference", "rapid_lowest_mm": 5,
        **({} if asked.mode == "saw" else met), **changes,
    }  # fmt: skip
    return PathFacts(**path)


@pytest.mark.parametrize("mode", JUDGED)
def test_a_plan_that_does_as_it_is_asked_to_is_green(mode: str) -> None:
    body = SAFE_REQUESTS[mode]
    report = ENGINE.compute(EvaluateRequest.model_validate(body), path_of(body))
    assert report.overall_risk is Risk.GREEN, report.recommendations


@pytest.mark.parametrize("mode", [m for m in JUDGED if m != "saw"])
def test_a_plan_of_which_nobody_knows_what_it_meets_is_unknown(mode: str) -> None:
    body = SAFE_REQUESTS[mode]
    unmeasured = path_of(body, rapid_cuts=None, spindle_off_cuts=None, max_plunge_mm_min=None)
    assert ENGINE.compute(EvaluateRequest.model_validate(body), unmeasured).overall_risk is Risk.UNKNOWN


@pytest.mark.parametrize("mode", JUDGED)
@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({"min_mm": (0, 0, -90)}, {"E014", "T029", "S070"}),
        ({"max_mm": (5000, 50, 5)}, {"M001"}),
        ({"spindle_max_rpm": 60_000}, {"M003"}),
        ({"max_feed_mm_min": 50_000}, {"M002"}),
        ({"rapid_cuts": 1}, {"E010"}),
        ({"spindle_off_cuts": 1}, {"E011"}),
    ],
)
def test_a_plan_that_does_something_else_is_red(mode: str, change: Body, rules: set[str]) -> None:
    body = SAFE_REQUESTS[mode]
    report = ENGINE.compute(EvaluateRequest.model_validate(body), path_of(body, **change))
    assert report.overall_risk is Risk.RED
    assert rules & {finding.rule_id for finding in report.findings}


# Profiles

SQUARE = [[0, 0], [60, 0], [60, 40], [0, 40]]
L = [[0, 0], [60, 0], [60, 30], [5, 30], [5, 60], [0, 60]]


def profile(**changes: Any) -> Body:
    return safe("profile", **{f"design__{name}": value for name, value in changes.items()})


def test_outside_of_a_contour_the_part_is_a_wall_and_inside_of_it_the_tool_must_fit() -> None:
    outside, inside = facts(profile(contour=SQUARE)), facts(profile(contour=SQUARE, side="inside"))
    assert (outside.wall_mm, outside.width_mm, outside.smallest_feature_mm) == (20, None, None)
    assert (inside.wall_mm, inside.width_mm, inside.length_mm, inside.smallest_feature_mm) == (20, 40, 60, 40)
    assert facts(profile(contour=L)).wall_mm == pytest.approx(5)
    assert "F025" in held(profile(contour=[[0, 0], [60, 0], [60, 5], [0, 5]], side="inside", tabs=None))
    assert "F025" not in held(profile(contour=[[0, 0], [60, 0], [60, 5], [0, 5]], tabs=None))


@pytest.mark.parametrize(("side", "x", "y"), [("outside", 66, 46), ("inside", 54, 34), ("on", 60, 40), ("left", 66, 46)])
def test_the_tool_travels_beside_the_contour(side: str, x: float, y: float) -> None:
    assert facts(profile(contour=SQUARE, side=side)).travel_mm == (x, y, 15)


def test_the_contour_between_tabs_is_what_tabs_and_the_tool_leave_of_it() -> None:
    """200 mm round, 4 tabs of 6 mm, cleared by a tool of 6 mm: 200/4 - 12."""
    assert facts(profile(contour=SQUARE)).tab_gap_mm == pytest.approx(38)
    crowded = profile(contour=SQUARE, tabs={"count": 17, "width": 6, "height": 1.5})
    assert "O003" in held(crowded)
    assert "O003" not in held(profile(contour=SQUARE, tabs={"count": 16, "width": 6, "height": 1.5}))


def test_a_part_that_is_cut_out_is_held_by_tabs_or_a_person_must_look() -> None:
    assert judge(profile()).overall_risk is Risk.GREEN
    assert held(profile(tabs=None)) == {"O002"}
    assert "O002" not in held(profile(tabs=None, through=False))
    assert "O002" not in held(profile(tabs=None, closed=False, side="on"))


def test_a_cut_through_reaches_the_underside_and_no_further_than_the_board_below_it() -> None:
    assert held(profile(depth=9.5)) == {"O001"}
    over = profile(overcut=0.5)
    assert facts(over).depth_mm == 10.5
    assert {"F022"} == held(over) & {"F022", "O001"}
    over["options"]["spoilboard"] = 0.5
    assert judge(over).overall_risk is Risk.GREEN
    over["options"]["spoilboard"] = 0.4
    assert "F022" in held(over)


def test_a_cut_that_is_not_through_leaves_a_floor() -> None:
    assert facts(profile(through=False, depth=8.5)).floor_mm == 1.5
    assert "F038" in held(profile(through=False, depth=8.5))
    assert facts(profile()).floor_mm is None


def test_a_contour_that_crosses_itself_has_no_outside() -> None:
    bow = [[0, 0], [60, 40], [60, 0], [0, 40]]
    assert "Q001" in held(profile(contour=bow))
    assert "Q001" not in held(profile(contour=bow, closed=False, side="on", tabs=None))


# Holes


def drill(**changes: Any) -> Body:
    return safe("drill", **{f"design__{name}": value for name, value in changes.items()})


HOLE = st.tuples(st.integers(-9000, 9000), st.integers(-9000, 9000)).map(lambda p: {"x": p[0] / 100, "y": p[1] / 100})


@settings(max_examples=60, deadline=None)
@given(st.lists(HOLE, min_size=2, max_size=8))
def test_the_wall_between_holes_is_that_of_the_nearest_two(holes: list[dict[str, float]]) -> None:
    by_hand = min(math.dist((a["x"], a["y"]), (b["x"], b["y"])) for n, a in enumerate(holes) for b in holes[:n]) - 10
    assert facts(drill(holes=holes)).hole_gap_mm == pytest.approx(by_hand, abs=1e-9)


def test_one_hole_has_no_neighbour() -> None:
    alone = drill(holes=[{"x": 5, "y": 5}])
    assert facts(alone).hole_gap_mm is None
    assert judge(alone).overall_risk is Risk.GREEN


def test_the_deepest_hole_counts_and_one_that_has_no_depth_is_red() -> None:
    holes = [{"x": 0, "y": 0}, {"x": 30, "y": 0, "depth": 18}]
    found = facts(drill(holes=holes))
    assert (found.depth_mm, found.floor_mm, found.peck_count, found.peck_mm) == (18, 2, 4, 5)
    assert "F004" in held(drill(holes=[{"x": 0, "y": 0}, {"x": 30, "y": 0, "depth": 0}]))


def test_without_a_peck_the_hole_is_one_stroke() -> None:
    found = facts(drill(peck=None))
    assert (found.peck_mm, found.peck_count) == (15, 1)
    assert "D005" in held(drill(peck=None, depth=31, holes=[{"x": 0, "y": 0}]))


def test_a_hole_of_full_width_is_deeper_by_the_tip_of_the_drill() -> None:
    """A tip of 118 degrees on 10 mm: 5 mm over tan 59 degrees."""
    tip = 5 / math.tan(math.radians(59))
    assert facts(drill(full_diameter=True)).depth_mm == pytest.approx(15 + tip)
    flat = drill(full_diameter=True)
    flat["tool_id"] = "flat_8mm_3f"
    assert facts(flat).depth_mm == 15
    assert "F022" in held(drill(full_diameter=True, depth=18))


@pytest.mark.parametrize("name", ["stepdown", "feed_per_min", "stepover_ratio"])
def test_a_drill_is_moved_by_no_other_setting_than_its_plunge(name: str) -> None:
    change: Body = {f"cut__{name}": 5000.0}
    assert judge(safe("drill", **change)) == judge(SAFE_REQUESTS["drill"])


def test_a_drill_that_meets_wood_beside_it_is_red() -> None:
    body = SAFE_REQUESTS["drill"]
    report = ENGINE.compute(EvaluateRequest.model_validate(body), path_of(body, max_radial_mm=0.5))
    assert "K011" in {finding.rule_id for finding in report.findings}


# Channels and ledges


def test_a_channel_is_as_deep_as_its_deepest_place() -> None:
    line = [[0, 0], [400, 0]]
    curved = safe("slot", design={"line": line, "width": 6.4, "depth": 9.5, "floor": "curved", "end_depth": 7, "wall": 20})
    assert facts(curved).depth_mm == 9.5
    curved["design"]["end_depth"] = 11
    assert facts(curved).depth_mm == 11
    curved["design"]["end_depth"] = -1
    assert "F004" in held(curved)


def test_a_channel_is_as_long_as_its_line_and_a_line_of_nothing_is_red() -> None:
    assert facts(safe("slot", design__line=[[0, 0], [30, 40], [30, 140]])).length_mm == pytest.approx(150)
    assert "F023" in held(safe("slot", design__line=[[5, 5], [5, 5]]))


def test_what_a_ledge_leaves_of_the_edge_is_the_wall() -> None:
    """40 mm - 2.4 - 1.5; of a side of 4 mm a tenth of a millimetre."""
    assert facts(safe("ledge")).wall_mm == pytest.approx(36.1)
    assert facts(safe("ledge", design__wall=4.0)).wall_mm == pytest.approx(0.1)
    assert "F028" in held(safe("ledge", design__wall=4.0))
    assert facts(safe("ledge", design__contour=[[0, 0], [300, 0], [300, 10], [0, 10]])).wall_mm == pytest.approx(10 - 7.8)


def test_a_ledge_may_be_narrower_than_its_tool() -> None:
    assert not {"F010", "F025"} & held(safe("ledge"))
    assert (facts(safe("ledge")).width_mm, facts(safe("ledge", design__purfling=None)).width_mm) == (1.5, 2.4)


# Carving


@settings(max_examples=60, deadline=None)
@given(depth=st.floats(0.1, 10), angle=st.floats(15, 115), tip=st.floats(0, 1))
def test_a_bit_carves_as_wide_as_it_is_where_it_meets_the_surface(depth: float, angle: float, tip: float) -> None:
    """At the height of its cone it is as wide as its body."""
    width = carved_width_mm(depth, tip, angle)
    assert cone_height_mm(width, tip, angle) == pytest.approx(depth)
    assert carved_width_mm(depth, tip, 90) == pytest.approx(tip + 2 * depth)


def test_a_line_that_the_greatest_depth_does_not_carve_is_warned_of() -> None:
    """60 degrees, a tip of 0.2 mm, 2.5 mm deep: 0.2 + 5 · 0.57735 = 3.0868 mm."""
    assert "V004" not in held(safe("vcarve", design__line_width=3.08))
    assert held(safe("vcarve", design__line_width=3.09)) == {"V004"}


def test_of_regions_the_widest_and_the_narrowest_count() -> None:
    regions = [{"boundary": SQUARE}, {"boundary": [[0, 0], [30, 0], [30, 2], [0, 2]]}]
    body = safe("vcarve", design={"regions": regions, "depth": 2.5})
    found = facts(body)
    assert (found.width_mm, found.smallest_feature_mm, found.outline_sound) == (40, 2, True)
    crossing = [*regions, {"boundary": [[0, 0], [60, 40], [60, 0], [0, 40]]}]
    assert "Q001" in held(safe("vcarve", design={"regions": crossing, "depth": 2.5}))


def test_a_flat_tool_carves_nothing() -> None:
    assert "V001" in held(safe("vcarve", tool_id="flat_6mm_2f"))
    report = judge(safe("vcarve", tool_id="flat_6mm_2f"))
    assert report.overall_risk is Risk.RED
    assert {"tip_angle_deg", "tip_diameter_mm"} <= {fact.fact for fact in report.missing}


# Rest, bores, rosettes, frets, nuts, slices


def test_a_tool_no_smaller_than_the_one_before_finds_nothing() -> None:
    assert judge(safe("rest")).overall_risk is Risk.GREEN
    assert "Q002" in held(safe("rest", design__previous_diameter=6))
    same = replace(facts(safe("rest")), mode="pocket", previous_diameter_mm=None)
    assert same == facts(safe("pocket"))


def test_several_bores_travel_from_one_to_the_other_and_leave_a_wall() -> None:
    found = facts(safe("helical", design__centers=[[0, 0], [30, 40]]))
    assert found.travel_mm == (30 + 5, 40 + 5, 11)
    assert (found.wall_mm, found.loop_count) == (10, 2)
    assert facts(safe("helical", design__centers=[[0, 0], [12.5, 0]])).wall_mm == pytest.approx(1.5)


def test_further_rings_of_a_rosette_count_by_their_narrowest_and_what_stays_between() -> None:
    found = facts(safe("rosette", design__rings=[{"outer_diameter": 128, "inner_diameter": 122, "depth": 2}]))
    assert (found.width_mm, found.wall_mm, found.depth_mm, found.outer_diameter_mm, found.loop_count) == (3, 1, 2, 128, 4)
    turned = safe("rosette", design__rings=[{"outer_diameter": 122, "inner_diameter": 128}])
    assert "R007" in held(turned)


def fretted(**changes: Any) -> Body:
    return safe("fret_slots", **{f"design__{name}": value for name, value in changes.items()})


def test_the_floors_of_a_radiused_board_fall_away_at_its_edges() -> None:
    """R - √(R² - (w/2)²): 1.630 mm of 56 mm at 241.3 mm, .960 mm of 43 mm."""
    found = facts(fretted(radius=241.3))
    assert found.deepest_mm == pytest.approx(1.7 + 1.630, abs=1e-3)
    assert found.depth_mm == 1.7
    compound = facts(fretted(radius=241.3, heel_radius=2000))
    assert compound.deepest_mm == pytest.approx(1.7 + 0.960, abs=1e-3)
    assert facts(fretted()).deepest_mm == 1.7


def test_a_blank_without_its_radius_yet_is_cut_as_deep_as_the_floors_lie() -> None:
    blank = facts(fretted(radius=241.3, radiused=False))
    assert blank.depth_mm == blank.deepest_mm == pytest.approx(3.330, abs=1e-3)
    assert "T001" in held(fretted(radius=241.3, radiused=False))


def test_a_radiused_board_is_thinnest_at_its_edges() -> None:
    """4.0 mm thick: 3.2 mm may go, 3.33 mm are taken at the edge."""
    thin = fretted(radius=241.3)
    thin["options"]["stock_thickness"] = 4.0
    assert "T028" in held(thin)
    thin["options"]["stock_thickness"] = 4.2
    assert "T028" not in held(thin)


def test_a_path_that_follows_the_radius_is_no_deeper_than_the_slots() -> None:
    """3.33 mm below the crown with flutes of 3 mm, and yet only 1.7 mm below the surface there."""
    body = fretted(radius=241.3)
    report = ENGINE.compute(EvaluateRequest.model_validate(body), path_of(body, min_mm=(0, 0, -3.33)))
    assert report.overall_risk is Risk.GREEN, report.recommendations
    deeper = ENGINE.compute(EvaluateRequest.model_validate(body), path_of(body, min_mm=(0, 0, -3.35)))
    assert {finding.rule_id for finding in deeper.findings} == {"T029"}


def test_a_board_that_lies_along_y_travels_along_y() -> None:
    lying, standing = facts(fretted()).travel_mm, facts(fretted(rotation_deg=90)).travel_mm
    assert lying is not None
    assert standing is not None
    assert (standing[0], standing[1]) == pytest.approx((lying[1], lying[0]))
    assert facts(fretted(overrun=2)).travel_mm == pytest.approx((lying[0], lying[1] + 4, lying[2]))


def test_slots_that_fall_are_deepest_at_the_far_face_of_the_nut() -> None:
    """5 mm · tan 10° = 0.882 mm."""
    found = facts(safe("nut_slots", design__thickness=5, design__angle_deg=10))
    assert found.depth_mm == pytest.approx(1.882, abs=1e-3)
    assert found.travel_mm == pytest.approx((43, 5, 6.882), abs=1e-3)


def test_slices_take_their_kerfs_and_the_trim_of_the_block() -> None:
    """10 · (3 + 3.2) + 2 + 3.2 of a kerf of 3.2 mm."""
    kerf = PRESETS.blades["saw_10_24"].kerf_mm
    slices = {"count": 10, "thickness": 3, "trim": 2, "block": 100}
    body = safe("saw", design__slices=slices)
    assert facts(body).sliced_mm == pytest.approx(10 * (3 + kerf) + 2 + kerf)
    assert not {"S051", "S052"} & held(body)
    assert "S052" in held(safe("saw", design__slices={**slices, "block": 80}))
    assert "S051" in held(safe("saw", design__slices={**slices, "block": 60}))


def test_a_finish_that_cuts_like_roughing_is_warned_of() -> None:
    assert "O004" not in held(safe("pocket", cut__finish_allowance=3.0))
    assert held(safe("pocket", cut__finish_allowance=3.01)) == {"O004"}


# What one pass may cut


@pytest.mark.parametrize(
    ("mode", "cut", "asks_for_all"),
    [
        ("pocket", {}, False),
        ("pocket", {"finish_allowance": 0.3}, True),
        ("pocket", {"finish_allowance": 0.3, "finish_pass": "depth"}, True),
        ("pocket", {"finish_allowance": 0.3, "finish_pass": "levels"}, False),
        ("pocket", {"finish_allowance": 0.3, "finish_pass": "none"}, False),
        ("pocket", {"floor_allowance": 0.3}, False),
        ("rest", {"finish_allowance": 0.2}, True),
        ("profile", {"finish_allowance": 0.3}, True),
        ("profile", {"finish_allowance": 0.3, "finish_pass": "none"}, False),
        ("profile", {}, False),
        ("vcarve", {}, True),
        ("slot", {}, False),
    ],
)
def test_a_pass_over_the_whole_depth_is_asked_for_by_a_finish_and_by_carving(
    mode: str, cut: dict[str, Any], asks_for_all: bool
) -> None:
    body = safe(mode)
    known = facts({**body, "cut": {**body["cut"], **cut}})
    assert known.asked_axial_mm == (known.depth_mm if asks_for_all else known.stepdown_mm)


@pytest.mark.parametrize(("board_mm", "quiet"), [(None, False), (0.9, False), (1.0, True), (12.0, True)])
def test_a_blade_may_cut_into_a_board_that_is_there(board_mm: float | None, quiet: bool) -> None:
    body = safe("saw")
    stock = body["options"]["stock_thickness"]
    design = {**body["design"], "depth": stock + 1.0}
    options = {**body["options"], **({} if board_mm is None else {"spoilboard": board_mm})}
    assert ("S035" not in held({**body, "design": design, "options": options})) == quiet
