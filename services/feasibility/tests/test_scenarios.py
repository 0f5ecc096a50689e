"""Do jobs that a shop knows get the verdict that a shop expects? The scenario table, by geometry, material, tool and cut."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rmos.feasibility import BaselineFeasibilityEngineV1, evaluate_feasibility
from rmos.feasibility.domain import Facts, RiskLevel, assess
from rmos.feasibility.presets import load_presets

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
    "larger maple pocket": ({**HARD, "width_mm": 80.0, "length_mm": 100.0, "depth_mm": 12.0}, G, ""),
    "pine pocket with an island": ({"width_mm": 80.0, "length_mm": 80.0, "stepdown_mm": 3.0, "loop_count": 2, "smallest_feature_mm": 30.0}, G, ""),
    "maple pocket with an island": ({**HARD, "width_mm": 80.0, "length_mm": 80.0, "loop_count": 2, "smallest_feature_mm": 30.0}, G, ""),
    "three pine pockets": ({"width_mm": 40.0, "length_mm": 40.0, "depth_mm": 8.0, "stepdown_mm": 3.0, "loop_count": 3}, G, ""),
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


SHOP = """
[pine]
resinous = false
[balsa]
name = "A wood that nobody has tested"
kind = "wood"
density_kg_m3 = 160
hardness = "unknown"
resinous = false
burn = 0.2
tearout = 0.2
max_feed_mm_min = 5000
energy_low_j_cm3 = 30
energy_high_j_cm3 = 91
"""
TOOL = """
[{id}]
name = "{diameter} mm, two edges"
kind = "flat"
diameter_mm = {diameter}
flutes = 2
flute_length_mm = {flutes}
stickout_mm = {stickout}
shank_diameter_mm = {diameter}
max_rpm = 24000
modulus_mpa = 580000
center_cutting = true
"""
# The same table as a client asks it: material, tool, width, length, depth, stepdown, stepover, feed, speed, and what else.
ASKED: dict[str, tuple[str, str, tuple[float, ...], dict[str, Any], str, str]] = {
    "pine": ("pine", "long_6", (50, 50, 10, 3, 0.5, 1000, 18000), {}, "GREEN", ""),
    "maple": ("maple_hard", "long_6", (50, 50, 10, 2, 0.4, 800, 14000), {}, "GREEN", ""),
    "cedar": ("cedar_western_red", "long_6", (100, 80, 12, 3, 0.5, 1000, 18000), {}, "GREEN", ""),
    "walnut": ("walnut_black", "long_6", (100, 80, 12, 2, 0.4, 800, 14000), {}, "GREEN", ""),
    "island": ("pine", "long_6", (80, 80, 10, 3, 0.5, 1000, 18000), {"island": 20}, "GREEN", ""),
    "deep": ("pine", "long_6", (50, 50, 15, 5, 0.5, 1000, 18000), {}, "YELLOW", "F012 F030 F037"),
    "thin tool": ("pine", "thin", (20, 20, 5, 0.5, 0.3, 400, 18000), {}, "YELLOW", "F030 F032"),
    "slot": ("pine", "flat_3mm_2f", (4, 50, 10, 2, 1.0, 1000, 18000), {"stickout": 12}, "YELLOW", "F030 F034 F037"),
    "thin floor": ("pine", "long_6", (50, 50, 10, 2, 0.5, 1000, 18000), {"stock": 11.5}, "YELLOW", "F038"),
    "override": ("pine", "long_6", (50, 50, 10, 2, 0.5, 1500, 18000), {"override": 150}, "YELLOW", "F040"),
    "wide steps": ("pine", "long_6", (50, 50, 10, 2, 0.8, 1000, 18000), {}, "YELLOW", "F035"),
    "one pass": ("maple_hard", "long_6", (50, 50, 20, 15, 0.4, 800, 14000), {}, "RED", "F012 F020 F030 F037 F041"),
    "through": ("pine", "long_6", (50, 50, 50, 3, 0.5, 1000, 18000), {"stock": 20, "stickout": 60}, "RED", "F022 F030 F037"),
    "nobody knows": ("balsa", "long_6", (50, 50, 10, 2, 0.5, 1000, 18000), {}, "RED", "F024"),
    "12 mm in 8": ("pine", "wide", (8, 20, 5, 2, 0.5, 1000, 18000), {}, "RED", "F025"),
    "rosewood": ("rosewood_east_indian", "thin", (50, 50, 10, 2, 0.5, 1000, 18000), {"air": False}, "RED", "F027 F030 F031 F032 F037"),
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> BaselineFeasibilityEngineV1:
    """A shop that has the tools of the table, and pine that is not resinous."""
    folder = tmp_path_factory.mktemp("presets")
    (folder / "materials.toml").write_text(SHOP)
    tools = (("long_6", 6.0, 60.0, 61.0), ("thin", 1.5, 11.0, 12.0), ("wide", 12.0, 30.0, 35.0))
    (folder / "tools.toml").write_text("".join(TOOL.format(id=i, diameter=d, flutes=f, stickout=s) for i, d, f, s in tools))
    return BaselineFeasibilityEngineV1(load_presets(folder))


@pytest.mark.parametrize("name", ASKED)
def test_a_known_job_that_a_client_asks_for_gets_the_expected_verdict(name: str, shop: BaselineFeasibilityEngineV1) -> None:
    material, tool, (width, length, depth, stepdown, stepover, feed, rpm), more, expected, rules = ASKED[name]
    side = more.get("island")
    islands = [[[30, 30], [30 + side, 30], [30 + side, 30 + side], [30, 30 + side]]] if side else []
    design = {
        "mode": "pocket", "boundary": [[0, 0], [length, 0], [length, width], [0, width]], "islands": islands, "depth": depth,
        "wall": 20,
    }  # fmt: skip
    options = {"stock_thickness": more.get("stock", 100), "stickout": more.get("stickout", {"thin": 11.5, "wide": 30}.get(tool, 25)),
               "coolant": more.get("air", True), "feed_override_percent": more.get("override")}  # fmt: skip
    cut = {"stepdown": stepdown, "stepover_ratio": stepover, "feed_per_min": feed, "plunge_per_min": 300, "spindle_rpm": rpm}
    context = {"tool_id": tool, "material_id": material, "machine_id": "bcamcnc_2030ca", "cut": cut, "options": options}
    report = evaluate_feasibility(design, context, engine=shop)
    table = {finding.rule_id for finding in report.findings if finding.rule_id.startswith("F")}
    assert set(rules.split()) <= table, report.findings
    if expected != "RED":
        assert table == set(rules.split()), report.findings
    assert report.overall_risk == expected, report.findings
    assert report.missing == ()


def test_a_stickout_that_the_shop_measured_is_known_and_one_that_is_estimated_is_not(shop: BaselineFeasibilityEngineV1) -> None:
    design = {"mode": "pocket", "boundary": [[0, 0], [50, 0], [50, 50], [0, 50]], "depth": 8, "wall": 20}
    cut = {"stepdown": 2, "stepover_ratio": 0.4, "feed_per_min": 1000, "plunge_per_min": 300, "spindle_rpm": 18000}
    context = {"material_id": "alder", "machine_id": "bcamcnc_2030ca", "cut": cut, "options": {"stock_thickness": 30}}
    missing = {
        tool: {fact.fact for fact in evaluate_feasibility(design, {**context, "tool_id": tool}, engine=shop).missing}
        for tool in ("wide", "flat_6mm_2f")
    }
    assert missing == {"wide": set(), "flat_6mm_2f": {"stickout_mm", "bending_length_mm"}}
