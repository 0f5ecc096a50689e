"""One harmless job of each mode, as facts: what the tests change one fact of at a time."""

from __future__ import annotations

from dataclasses import replace

from rmos.feasibility.domain import Facts

MACHINE = {
    "envelope_mm": (300, 180, 45), "machine_max_feed_mm_min": 1200, "spindle_min_rpm": 1000, "spindle_max_rpm": 24000,
    "spindle_power_w": 450, "machine_class": "hobby", "runout_mm": 0.01, "machine_max_plunge_mm_min": 600,
}  # fmt: skip
WOOD = {
    "hardness": "soft", "resinous": False, "coolant": True, "burn": 0.2, "energy_high_j_cm3": 91, "stock_thickness_mm": 20,
    "material_max_feed_mm_min": 5000,
}  # fmt: skip
TOOL = {
    "tool_kind": "flat", "center_cutting": True, "tool_diameter_mm": 6.0, "tool_max_rpm": 24000, "flutes": 2, "flute_length_mm": 22, "stickout_mm": 25.0, "bending_length_mm": 25.0,
    "tool_modulus_mpa": 580_000,
}  # fmt: skip
CUT = {
    "stepover_ratio": 0.4, "stepdown_mm": 3, "asked_axial_mm": 3, "depth_mm": 10, "feed_mm_min": 1000, "plunge_mm_min": 400, "spindle_rpm": 18000,
    "safe_z_mm": 5, "feed_override_percent": 100, "floor_mm": 10, "width_mm": 50, "length_mm": 50, "is_slot": False,
    "travel_mm": (44, 44, 15),
}  # fmt: skip
OUTLINE = {
    "has_closed_paths": True, "loop_count": 1, "wall_mm": 10, "smallest_feature_mm": 50, "geometry_complex": False,
    "outline_sound": True,
}  # fmt: skip
PATH = {
    "path_min_mm": (0, 0, -10), "path_max_mm": (50, 50, 5), "path_max_feed_mm_min": 1000, "path_min_rpm": 18000,
    "path_max_rpm": 18000, "path_axial_mm": 3, "path_radial_mm": 6, "path_removal_mm3_min": 18_000, "path_feed_per_turn_mm": 1000 / 18000,
    "path_plunge_mm_min": 400, "path_rapid_cuts": 0, "path_still_cuts": 0, "path_rapid_lowest_mm": 5,
}  # fmt: skip
POCKET = Facts(mode="pocket", **MACHINE, **WOOD, **TOOL, **CUT, **OUTLINE, **PATH)  # type: ignore[arg-type]
GCODE = Facts(mode="gcode", **MACHINE, **WOOD, **TOOL, **PATH, states_units=True, states_distance=True)  # type: ignore[arg-type]
REQUESTED = Facts(mode="pocket", **MACHINE, **WOOD, **TOOL, **CUT, **OUTLINE)  # type: ignore[arg-type]
HELICAL = replace(
    REQUESTED, mode="helical", stepover_ratio=1.0, is_slot=True, stepdown_mm=0.5, depth_mm=6, floor_mm=14, width_mm=11, length_mm=11,
    smallest_feature_mm=11, travel_mm=(5, 5, 11), bore_mm=11, helix_radius_mm=2.5,
)  # fmt: skip
ROSETTE = replace(
    REQUESTED, mode="rosette", tool_diameter_mm=3, stickout_mm=12, bending_length_mm=12, stepdown_mm=1, depth_mm=1.5, floor_mm=2.5,
    stock_thickness_mm=4, width_mm=7.5, length_mm=100, smallest_feature_mm=7.5, outer_diameter_mm=100, loop_count=2,
    kerf_drift_deg=3, max_drift_deg=5, travel_mm=(97, 97, 6.5),
)  # fmt: skip
FRETS = Facts(
    mode="fret_slots", **MACHINE, **{**WOOD, "stock_thickness_mm": 6},
    tool_kind="fret_slot", center_cutting=True, tool_diameter_mm=0.6, tool_max_rpm=24000, flutes=2, flute_length_mm=3, stickout_mm=15, bending_length_mm=3.2,
    tool_modulus_mpa=580_000, stepdown_mm=0.3, depth_mm=1.8, floor_mm=4.2, feed_mm_min=500, plunge_mm_min=100, spindle_rpm=18000,
    safe_z_mm=5, feed_override_percent=100, width_mm=0.65, scale_min_mm=647.7, scale_max_mm=647.7, fret_count=22, fret_angle_deg=0,
    perpendicular_drift_deg=0, fret_gap_mm=10, bass_shorter=False,
    fret_error_mm=0, deepest_mm=1.8, travel_mm=(280, 56, 6.8),
)  # type: ignore[arg-type]  # fmt: skip
NUT = replace(
    FRETS, mode="nut_slots", width_mm=0.8, depth_mm=1.0, slot_spacing_mm=7, slot_edge_mm=3, scale_min_mm=None, scale_max_mm=None,
    fret_count=None, fret_angle_deg=None, perpendicular_drift_deg=None, fret_gap_mm=None, bass_shorter=None,
    fret_error_mm=None, deepest_mm=None, length_mm=43, travel_mm=(43, 0, 6),
)  # fmt: skip
SAW = Facts(
    mode="saw", machine_max_feed_mm_min=6000, spindle_min_rpm=1000, spindle_max_rpm=24000, spindle_power_w=1500, hardness="soft",
    burn=0.2, energy_high_j_cm3=91, stock_thickness_mm=12, blade_diameter_mm=180, blade_kerf_mm=1.4, blade_plate_mm=1.0,
    blade_teeth=24, blade_max_rpm=9000, blade_max_rim_m_s=84.8, blade_modulus_mpa=200_000, cut_kind="crosscut",
    cut_length_mm=120, exposure_mm=8, miter_deg=0, bevel_deg=0, riving_knife=True, depth_mm=12, feed_mm_min=4800,
    spindle_rpm=5500, blade_bite_mm=0.12, envelope_mm=(300, 180, 45), safe_z_mm=5,
)  # fmt: skip
REST = replace(REQUESTED, mode="rest", previous_diameter_mm=12.0)
ALONG = replace(
    REQUESTED, stepover_ratio=1.0, is_slot=True, stepdown_mm=2, has_closed_paths=None, loop_count=None, width_mm=None,
    length_mm=None, smallest_feature_mm=None, outline_sound=None,
)  # fmt: skip
"""Along a line, at full width."""
PROFILE = replace(
    ALONG, mode="profile", stock_thickness_mm=10, floor_mm=None, uncut_mm=0.0, outline_sound=True, part_held=True,
    tab_gap_mm=40.0, finish_allowance_mm=0.3,
)  # fmt: skip
SLOT = replace(
    ALONG, mode="slot", depth_mm=9.5, floor_mm=10.5, width_mm=6.4, length_mm=250, smallest_feature_mm=6.4, travel_mm=(250, 1, 15),
)  # fmt: skip
LEDGE = replace(
    ALONG, mode="ledge", stepover_ratio=0.4, is_slot=False, stepdown_mm=1, depth_mm=2, floor_mm=18, width_mm=2.4, length_mm=100,
    outline_sound=True,
)  # fmt: skip
VCARVE = replace(
    ALONG, mode="vcarve", stepover_ratio=None, is_slot=None, tool_kind="vbit", tool_diameter_mm=12.0, tip_angle_deg=60.0,
    tip_diameter_mm=0.2, stepdown_mm=1, depth_mm=2, floor_mm=18, width_mm=2.0, length_mm=100, smallest_feature_mm=1.0,
    outline_sound=True, feed_mm_min=1000, spindle_rpm=6000, geometry_complex=None, wall_mm=None,
)  # fmt: skip
DRILL = replace(
    ALONG, mode="drill", tool_kind="drill", tool_max_rpm=8000, stepover_ratio=None, stepdown_mm=None, feed_mm_min=None,
    is_slot=None, geometry_complex=None, wall_mm=None, bore_mm=6.0, peck_mm=5.0, peck_count=2, hole_gap_mm=20.0,
    plunge_mm_min=200, spindle_rpm=3000,
)  # fmt: skip


