"""Do the rules fire on their own side of the boundary, and does the unknown block?"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.feasibility.domain import HARDNESSES, MODES, ORDER, REQUIRED, RULES, SCORERS, Facts, Gauge, RiskLevel, assess, physics
from rmos.feasibility.domain.model import MACHINE_CLASSES, hardness_class
from rule_sides import SIDES, fired, job_of
from safe_jobs import POCKET, REQUESTED, SAFE, STAGE


def test_every_rule_has_a_case_on_each_side() -> None:
    assert set(SIDES) == set(RULES)


@pytest.mark.parametrize("rule_id", list(SIDES))
def test_a_rule_fires_on_its_own_side_only(rule_id: str) -> None:
    assert rule_id not in fired(*job_of(rule_id, False))
    assert rule_id in fired(*job_of(rule_id, True))


@pytest.mark.parametrize("rule_id", list(SIDES))
def test_a_rule_that_holds_decides_the_verdict_at_least(rule_id: str) -> None:
    verdict = assess(*job_of(rule_id, True))
    assert ORDER.index(verdict.risk) >= ORDER.index(RULES[rule_id].level)


@pytest.mark.parametrize("mode", MODES)
def test_a_safe_job_is_green(mode: str) -> None:
    verdict = assess(SAFE[mode], STAGE)
    assert verdict.missing == ()
    assert verdict.risk is RiskLevel.GREEN, verdict.findings


REQUIREMENTS = [(mode, name) for mode in MODES for name in REQUIRED[mode, STAGE]]


@pytest.mark.parametrize(("mode", "name"), REQUIREMENTS)
def test_a_missing_required_fact_is_unknown_and_named(mode: str, name: str) -> None:
    verdict = assess(replace(SAFE[mode], **{name: None}), STAGE)
    assert verdict.risk is RiskLevel.UNKNOWN
    assert name in verdict.missing


@pytest.mark.parametrize(("mode", "stage"), list(REQUIRED))
def test_every_fact_that_must_be_known_is_used_by_a_rule_that_can_be_judged_then(mode: str, stage: str) -> None:
    names = set(REQUIRED[mode, stage])
    judged = [rule for rule in RULES.values() if mode in rule.family.modes and set(rule.needs) <= names]
    assert names - {name for rule in judged for name in rule.looks_at} <= NEEDED_LATER.get((mode, stage), set())


NEEDED_LATER = {
    ("gcode", "plan"): {
        "center_cutting", "tool_max_rpm", "flutes", "flute_length_mm", "energy_high_j_cm3", "material_max_feed_mm_min",
        "machine_max_feed_mm_min", "machine_max_plunge_mm_min", "machine_class", "spindle_min_rpm", "spindle_max_rpm",
        "spindle_power_w", "tool_modulus_mpa", "stock_thickness_mm", "stickout_mm", "envelope_mm", "resinous",
    },
}  # fmt: skip
"""A program's set-up is asked for before it is read: what its toolpath will be judged by."""


@pytest.mark.parametrize(("mode", "stage"), list(REQUIRED))
def test_every_red_rule_of_a_mode_can_be_judged_where_all_that_is_required_is_known(mode: str, stage: str) -> None:
    """Else a hard rule would be passed over in silence."""
    names = set(REQUIRED[mode, stage]) | {"coolant"}
    for rule in RULES.values():
        if mode not in rule.family.modes or rule.level is not RiskLevel.RED:
            continue
        if stage != "toolpath" and any(name.startswith("path_") for name in rule.needs):
            continue
        unjudged = set(rule.needs) - names - NOT_OF_EVERY_JOB
        assert not unjudged or (mode, stage) == ("gcode", "plan") or not _applies_to(rule.needs, mode), (rule.id, unjudged)


NOT_OF_EVERY_JOB = {
    "feed_override_percent", "kerf_drift_deg", "max_drift_deg", "hole_gap_mm", "tab_gap_mm", "sliced_mm", "block_mm",
    "path_rapid_lowest_mm",
}  # fmt: skip
"""An override, tiles, a second hole, tabs, slices, a rapid beside the surface: a job may have none."""


def _applies_to(needs: tuple[str, ...], mode: str) -> bool:
    """Whether the harmless job of the mode, which has every fact that there can be, has these."""
    return all(getattr(SAFE[mode], name) is not None for name in needs)


def test_a_mode_without_a_matrix_is_unknown() -> None:
    verdict = assess(replace(POCKET, mode="laser"), "toolpath")
    assert (verdict.risk, verdict.missing) == (RiskLevel.UNKNOWN, ("mode",))


def test_a_hardness_that_is_no_class_is_unknown() -> None:
    verdict = assess(replace(POCKET, hardness="banana"), "toolpath")
    assert verdict.risk is RiskLevel.UNKNOWN
    assert "hardness" in verdict.missing


def test_a_machine_of_no_class_is_unknown_and_escapes_no_chip_load_limit() -> None:
    verdict = assess(replace(POCKET, machine_class="laser", feed_mm_min=4321.0), "toolpath")
    assert verdict.missing == ("machine_class",)
    assert verdict.risk in BLOCKING


