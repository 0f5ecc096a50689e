"""Do the nearest settings pass, and is nothing nearer? And where none pass, is the fact that must change the right one?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rmos.feasibility.domain import ORDER, Facts, RiskLevel, assess
from rmos.feasibility.domain.nearest import STEPS, Nearest, nearest
from safe_jobs import FRETS, REQUESTED, SAW

FAST = replace(REQUESTED, machine_max_feed_mm_min=15_000, spindle_power_w=2000, machine_class="industrial")
SETTINGS = {
    "spindle_rpm": (500, 60_000), "feed_mm_min": (50, 40_000), "plunge_mm_min": (20, 20_000), "stepdown_mm": (0.1, 60),
    "stepover_ratio": (0.02, 1.0),
}  # fmt: skip


def changed(facts: Facts, found: Nearest) -> Facts:
    return replace(facts, **{c.setting: c.value for c in found.changes})  # type: ignore[arg-type]


def passes(facts: Facts, allowed: RiskLevel) -> bool:
    return ORDER.index(assess(facts, "request", ("resonance",)).risk) <= ORDER.index(allowed)


def drawn(data: Any, base: Facts) -> Facts:
    return replace(base, **{name: data.draw(st.floats(*span), name) for name, span in SETTINGS.items()})


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from([RiskLevel.YELLOW, RiskLevel.GREEN]), st.sampled_from(["soft", "medium", "hard"]))
def test_what_is_proposed_passes(data: Any, allowed: RiskLevel, hardness: str) -> None:
    asked = drawn(data, replace(FAST, hardness=hardness))
    found = nearest(asked, "request", allowed)
    assert found.must_change == ()
    assert passes(changed(asked, found), allowed)
    assert found.risk is assess(changed(asked, found), "request").risk


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from([RiskLevel.YELLOW, RiskLevel.GREEN]))
def test_where_one_setting_is_changed_less_of_a_change_does_not_pass(data: Any, allowed: RiskLevel) -> None:
    name = data.draw(st.sampled_from(sorted(SETTINGS)))
    asked = replace(FAST, **{name: data.draw(st.floats(*SETTINGS[name]))})
    found = nearest(asked, "request", allowed)
    assume(len(found.changes) == 1)
    (change,) = found.changes
    towards = math.copysign(2 * STEPS[change.setting], change.asked - change.value)
    assume(abs(change.asked - change.value) > 2 * STEPS[change.setting])
    assert not passes(replace(asked, **{change.setting: change.value + towards}), allowed)  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_single_setting_passes_where_several_are_changed(data: Any) -> None:
    asked = drawn(data, FAST)
    found = nearest(asked, "request", RiskLevel.YELLOW)
    assume(len(found.changes) > 1)
    for name, (low, high) in SETTINGS.items():
        for value in (low * (high / low) ** (n / 60) for n in range(61)):
            assert not passes(replace(asked, **{name: value}), RiskLevel.YELLOW)  # type: ignore[arg-type]


def test_what_passes_already_is_left_alone() -> None:
    found = nearest(REQUESTED, "request", RiskLevel.GREEN)
    assert (found.changes, found.must_change, found.risk) == ((), (), RiskLevel.GREEN)


def test_the_limit_that_stops_is_named_with_its_value() -> None:
    """0.02 of 6 mm on two edges at 18 000 rpm are 4320 mm/min (P011), as by hand."""
    found = nearest(replace(REQUESTED, feed_mm_min=9000, machine_max_feed_mm_min=15_000), "request", RiskLevel.GREEN)
    assert [(c.setting, c.value, c.stopped_by) for c in found.changes] == [("feed_mm_min", 4320.0, "P011")]


def test_too_little_feed_is_raised_to_where_the_chip_no_longer_rubs() -> None:
    found = nearest(replace(REQUESTED, feed_mm_min=300, plunge_mm_min=100), "request", RiskLevel.GREEN)
    (change,) = found.changes
    assert (change.setting, change.stopped_by) == ("feed_mm_min", "P010")
    assert change.value > 300


def test_the_room_says_from_where_to_where_a_setting_passes() -> None:
    room = {r.setting: r for r in nearest(REQUESTED, "request", RiskLevel.GREEN).room}
    assert (room["feed_mm_min"].high, room["feed_mm_min"].high_rule) == (1200.0, "M007")
    assert room["feed_mm_min"].low_rule == "P010"
    assert (room["stepdown_mm"].high, room["stepdown_mm"].high_rule) == (3.0, "F012")


@pytest.mark.parametrize(
    ("change", "rule", "fact", "needed"),
    [
        ({"stickout_mm": 70.0, "bending_length_mm": 70.0}, "F026", "bending_length_mm", 48.0),
        ({"depth_mm": 30.0, "flute_length_mm": 60.0}, "F022", "stock_thickness_mm", 30.0),
        ({"width_mm": 5.0, "smallest_feature_mm": 5.0}, "F025", "tool_diameter_mm", 5.0),
        ({"wall_mm": 0.5}, "F028", "wall_mm", 1.0),
    ],
)
def test_where_no_setting_helps_the_fact_that_must_change_is_named(
    change: dict[str, Any], rule: str, fact: str, needed: float
) -> None:
    found = nearest(replace(REQUESTED, **change), "request", RiskLevel.YELLOW)
    assert found.changes == ()
    assert (rule, fact, pytest.approx(needed, rel=2e-3)) in [(f.rule_id, f.fact, f.needed) for f in found.must_change]


def test_a_spindle_that_cannot_turn_as_slowly_as_the_tool_must_is_named() -> None:
    found = nearest(replace(REQUESTED, spindle_min_rpm=25_000, spindle_max_rpm=30_000), "request", RiskLevel.YELLOW)
    assert {f.fact for f in found.must_change} == {"spindle_min_rpm"}


def test_a_saw_that_bites_too_much_is_slowed() -> None:
    asked = replace(SAW, feed_mm_min=50_000, machine_max_feed_mm_min=60_000, spindle_power_w=9000)
    found = nearest(asked, "request", RiskLevel.YELLOW)
    assert [(c.setting, c.value, c.stopped_by) for c in found.changes] == [("feed_mm_min", 29_700.0, "S010")]


def test_a_fret_slot_in_one_pass_is_cut_in_more() -> None:
    found = nearest(replace(FRETS, stepdown_mm=1.8), "request", RiskLevel.GREEN)
    assert [(c.setting, c.value, c.stopped_by) for c in found.changes] == [("stepdown_mm", 0.6, "T008")]


def test_facts_that_are_missing_are_not_made_up() -> None:
    found = nearest(replace(REQUESTED, spindle_rpm=None, stepdown_mm=40.0), "request", RiskLevel.YELLOW)
    assert "spindle_rpm" not in {c.setting for c in found.changes}
    assert found.risk is RiskLevel.UNKNOWN