def run(asked: Facts, **met: object) -> Facts:
    """As planned: what the simulation meets is what was asked for."""
    feed, plunge, rpm = asked.feed_mm_min or 200.0, asked.plunge_mm_min or 0.0, asked.spindle_rpm or 0.0
    axial, wide = asked.stepdown_mm or 5.0, asked.tool_diameter_mm or 0.0
    lowest = asked.deepest_mm or asked.depth_mm or 0.0
    path = {
        **PATH, "path_min_mm": (0, 0, -lowest), "path_max_feed_mm_min": feed, "path_min_rpm": rpm, "path_max_rpm": rpm,
        "path_axial_mm": axial, "asked_axial_mm": axial, "path_radial_mm": wide, "path_removal_mm3_min": axial * wide * feed,
        "path_feed_per_turn_mm": feed / rpm, "path_plunge_mm_min": plunge, **met,
    }  # fmt: skip
    return replace(asked, **path)  # type: ignore[arg-type]


NOT_MET = dict.fromkeys((
    "path_axial_mm", "path_radial_mm", "path_removal_mm3_min", "path_feed_per_turn_mm", "path_plunge_mm_min", "path_rapid_cuts",
    "path_still_cuts",
))  # fmt: skip
"""A blade is no tool that the simulation turns."""
SAFE = {
    "pocket": POCKET,
    "gcode": GCODE,
    "rest": run(REST),
    "profile": run(PROFILE),
    "drill": run(DRILL, path_radial_mm=0.0, path_axial_mm=None, path_feed_per_turn_mm=None),
    "vcarve": run(VCARVE),
    "slot": run(SLOT),
    "ledge": run(LEDGE),
    "helical": run(HELICAL),
    "rosette": run(ROSETTE),
    "fret_slots": run(FRETS),
    "nut_slots": run(NUT),
    "saw": run(SAW, **NOT_MET, path_min_mm=(0, 0, -20)),
}
STAGE = "toolpath"
"""At which every harmless job is judged: the request first, then what will run."""