def test_every_machine_class_and_hardness_has_its_chip_loads() -> None:
    assert set(physics.CHIP_RATIO) == set(MACHINE_CLASSES)
    for by_hardness in physics.CHIP_RATIO.values():
        assert set(by_hardness) == {hardness_class(hardness) for hardness in HARDNESSES}


def test_an_envelope_with_an_unknown_axis_is_unknown() -> None:
    assert assess(replace(POCKET, envelope_mm=(300, None, 45)), "toolpath").risk is RiskLevel.UNKNOWN  # type: ignore[arg-type]


def test_extents_that_are_turned_round_are_refused() -> None:
    with pytest.raises(ValueError, match="path_min_mm"):
        assess(replace(POCKET, path_min_mm=(60, 0, -10)), "toolpath")


def test_a_number_that_is_not_finite_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="depth_mm"):
        assess(replace(POCKET, depth_mm=float("nan")), "request")


BLOCKING = (RiskLevel.UNKNOWN, RiskLevel.RED)
BOLDER: dict[str, dict[str, tuple[float, float]]] = {
    "pocket": {
        "depth_mm": (0.1, 60), "stepdown_mm": (0.1, 40), "stepover_ratio": (0.01, 1.2), "feed_mm_min": (1, 30_000),
        "stickout_mm": (1, 150), "bending_length_mm": (1, 150), "path_max_feed_mm_min": (1, 30_000),
        "path_max_rpm": (18_000, 60_000), "path_axial_mm": (0, 60), "path_removal_mm3_min": (1, 1e7),
        "path_feed_per_turn_mm": (1e-4, 2), "path_plunge_mm_min": (1, 10_000), "plunge_mm_min": (1, 10_000),
    },
    "fret_slots": {"depth_mm": (0.1, 5.9), "stepdown_mm": (0.05, 5), "feed_mm_min": (1, 10_000), "bending_length_mm": (1, 60)},
    "helical": {"depth_mm": (0.1, 60), "stepdown_mm": (0.1, 20), "feed_mm_min": (1, 30_000), "stickout_mm": (1, 150)},
    "rosette": {"depth_mm": (0.1, 20), "stepdown_mm": (0.1, 20), "feed_mm_min": (1, 30_000), "kerf_drift_deg": (0, 90)},
    "rest": {"depth_mm": (0.1, 60), "stepdown_mm": (0.1, 40), "feed_mm_min": (1, 30_000), "stepover_ratio": (0.01, 1.2)},
    "profile": {"depth_mm": (0.1, 60), "stepdown_mm": (0.1, 40), "feed_mm_min": (1, 30_000), "finish_allowance_mm": (0, 20)},
    "slot": {"depth_mm": (0.1, 60), "stepdown_mm": (0.1, 40), "feed_mm_min": (1, 30_000), "path_axial_mm": (0, 60)},
    "ledge": {"depth_mm": (0.1, 60), "stepdown_mm": (0.1, 40), "feed_mm_min": (1, 30_000), "plunge_mm_min": (1, 10_000)},
    "vcarve": {"depth_mm": (0.1, 60), "stepdown_mm": (0.1, 40), "feed_mm_min": (1, 30_000), "bending_length_mm": (1, 150)},
    "drill": {"depth_mm": (0.1, 100), "plunge_mm_min": (1, 10_000), "peck_mm": (0.1, 100), "path_plunge_mm_min": (1, 10_000)},
    "saw": {"depth_mm": (0.1, 120), "feed_mm_min": (100, 60_000), "exposure_mm": (0, 90), "spindle_rpm": (4300, 30_000)},
}  # fmt: skip
"""What makes a cut bolder: deeper, wider, faster, further out."""
TOO_LITTLE = {
    "P010",
    "P015",
    "P017",
    "V004",
    "V012",
    "V013",
    "S070",
    "S071",
    "P016",
    "S012",
    "S060",
    "E004",
    "E005",
    "E012",
    "E014",
    "F011",
    "M014",
    "M015",
    "S035",
}
"""The risks that a bolder setting takes away: rubbing, a resonance, a plunge faster than the feed, a path that does more than was asked, or nothing,
a line that is not carved wide enough, a collet nut that runs into the wood, and a blade that stands out below wood it does not cut through."""


def worst_of_too_much(facts: Facts, stage: str) -> int:
    ids = {f.rule.id: f for f in assess(facts, stage).findings}
    levels = [ORDER.index(f.rule.level) for i, f in ids.items() if i not in TOO_LITTLE and i[0] != "U"]
    return max(levels, default=0)


