"""Do the rules fire on their own side of the boundary, and does the unknown block?"""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rmos.feasibility.domain import REQUIRED, RULES, Facts, RiskLevel, assess

SAFE = Facts(
    mode="pocket", tool_diameter_mm=6, tool_max_rpm=24000, flute_length_mm=22, stickout_mm=25, stepover_ratio=0.4,
    stepdown_mm=3, depth_mm=10, feed_mm_min=1000, plunge_mm_min=400, spindle_rpm=18000, safe_z_mm=5, has_closed_paths=True,
    loop_count=1, wall_mm=10, smallest_feature_mm=50, hardness="soft", stock_thickness_mm=20, width_mm=50, length_mm=50, is_slot=False,
    envelope_mm=(300, 180, 45), machine_max_feed_mm_min=1200, spindle_min_rpm=1000, spindle_max_rpm=24000,
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
    "F025": ({"width_mm": 6.0}, {"width_mm": 5.9}),
    "F026": ({"hardness": "hard", "stickout_mm": 30.0}, {"hardness": "hard", "stickout_mm": 30.1}),
    "F028": ({"wall_mm": 1.0}, {"wall_mm": 0.99}),
    "F030": ({"depth_mm": 12.0}, {"depth_mm": 12.1}),
    "F033": ({"depth_mm": 22.0, "stock_thickness_mm": 40.0}, {"depth_mm": 22.1, "stock_thickness_mm": 40.0}),
    "F034": ({"is_slot": True, "width_mm": 6.0, "depth_mm": 12.0}, {"is_slot": True, "width_mm": 6.0, "depth_mm": 12.1}),
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
    return {f.rule_id for f in assess(facts, "toolpath").findings}


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


@given(st.floats(0.1, 60), st.floats(0, 30))
def test_deeper_is_never_less_risky(depth: float, more: float) -> None:
    shallow, deep = (assess(replace(SAFE, depth_mm=d), "toolpath").risk for d in (depth, depth + more))
    assert ORDER.index(deep) >= ORDER.index(shallow)


@given(st.sampled_from([f.name for f in fields(Facts) if f.name != "mode"]), st.sampled_from(sorted(SIDES)), st.booleans())
def test_removing_a_required_fact_never_lets_a_blocked_job_run(name: str, rule_id: str, firing: bool) -> None:
    facts = replace(SAFE, **SIDES[rule_id][firing])
    before = assess(facts, "toolpath").risk
    after = assess(replace(facts, **{name: None}), "toolpath").risk
    if name in REQUIRED["pocket", "toolpath"]:
        assert after in BLOCKING
    else:
        assert ORDER.index(after) >= ORDER.index(before)
