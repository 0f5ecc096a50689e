"""Do the rules fire on their own side of the boundary, and does the unknown block?"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.feasibility.domain import HARDNESSES, MODES, ORDER, REQUIRED, RULES, SCORERS, Facts, Gauge, RiskLevel, assess, physics
from rmos.feasibility.domain.model import MACHINE_CLASSES, hardness_class
from safe_jobs import POCKET, REQUESTED, SAFE, STAGE

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
    "F026": ({"hardness": "hard", "bending_length_mm": 30.0}, {"hardness": "hard", "bending_length_mm": 30.1}),
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
    # The same per turn of two edges.
    "P013": ({"path_feed_per_turn_mm": 1.016}, {"path_feed_per_turn_mm": 1.0161}),
    "P014": ({"path_feed_per_turn_mm": 0.24}, {"path_feed_per_turn_mm": 0.2401}),
    # 56 m/s at a 50 mm cutter: 21 390 rpm.
    "P020": ({"tool_diameter_mm": 50.0, "spindle_rpm": 21_390.0}, {"tool_diameter_mm": 50.0, "spindle_rpm": 21_391.0}),
    "P021": ({"tool_diameter_mm": 50.0, "path_max_rpm": 21_390.0}, {"tool_diameter_mm": 50.0, "path_max_rpm": 21_391.0}),
    # 91 J/cm³ · 6 · 3 · 1000 mm³/min = 27.3 W.
    "P030": ({"spindle_power_w": 27.4}, {"spindle_power_w": 27.2}),
    # 91 N/mm2 on a chip of 3 by 0.02778 mm: 7.583 N; on 0.025 mm: 303.3 N/mm, which the 6 mm carbide has at 53.07 mm.
    "P040": ({"bending_length_mm": 53.0}, {"bending_length_mm": 53.1}),
    # On 0.13 mm: 58.33 N/mm, at 91.95 mm.
    "P041": ({"bending_length_mm": 91.9}, {"bending_length_mm": 92.0}),
    # The simulated path of the harmless job removes what its slot does.
    "P031": ({"spindle_power_w": 27.4}, {"spindle_power_w": 27.2}),
    "P042": ({"bending_length_mm": 53.0}, {"bending_length_mm": 53.1}),
    "P043": ({"bending_length_mm": 91.9}, {"bending_length_mm": 92.0}),
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
    "M013": ({"plunge_mm_min": 600.0}, {"plunge_mm_min": 601.0}),
    "E001": ({"path_axial_mm": 30.01}, {"path_axial_mm": 30.02}),
    "E002": ({"hardness": "hard", "path_axial_mm": 9.01}, {"hardness": "hard", "path_axial_mm": 9.02}),
    "E003": ({"hardness": "hard", "path_axial_mm": 3.01}, {"hardness": "hard", "path_axial_mm": 3.02}),
    "E004": ({"path_axial_mm": 3.01}, {"path_axial_mm": 3.02}),
    "E005": ({"path_plunge_mm_min": 400.4}, {"path_plunge_mm_min": 400.5}),
    "E010": ({"path_rapid_cuts": 0}, {"path_rapid_cuts": 1}),
    "E011": ({"path_still_cuts": 0}, {"path_still_cuts": 1}),
    "K001": ({"tool_kind": "flat"}, {"tool_kind": "drill"}),
    "K002": ({"tool_kind": "flat"}, {"tool_kind": "vbit"}),
    "K003": ({"tool_kind": "flat"}, {"tool_kind": "ball"}),
    "K004": ({"center_cutting": True}, {"center_cutting": False}),
    "K011": ({"tool_kind": "drill", "path_radial_mm": 0.0}, {"tool_kind": "drill", "path_radial_mm": 0.1}),
    "K012": ({"tool_kind": "flat"}, {"tool_kind": "vbit"}),
    "K014": ({"center_cutting": False, "path_plunge_mm_min": 0.0}, {"center_cutting": False, "path_plunge_mm_min": 1.0}),
    "E012": ({"path_removal_mm3_min": 0.1}, {"path_removal_mm3_min": 0.0}),
    "S013": ({"feed_mm_min": 15_840.0}, {"feed_mm_min": 15_841.0}),
    "S035": ({"depth_mm": 12.0}, {"depth_mm": 11.9}),
    "M014": ({"depth_mm": 24.0, "stock_thickness_mm": 40.0}, {"depth_mm": 24.1, "stock_thickness_mm": 40.0}),
    "M015": ({"path_min_mm": (0, 0, -24.0)}, {"path_min_mm": (0, 0, -24.1)}),
    "M016": ({"travel_mm": (300, 180, 45)}, {"travel_mm": (300.1, 180, 45)}),
    "M017": ({"path_plunge_mm_min": 600.6}, {"path_plunge_mm_min": 600.7}),
    "E006": ({"path_plunge_mm_min": 500.5}, {"path_plunge_mm_min": 500.6}),
    "E007": ({"path_axial_mm": 3.01}, {"path_axial_mm": 3.02}),
    "E008": ({"path_min_mm": (0, 0, -12.0)}, {"path_min_mm": (0, 0, -12.1)}),
    "E009": ({"path_min_mm": (0, 0, -18.0)}, {"path_min_mm": (0, 0, -18.1)}),
    "E014": ({"path_min_mm": (0, 0, -10.01)}, {"path_min_mm": (0, 0, -10.02)}),
    "K005": ({"tool_kind": "flat"}, {"tool_kind": "fret_slot"}),
    "P015": ({"feed_mm_min": 457.3}, {"feed_mm_min": 457.1}),
    "P016": ({"path_feed_per_turn_mm": 0.0508}, {"path_feed_per_turn_mm": 0.0507}),
    "P050": ({"feed_mm_min": 18_435.0}, {"feed_mm_min": 18_436.0}),
    "P060": ({"feed_mm_min": 5000.0}, {"feed_mm_min": 5001.0}),
    "P061": ({"path_max_feed_mm_min": 5000.0}, {"path_max_feed_mm_min": 5001.0}),
    "Q001": ({"outline_sound": True}, {"outline_sound": False}),
    "T026": ({"fret_error_mm": 0.2}, {"fret_error_mm": 0.21}),
    "T027": ({"fret_angle_deg": 30.0}, {"fret_angle_deg": 30.1}),
    "G001": ({"states_units": True}, {"states_units": False}),
    "G002": ({"states_distance": True}, {"states_distance": False}),
    "G003": ({"path_rapid_lowest_mm": 0.0}, {"path_rapid_lowest_mm": -0.1}),
    "S001": ({"spindle_rpm": 9000.0}, {"spindle_rpm": 9001.0}),
    # pi * 180 mm turns at 84.8 m/s at 8997.5 rpm, at 80 m/s at 8488.3, at 72 m/s at 7639.4.
    "S002": ({"spindle_rpm": 8997.0}, {"spindle_rpm": 8998.0}),
    "S003": ({"spindle_rpm": 8488.0}, {"spindle_rpm": 8489.0}),
    "S004": ({"spindle_rpm": 7639.0}, {"spindle_rpm": 7640.0}),
    # 24 teeth at 5500 rpm: 132 000 bites a minute.
    "S010": ({"feed_mm_min": 29_700.0}, {"feed_mm_min": 29_701.0}),
    "S011": ({"feed_mm_min": 19_800.0}, {"feed_mm_min": 19_801.0}),
    "S012": ({"burn": 0.5, "feed_mm_min": 3960.0}, {"burn": 0.5, "feed_mm_min": 3959.0}),
    # A rip 30, stock above 50 mm 25, tilted more than 15 degrees 10; of stock above 25 mm 15.
    "S020": ({"cut_kind": "rip", "stock_thickness_mm": 50.1, "bevel_deg": 15.0}, {"cut_kind": "rip", "stock_thickness_mm": 50.1, "bevel_deg": 15.1}),
    "S021": ({"cut_kind": "rip", "stock_thickness_mm": 25.0}, {"cut_kind": "rip", "stock_thickness_mm": 25.1}),
    "S022": ({"exposure_mm": 50.0}, {"exposure_mm": 50.1}),
    "S023": ({"exposure_mm": 25.0}, {"exposure_mm": 25.1}),
    "S024": ({"exposure_mm": 0.0}, {"exposure_mm": -0.1}),
    "S030": ({"depth_mm": 52.0}, {"depth_mm": 52.1}),
    "S031": ({"cut_kind": "dado", "depth_mm": 11.9}, {"cut_kind": "dado", "depth_mm": 12.0}),
    "S032": ({"cut_length_mm": 0.1}, {"cut_length_mm": 0.0}),
    "S033": ({"blade_plate_mm": 1.39}, {"blade_plate_mm": 1.4}),
    "S034": ({"hardness": "soft"}, {"hardness": "unknown"}),
    # 1.4 * 12 * 4800 mm3/min at 91 J/cm3: 122.3 W, which is 76.5 % of 159.9 W and 68 % of 179.9 W.
    "S040": ({"spindle_power_w": 160.0}, {"spindle_power_w": 159.7}),
    "S041": ({"spindle_power_w": 180.0}, {"spindle_power_w": 179.7}),
    "S050": ({"cut_length_mm": 500.0}, {"cut_length_mm": 500.1}),
    # It rings at 120.05 Hz; 15 % above that are 8283.5 rpm.
    "S060": ({"spindle_rpm": 8284.0}, {"spindle_rpm": 8283.0}),
    "T001": ({"depth_mm": 3.0}, {"depth_mm": 3.01}),
    "T002": ({"depth_mm": 1.8}, {"depth_mm": 1.81}),
    "T003": ({"width_mm": 0.6}, {"width_mm": 0.59}),
    "T004": ({"width_mm": 0.62}, {"width_mm": 0.61}),
    "T005": ({"depth_mm": 4.8}, {"depth_mm": 4.81}),
    "T006": ({"depth_mm": 3.6}, {"depth_mm": 3.61}),
    "T007": ({"stepdown_mm": 1.2}, {"stepdown_mm": 1.21}),
    "T008": ({"stepdown_mm": 0.6}, {"stepdown_mm": 0.61}),
    "T009": ({"resinous": True, "coolant": True}, {"resinous": True, "coolant": False}),
    "T010": ({"resinous": True, "hardness": "hard"}, {"resinous": True, "hardness": "very-hard"}),
    "T020": ({"fret_count": 1}, {"fret_count": 0}),
    "T021": ({"scale_min_mm": 300.0}, {"scale_min_mm": 299.9}),
    "T022": ({"perpendicular_drift_deg": 0.5}, {"perpendicular_drift_deg": 0.51}),
    "T023": ({"fret_angle_deg": 12.0}, {"fret_angle_deg": 12.1}),
    "T024": ({"fret_gap_mm": 0.65}, {"fret_gap_mm": 0.64}),
    "T025": ({"bass_shorter": False}, {"bass_shorter": True}),
    "N001": ({"slot_spacing_mm": 3.0}, {"slot_spacing_mm": 2.99}),
    "N002": ({"slot_spacing_mm": 5.0}, {"slot_spacing_mm": 4.99}),
    "N003": ({"slot_edge_mm": 0.1}, {"slot_edge_mm": 0.0}),
    "N004": ({"slot_edge_mm": 2.0}, {"slot_edge_mm": 1.99}),
    "N005": ({"stock_thickness_mm": 3.0}, {"stock_thickness_mm": 2.99}),
    "N006": ({"width_mm": 0.2}, {"width_mm": 0.19}),
    "N007": ({"width_mm": 0.67}, {"width_mm": 0.66}),
    "N008": ({"safe_z_mm": 2.0}, {"safe_z_mm": 1.99}),
    "H001": ({"stepdown_mm": 1.25}, {"stepdown_mm": 1.26}),
    "H002": ({"stepdown_mm": 0.75}, {"stepdown_mm": 0.76}),
    "H003": ({"bore_mm": 6.1}, {"bore_mm": 6.0}),
    "R002": ({"width_mm": 3.6}, {"width_mm": 3.59}),
    "R003": ({"width_mm": 3.0}, {"width_mm": 2.99}),
    "R004": ({"floor_mm": 1.0}, {"floor_mm": 0.99}),
    "R005": ({"depth_mm": 3.0}, {"depth_mm": 3.1}),
    "R006": ({"kerf_drift_deg": 5.0}, {"kerf_drift_deg": 5.1}),
    "R007": ({"width_mm": 0.1}, {"width_mm": 0.0}),
    "D001": ({"center_cutting": True}, {"center_cutting": False}),
    "D002": ({"bore_mm": 6.0}, {"bore_mm": 5.99}),
    "D003": ({"bore_mm": 6.1}, {"bore_mm": 6.11}),
    "D004": ({"depth_mm": 60.0}, {"depth_mm": 60.1}),
    "D005": ({"peck_mm": 18.0}, {"peck_mm": 18.1}),
    "D006": ({"peck_count": 50}, {"peck_count": 51}),
    "D007": ({"bore_mm": 0.5}, {"bore_mm": 0.49}),
    "D008": ({"plunge_mm_min": 1000.0}, {"plunge_mm_min": 1001.0}),
    "D009": ({"hole_gap_mm": 0.1}, {"hole_gap_mm": 0.0}),
    "D010": ({"hole_gap_mm": 1.0}, {"hole_gap_mm": 0.99}),
    "D011": ({"floor_mm": 1.0}, {"floor_mm": 0.99}),
    "D012": ({"tool_kind": "drill"}, {"tool_kind": "flat"}),
    # 0.0254 mm on two edges at 3000 rpm: 152.4 mm/min; 0.508 mm: 3048 mm/min.
    "P017": ({"plunge_mm_min": 152.5}, {"plunge_mm_min": 152.3}),
    "P018": ({"plunge_mm_min": 3048.0}, {"plunge_mm_min": 3049.0}),
    # A circle of 6 mm is 28.27 mm2; at 200 mm/min and 91 J/cm3: 8.577 W.
    "P032": ({"spindle_power_w": 8.6}, {"spindle_power_w": 8.5}),
    "K006": ({"tool_kind": "flat"}, {"tool_kind": "bull"}),
    "O001": ({"uncut_mm": 0.0}, {"uncut_mm": 0.1}),
    "O002": ({"part_held": True}, {"part_held": False}),
    "O003": ({"tab_gap_mm": 0.1}, {"tab_gap_mm": 0.0}),
    "O004": ({"finish_allowance_mm": 3.0}, {"finish_allowance_mm": 3.01}),
    "Q002": ({"previous_diameter_mm": 6.1}, {"previous_diameter_mm": 6.0}),
    "V001": ({"tool_kind": "vbit"}, {"tool_kind": "flat"}),
    # Half of 11.8 mm over tan 30 degrees: 10.219 mm.
    "V002": ({"depth_mm": 10.21}, {"depth_mm": 10.22}),
    "V003": ({"tip_angle_deg": 120.0}, {"tip_angle_deg": 120.1}),
    # 0.2 mm + 2 * 2 mm * tan 30 degrees: 2.509 mm.
    "V004": ({"width_mm": 2.5}, {"width_mm": 2.51}),
    "V005": ({"tip_diameter_mm": 1.0}, {"tip_diameter_mm": 1.01}),
    # Two edges at 6000 rpm: 12 000 chips a minute.
    "V010": ({"feed_mm_min": 2700.0}, {"feed_mm_min": 2701.0}),
    "V011": ({"feed_mm_min": 1800.0}, {"feed_mm_min": 1801.0}),
    "V012": ({"feed_mm_min": 480.0}, {"feed_mm_min": 479.0}),
    "V013": ({"feed_mm_min": 960.0}, {"feed_mm_min": 959.0}),
    "T028": ({"deepest_mm": 4.8}, {"deepest_mm": 4.81}),
    "T029": ({"path_min_mm": (0, 0, -1.81)}, {"path_min_mm": (0, 0, -1.82)}),
    "S051": ({"sliced_mm": 100.0, "block_mm": 100.0}, {"sliced_mm": 100.1, "block_mm": 100.0}),
    "S052": ({"sliced_mm": 80.0, "block_mm": 100.0}, {"sliced_mm": 80.1, "block_mm": 100.0}),
    "S070": ({"path_min_mm": (0, 0, -20.01)}, {"path_min_mm": (0, 0, -20.02)}),
    "S071": ({"path_max_feed_mm_min": 4804.8}, {"path_max_feed_mm_min": 4804.9}),
    "S072": ({"path_min_rpm": 5494.5}, {"path_min_rpm": 5494.4}),
    "S073": ({"path_rapid_lowest_mm": 0.0}, {"path_rapid_lowest_mm": -0.1}),
    "U001": ({"feed_mm_min": 150.0}, {"feed_mm_min": 149.0}),
    "U002": ({"plunge_mm_min": 30.0}, {"plunge_mm_min": 29.0}),
    "U003": ({"stickout_mm": 4.0}, {"stickout_mm": 3.9}),
    "U004": ({"stock_thickness_mm": 0.4}, {"stock_thickness_mm": 0.39}),
    "U005": ({"depth_mm": 0.08}, {"depth_mm": 0.07}),
    "U006": ({"stepdown_mm": 0.03}, {"stepdown_mm": 0.029}),
    "U007": ({"safe_z_mm": 0.8}, {"safe_z_mm": 0.79}),
    "U008": ({"width_mm": 0.2}, {"width_mm": 0.19}),
    "U009": ({"length_mm": 0.8}, {"length_mm": 0.79}),
    # 43.3 in are a usual scale of 1100 mm, 43.4 in are none.
    "U010": ({"scale_max_mm": 43.4}, {"scale_max_mm": 43.3}),
    "U011": ({"outer_diameter_mm": 15.8}, {"outer_diameter_mm": 15.7}),
}  # fmt: skip
MODE_OF_FAMILY = {"G": "gcode", "S": "saw", "T": "fret_slots", "N": "nut_slots", "H": "helical", "R": "rosette",
                  "D": "drill", "V": "vcarve", "O": "profile"}  # fmt: skip
ODD = {
    **dict.fromkeys(("K011", "K012", "K014", "E006", "E007", "E008", "E009", "P016"), "gcode"), "P015": "fret_slots", "U010": "fret_slots", "U011": "rosette",
    **dict.fromkeys(("P017", "P018", "P032"), "drill"), "Q002": "rest",
}  # fmt: skip


def mode_of(rule_id: str) -> str:
    return ODD.get(rule_id) or MODE_OF_FAMILY.get(rule_id[0], "pocket")


def job_of(rule_id: str, firing: bool) -> tuple[Facts, str]:
    mode = mode_of(rule_id)
    return replace(SAFE[mode], **SIDES[rule_id][firing]), STAGE


def fired(facts: Facts, stage: str = "toolpath") -> set[str]:
    return {f.rule.id for f in assess(facts, stage).findings}


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