@settings(max_examples=600)
@given(
    st.data(), st.sampled_from([(mode, name) for mode, names in BOLDER.items() for name in names]), st.sampled_from(HARDNESSES)
)
def test_deeper_wider_faster_or_further_out_is_never_less_risky(data: Any, bolder: tuple[str, str], hardness: str) -> None:
    mode, name = bolder
    low, high = BOLDER[mode][name]
    value = data.draw(st.floats(low, high))
    more = data.draw(st.floats(value, high))
    stage, base = STAGE, replace(SAFE[mode], hardness=hardness)
    if name == "spindle_rpm":  # a saw bites less when it turns faster, which is what rubbing and bite rules see
        base = replace(base, feed_mm_min=5000.0)
        assert {"S001", "S002", "S003"} & fired(replace(base, spindle_rpm=value), stage) <= fired(
            replace(base, spindle_rpm=more), stage
        )
        return
    assert worst_of_too_much(replace(base, **{name: more}), stage) >= worst_of_too_much(replace(base, **{name: value}), stage)


@given(st.floats(0.5, 30), st.sampled_from(["stepdown_mm", "feed_mm_min", "stickout_mm"]), st.data())
def test_whatever_the_tool_a_bolder_cut_is_never_less_risky(diameter: float, name: str, data: Any) -> None:
    low, high = BOLDER["pocket"][name]
    value = data.draw(st.floats(low, high))
    more = data.draw(st.floats(value, high))
    base = replace(POCKET, tool_diameter_mm=diameter, smallest_feature_mm=diameter + 1, width_mm=diameter + 1)
    assert worst_of_too_much(replace(base, **{name: more}), "toolpath") >= worst_of_too_much(
        replace(base, **{name: value}), "toolpath"
    )


@given(st.floats(0.1, 60), st.floats(0, 30))
def test_a_deeper_pocket_leaves_less_floor_and_is_never_less_risky(depth: float, more: float) -> None:
    shallow, deep = (assess(replace(REQUESTED, depth_mm=d, floor_mm=20 - d), "request").risk for d in (depth, depth + more))
    assert ORDER.index(deep) >= ORDER.index(shallow)


def test_the_limit_that_binds_is_named_with_its_room() -> None:
    binding = assess(POCKET, "toolpath").binding
    assert binding is not None
    assert (binding.rule.id, binding.gauge.value, binding.gauge.limit) == ("M002", 1000, 1200)
    assert binding.gauge.margin == pytest.approx(1 / 6)


@given(st.sampled_from(sorted(SIDES)), st.booleans())
def test_the_score_never_lifts_a_verdict(rule_id: str, firing: bool) -> None:
    verdict = assess(*job_of(rule_id, firing))
    assert 0 <= verdict.score <= 100
    if verdict.risk in BLOCKING:
        assert verdict.score < 50


@pytest.mark.parametrize("hardness", ["very-hard", "extreme"])
def test_very_hard_resinous_wood_is_red_whatever_the_tool_and_the_air(hardness: str) -> None:
    for coolant in (True, False):
        assert "F027" in fired(replace(POCKET, resinous=True, hardness=hardness, coolant=coolant, tool_diameter_mm=6))


def test_whether_air_blows_must_be_known_where_it_decides() -> None:
    asked = replace(POCKET, resinous=True, coolant=None)
    assert assess(replace(asked, tool_diameter_mm=2.5), "toolpath").missing == ("coolant",)
    assert "coolant" not in assess(asked, "toolpath").missing


FACTS = [f.name for f in fields(Facts) if f.name != "mode"]


@settings(max_examples=400)
@given(st.sampled_from(FACTS), st.sampled_from(sorted(SIDES)), st.booleans())
def test_removing_a_fact_never_makes_a_verdict_greener(name: str, rule_id: str, firing: bool) -> None:
    """A RED whose fact is taken away may become UNKNOWN, which blocks as well."""
    facts, stage = job_of(rule_id, firing)
    before, after = assess(facts, stage).risk, assess(replace(facts, **{name: None}), stage).risk
    if name in REQUIRED[facts.mode, stage]:
        assert after in BLOCKING
    elif before is RiskLevel.RED:
        assert after in BLOCKING or name in NOT_OF_EVERY_JOB
    else:
        assert ORDER.index(after) >= ORDER.index(before) or name in OPTIONAL_WARNINGS


OPTIONAL_WARNINGS = {*NOT_OF_EVERY_JOB, "length_mm", "burn", "uncut_mm", "finish_allowance_mm"}
"""Facts of warnings alone."""


def test_optional_scorers_only_add_risk() -> None:
    for rule_id in SIDES:
        facts, stage = job_of(rule_id, True)
        without, with_all = assess(facts, stage, ()), assess(facts, stage, SCORERS)
        assert {f.rule.id for f in without.findings} <= {f.rule.id for f in with_all.findings}
        assert all(not f.rule.family.scorer for f in without.findings)


@given(st.floats(1e-9, 1e9), st.sampled_from(["above", "from", "below", "to"]))
def test_what_arithmetic_loses_decides_nothing(limit: float, sense: Any) -> None:
    third = limit / 3 * 3
    assert Gauge(third, limit, "", sense).fires == Gauge(limit, limit, "", sense).fires
