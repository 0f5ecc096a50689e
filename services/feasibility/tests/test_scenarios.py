"""Do jobs that a shop knows get the verdict that a shop expects? The scenario table, by geometry, material, tool and cut."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rmos.feasibility.domain import Facts, RiskLevel, assess

COMMON = Facts(
    mode="pocket", tool_kind="flat", center_cutting=True, tool_diameter_mm=6, tool_max_rpm=24_000, flutes=2, flute_length_mm=60, stickout_mm=25, bending_length_mm=25, energy_high_j_cm3=91, material_max_feed_mm_min=5000, machine_max_plunge_mm_min=1500, travel_mm=(60, 60, 20), outline_sound=True, tool_modulus_mpa=580_000,
    stepover_ratio=0.5, stepdown_mm=2, depth_mm=10, feed_mm_min=1000, plunge_mm_min=300, spindle_rpm=18_000, safe_z_mm=5,
    coolant=True, has_closed_paths=True, loop_count=1, smallest_feature_mm=50, geometry_complex=False, hardness="soft",
    resinous=False, stock_thickness_mm=100, floor_mm=20, width_mm=50, length_mm=50, wall_mm=20, is_slot=False,
    envelope_mm=(838, 838, 95), machine_max_feed_mm_min=3000, machine_class="industrial", spindle_power_w=2000,
    spindle_min_rpm=10_000, spindle_max_rpm=30_000,
)  # fmt: skip
HARD = {
    "hardness": "hard",
    "energy_high_j_cm3": 273.0,
    "stepdown_mm": 2.0,
    "stepover_ratio": 0.4,
    "feed_mm_min": 800.0,
    "spindle_rpm": 14_000.0,
}
G, Y, R = RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.RED

# What differs from the common job (the table leaves speeds open), the expected verdict, and rules of table F that must hold.
SCENARIOS: dict[str, tuple[dict[str, object], RiskLevel, str]] = {
    "pine pocket": ({"stepdown_mm": 3.0}, G, ""),
    "maple pocket": (HARD, G, ""),
    "cedar pocket": ({"width_mm": 80.0, "length_mm": 100.0, "depth_mm": 12.0, "stepdown_mm": 3.0}, G, ""),
    "spruce rosette, 3 mm tool": (
        {"tool_diameter_mm": 3.0, "stickout_mm": 12.0, "depth_mm": 3.0, "stepdown_mm": 1.0, "stepover_ratio": 0.4, "feed_mm_min": 800.0}, G, "",
    ),
    "deep pine pocket": ({"depth_mm": 15.0, "stepdown_mm": 5.0}, Y, "F012 F030 F037"),
    "small pocket, 1.5 mm tool": (
        {"tool_diameter_mm": 1.5, "stickout_mm": 6.0, "depth_mm": 5.0, "stepdown_mm": 0.5, "stepover_ratio": 0.3, "feed_mm_min": 400.0}, Y, "F030 F032",
    ),
    "deep slot": (
        {"tool_diameter_mm": 3.0, "stickout_mm": 12.0, "width_mm": 4.0, "is_slot": True, "stepover_ratio": 1.0, "smallest_feature_mm": 4.0}, Y,
        "F030 F034 F037",
    ),
    "thin floor": ({"floor_mm": 1.5}, Y, "F038"),
    "feed override of 150 %": ({"feed_override_percent": 150.0, "feed_mm_min": 1500.0}, Y, "F040"),
    "stepover of 80 %": ({"stepover_ratio": 0.8}, Y, "F035"),
    "maple in one deep pass": ({**HARD, "depth_mm": 20.0, "stepdown_mm": 15.0}, R, "F012 F020 F030 F037 F041"),
    "deeper than the stock": ({"depth_mm": 50.0, "stock_thickness_mm": 20.0, "stepdown_mm": 3.0}, R, "F022 F030 F037"),
    "no width": ({"width_mm": 0.0}, R, "F023 F025"),
    "a material that nobody knows": ({"hardness": "unknown"}, R, "F024"),
    "12 mm tool in an 8 mm slot": ({"tool_diameter_mm": 12.0, "width_mm": 8.0, "depth_mm": 5.0}, R, "F025"),
    "rosewood, 1.5 mm tool, no air": (
        {"hardness": "very-hard", "resinous": True, "tool_diameter_mm": 1.5, "stickout_mm": 6.0, "coolant": False, "stepdown_mm": 2.0}, R,
        "F027 F030 F031 F032 F037",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_known_job_gets_the_expected_verdict(name: str) -> None:
    changes, expected, rules = SCENARIOS[name]
    verdict = assess(replace(COMMON, bending_length_mm=changes.get("stickout_mm", 25.0), **changes), "request")  # type: ignore[arg-type]
    table = {finding.rule.id for finding in verdict.findings if finding.rule.id.startswith("F")}
    assert set(rules.split()) <= table
    if expected is not R:
        assert table == set(rules.split())
    assert verdict.missing == ()
    assert verdict.risk is expected, verdict.findings
