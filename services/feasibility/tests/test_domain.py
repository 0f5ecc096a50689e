"""Do the rules fire on their own side of the boundary, and does the unknown block?"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.feasibility.domain import HARDNESSES, REQUIRED, RULES, Facts, RiskLevel, assess, physics
from rmos.feasibility.domain.model import MACHINE_CLASSES

SAFE = Facts(
    mode="pocket", tool_diameter_mm=6, tool_max_rpm=24000, flute_length_mm=22, stickout_mm=25, stepover_ratio=0.4,
    stepdown_mm=3, depth_mm=10, feed_mm_min=1000, plunge_mm_min=400, spindle_rpm=18000, safe_z_mm=5, has_closed_paths=True,
    loop_count=1, wall_mm=10, smallest_feature_mm=50, hardness="soft", stock_thickness_mm=20, width_mm=50, length_mm=50, is_slot=False,
    envelope_mm=(300, 180, 45), machine_max_feed_mm_min=1200, spindle_min_rpm=1000, spindle_max_rpm=24000,
    flutes=2, tool_modulus_mpa=580_000, resinous=False, coolant=True, floor_mm=10, geometry_complex=False, spindle_power_w=450,
    machine_class="hobby", feed_override_percent=100,
    path_min_mm=(0, 0, -10), path_max_mm=(50, 50, 5), path_max_feed_mm_min=1000, path_min_rpm=18000, path_max_rpm=18000,
)  # fmt: skip

# rule id: (facts just on the quiet side, facts just on the firing side)
SIDES: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "F001": ({"tool_diameter_mm": 0.1}, {"tool_diameter_mm": 0.0}),
    "F002": ({"stepover_ratio": 0.95}, {"stepover_ratio": 0.951}),
    "F003": ({"stepdown_mm": 0.1}, {"stepdown_mm": 0.0}),
    "F004": ({"depth_mm": 0.1}, {"depth_mm": 0.0}),
    "F005": ({"safe_z_mm": 0.1}, {"safe_z_mm": 0.0}),
    "F006": ({"has_closed_paths": True}, {"has_closed_paths": False}),
    "F007": ({"loop_count": 1}, {"loop_count": 0}),
    "F010": ({"smallest_feature_mm": 6.0}, {"smallest_feature_mm": 5.9}),
    "F011": ({"plunge_mm_min": 1000.0}, {"plunge_mm_min": 1001.0}),
    "F012": ({"stepdown_mm": 3.0}, {"stepdown_mm": 3.01}),
    "F013": ({"loop_count": 1000}, {"loop_count": 1001}),
    "F020": ({"hardness": "hard", "stepdown_mm": 9.0}, {"hardness": "hard", "stepdown_mm": 9.01}),
    "F021": ({"stepdown_mm": 30.0}, {"stepdown_mm": 30.1}),
    "F022": ({"depth_mm": 20.0}, {"depth_mm": 20.1}),
    "F023": ({"width_mm": 7.0}, {"width_mm": 0.0}),
    "F024": ({"hardness": "soft"}, {"hardness": "unknown"}),
    "F025": ({"width_mm": 6.0}, {"width_mm": 5.9}),
    "F026": ({"hardness": "hard", "stickout_mm": 30.0}, {"hardness": "hard", "stickout_mm": 30.1}),
    "F027": (
        {"resinous": True, "tool_diameter_mm": 3.0, "coolant": False},
        {"resinous": True, "tool_diameter_mm": 2.99, "coolant": False},
    ),
    "F028": ({"wall_mm": 1.0}, {"wall_mm": 0.99}),
    "F029": (
        {"hardness": "hard", "stepdown_mm": 5.0, "stepover_ratio": 0.71},
        {"hardness": "hard", "stepdown_mm": 5.01, "stepover_ratio": 0.71},
    ),
    "F030": ({"depth_mm": 12.0}, {"depth_mm": 12.1}),
    "F031": ({"hardness": "hard", "stepdown_mm": 3.0}, {"hardness": "hard", "stepdown_mm": 3.01}),
    "F032": ({"tool_diameter_mm": 2.0}, {"tool_diameter_mm": 1.99}),
    "F033": ({"depth_mm": 22.0, "stock_thickness_mm": 40.0}, {"depth_mm": 22.1, "stock_thickness_mm": 40.0}),
    "F034": ({"is_slot": True, "width_mm": 6.0, "depth_mm": 12.0}, {"is_slot": True, "width_mm": 6.0, "depth_mm": 12.1}),
    "F035": ({"stepover_ratio": 0.7}, {"stepover_ratio": 0.71}),
    "F036": ({"wall_mm": 2.0}, {"wall_mm": 1.99}),
    "F037": ({"stepover_ratio": 0.5, "stepdown_mm": 2.1}, {"stepover_ratio": 0.51, "stepdown_mm": 2.1}),
    "F038": ({"floor_mm": 2.0}, {"floor_mm": 1.99}),
    "F039": ({"geometry_complex": False}, {"geometry_complex": True}),
    "F040": ({"feed_override_percent": 120.0}, {"feed_override_percent": 120.1}),
    "F041": (
        {"hardness": "hard", "wall_mm": 3.0, "stepdown_mm": 2.99},
        {"hardness": "hard", "wall_mm": 3.0, "stepdown_mm": 3.0},
    ),
    # A chip of 0.0254 mm at 18 000 rpm and two edges, half the tool engaged (no thinning): 914.4 mm/min.
    "P010": ({"stepover_ratio": 0.5, "feed_mm_min": 914.5}, {"stepover_ratio": 0.5, "feed_mm_min": 914.3}),
    # 0.02 · 6 mm on two edges at 18 000 rpm: 4320 mm/min; at 5000 rpm: 1200 mm/min.
    "P011": ({"feed_mm_min": 4320.0}, {"feed_mm_min": 4321.0}),
    # 2 · 0.052 · 6 = 0.624, so the absolute 0.508 mm: 18 288 mm/min.
    "P012": ({"feed_mm_min": 18_288.0}, {"feed_mm_min": 18_289.0}),
    "P013": ({"path_max_feed_mm_min": 18_288.0}, {"path_max_feed_mm_min": 18_289.0}),
    "P014": ({"path_max_feed_mm_min": 4320.0}, {"path_max_feed_mm_min": 4321.0}),
    # 56 m/s at a 50 mm cutter: 21 390 rpm.
    "P020": ({"tool_diameter_mm": 50.0, "spindle_rpm": 21_390.0}, {"tool_diameter_mm": 50.0, "spindle_rpm": 21_391.0}),
    "P021": ({"tool_diameter_mm": 50.0, "path_max_rpm": 21_390.0}, {"tool_diameter_mm": 50.0, "path_max_rpm": 21_391.0}),
    # 91 J/cm³ · 6 · 3 · 1000 mm³/min = 27.3 W.
    "P030": ({"spindle_power_w": 27.4}, {"spindle_power_w": 27.2}),
    # 27.3 W at 5.655 m/s: 4.828 N; on 0.025 mm: 193.1 N/mm; the 6 mm carbide at 61.7 mm has 193.1.
    "P040": ({"stickout_mm": 61.6}, {"stickout_mm": 61.8}),
    # On 0.13 mm: 37.1 N/mm, at 106.9 mm.
    "P041": ({"stickout_mm": 106.8}, {"stickout_mm": 107.0}),
    "M001": ({"path_max_mm": (300.0, 50, 5)}, {"path_max_mm": (300.1, 50, 5)}),
    "M002": ({"path_max_feed_mm_min": 1200.0}, {"path_max_feed_mm_min": 1201.0}),
    "M003": ({"path_min_rpm": 1000.0}, {"path_min_rpm": 999.0}),
    "M004": ({"path_min_mm": (0, 0, -20.0)}, {"path_min_mm": (0, 0, -20.1)}),
    "M005": ({"path_max_rpm": 24000.0}, {"path_max_rpm": 24001.0}),
    "M007": ({"feed_mm_min": 1200.0}, {"feed_mm_min": 1201.0}),
    "M008": ({"spindle_rpm": 1000.0}, {"spindle_rpm": 999.0}),
    "M009": ({"spindle_rpm": 24000.0}, {"spindle_rpm": 24001.0}),
    "M010": ({"feed_mm_min": 0.1}, {"feed_mm_min": 0.0}),
    "M011": ({"plunge_mm_min": 0.1}, {"plunge_mm_min": 0.0}),
    "M012": ({"stickout_mm": 0.1}, {"stickout_mm": -3.0}),
    "M006": ({"path_min_mm": (0, 0, -22.0)}, {"path_min_mm": (0, 0, -22.1)}),
}


def fired(facts: Facts) -> set[str]:
    return {f.rule.id for f in assess(facts, "toolpath").findings}


def test_every_rule_has_a_case_on_each_side() -> None:
    assert set(SIDES) == set(RULES)


@pytest.mark.parametrize("rule_id", list(SIDES))
def test_a_rule_fires_on_its_own_side_only(rule_id: str) -> None:
    quiet, firing = SIDES[rule_id]
    assert rule_id not in fired(replace(SAFE, **quiet))
    assert rule_id in fired(replace(SAFE, **firing))


def test_a_safe_job_is_green() -> None:
    assert assess(SAFE, "toolpath").risk is RiskLevel.GREEN


@pytest.mark.parametrize("name", REQUIRED["pocket", "toolpath"])
def test_a_missing_required_fact_is_unknown_and_named(name: str) -> None:
    verdict = assess(replace(SAFE, **{name: None}), "toolpath")
    assert verdict.risk in (RiskLevel.UNKNOWN, RiskLevel.RED)
    assert name in verdict.missing


def test_a_mode_without_a_matrix_is_unknown() -> None:
    assert assess(replace(SAFE, mode="laser"), "toolpath").risk is RiskLevel.UNKNOWN


def test_a_hardness_that_is_no_class_is_unknown() -> None:
    verdict = assess(replace(SAFE, hardness="banana"), "toolpath")
    assert verdict.risk is RiskLevel.UNKNOWN
    assert "hardness" in verdict.missing


def test_a_machine_of_no_class_is_unknown_and_escapes_no_chip_load_limit() -> None:
    verdict = assess(replace(SAFE, machine_class="laser", feed_mm_min=4321.0), "toolpath")
    assert verdict.missing == ("machine_class",)
    assert verdict.risk in BLOCKING


def test_every_machine_class_and_hardness_has_its_chip_loads() -> None:
    assert set(physics.CHIP_RATIO) == set(MACHINE_CLASSES)
    for by_hardness in physics.CHIP_RATIO.values():
        assert set(by_hardness) == {physics.hardness_class(hardness) for hardness in HARDNESSES}


def test_an_envelope_with_an_unknown_axis_is_unknown() -> None:
    assert assess(replace(SAFE, envelope_mm=(300, None, 45)), "toolpath").risk is RiskLevel.UNKNOWN  # type: ignore[arg-type]


def test_extents_that_are_turned_round_are_refused() -> None:
    with pytest.raises(ValueError, match="path_min_mm"):
        assess(replace(SAFE, path_min_mm=(60, 0, -10)), "toolpath")


def test_a_number_that_is_not_finite_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="depth_mm"):
        assess(replace(SAFE, depth_mm=float("nan")), "request")


ORDER = [RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.UNKNOWN, RiskLevel.RED]
BLOCKING = (RiskLevel.UNKNOWN, RiskLevel.RED)


BOLDER = {
    "depth_mm": (0.1, 60), "stepdown_mm": (0.1, 40), "stepover_ratio": (0.01, 1.2), "feed_mm_min": (1, 30_000),
    "stickout_mm": (1, 150), "path_max_feed_mm_min": (1, 30_000), "path_max_rpm": (18_000, 60_000),
}  # fmt: skip


def worst_without_rubbing(facts: Facts) -> int:
    """Rubbing (P010) is what too little feed or width does: it is the one risk that a bolder cut takes away."""
    return max((ORDER.index(f.rule.level) for f in assess(facts, "toolpath").findings if f.rule.id != "P010"), default=0)


@settings(max_examples=300)
@given(st.data(), st.sampled_from(sorted(BOLDER)), st.sampled_from(HARDNESSES), st.floats(0.5, 30))
def test_deeper_wider_faster_or_further_out_is_never_less_risky(data: Any, name: str, hardness: str, diameter: float) -> None:
    low, high = BOLDER[name]
    value = data.draw(st.floats(low, high))
    bolder = data.draw(st.floats(value, high))
    base = replace(SAFE, hardness=hardness, tool_diameter_mm=diameter, smallest_feature_mm=diameter + 1, width_mm=diameter + 1)
    assert worst_without_rubbing(replace(base, **{name: bolder})) >= worst_without_rubbing(replace(base, **{name: value}))


@given(st.floats(0.1, 60), st.floats(0, 30))
def test_a_deeper_pocket_leaves_less_floor_and_is_never_less_risky(depth: float, more: float) -> None:
    shallow, deep = (assess(replace(SAFE, depth_mm=d, floor_mm=20 - d), "toolpath").risk for d in (depth, depth + more))
    assert ORDER.index(deep) >= ORDER.index(shallow)


def test_the_limit_that_binds_is_named_with_its_room() -> None:
    binding = assess(SAFE, "toolpath").binding
    assert binding is not None
    assert (binding.rule.id, binding.gauge.value, binding.gauge.limit) == ("M002", 1000, 1200)
    assert binding.gauge.margin == pytest.approx(1 / 6)


@given(st.sampled_from(sorted(SIDES)), st.booleans())
def test_the_score_never_lifts_a_verdict(rule_id: str, firing: bool) -> None:
    verdict = assess(replace(SAFE, **SIDES[rule_id][firing]), "toolpath")
    assert 0 <= verdict.score <= 100
    if verdict.risk in BLOCKING:
        assert verdict.score < 50


@pytest.mark.parametrize("hardness", ["very-hard", "extreme"])
def test_very_hard_resinous_wood_is_red_whatever_the_tool_and_the_air(hardness: str) -> None:
    for coolant in (True, False):
        assert "F027" in fired(replace(SAFE, resinous=True, hardness=hardness, coolant=coolant, tool_diameter_mm=6))


def test_whether_air_blows_must_be_known_where_it_decides() -> None:
    asked = replace(SAFE, resinous=True, coolant=None)
    assert assess(replace(asked, tool_diameter_mm=2.5), "toolpath").missing == ("coolant",)
    assert "coolant" not in assess(asked, "toolpath").missing
    assert "F027" in fired(replace(asked, hardness="extreme"))


@given(st.sampled_from([f.name for f in fields(Facts) if f.name != "mode"]), st.sampled_from(sorted(SIDES)), st.booleans())
def test_removing_a_required_fact_never_lets_a_blocked_job_run(name: str, rule_id: str, firing: bool) -> None:
    facts = replace(SAFE, **SIDES[rule_id][firing])
    before = assess(facts, "toolpath").risk
    after = assess(replace(facts, **{name: None}), "toolpath").risk
    if name in REQUIRED["pocket", "toolpath"]:
        assert after in BLOCKING
    else:
        assert ORDER.index(after) >= ORDER.index(before)
