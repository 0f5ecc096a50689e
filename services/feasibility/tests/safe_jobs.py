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
    "stepover_ratio": 0.4, "stepdown_mm": 3, "depth_mm": 10, "feed_mm_min": 1000, "plunge_mm_min": 400, "spindle_rpm": 18000,
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
    fret_error_mm=0, travel_mm=(280, 56, 6.8),
)  # type: ignore[arg-type]  # fmt: skip
NUT = replace(
    FRETS, mode="nut_slots", width_mm=0.8, depth_mm=1.0, slot_spacing_mm=7, slot_edge_mm=3, scale_min_mm=None, scale_max_mm=None,
    fret_count=None, fret_angle_deg=None, perpendicular_drift_deg=None, fret_gap_mm=None, bass_shorter=None,
    fret_error_mm=None, length_mm=43, travel_mm=(43, 0, 6),
)  # fmt: skip
SAW = Facts(
    mode="saw", machine_max_feed_mm_min=6000, spindle_min_rpm=1000, spindle_max_rpm=24000, spindle_power_w=1500, hardness="soft",
    burn=0.2, energy_high_j_cm3=91, stock_thickness_mm=12, blade_diameter_mm=180, blade_kerf_mm=1.4, blade_plate_mm=1.0,
    blade_teeth=24, blade_max_rpm=9000, blade_max_rim_m_s=84.8, blade_modulus_mpa=200_000, cut_kind="crosscut",
    cut_length_mm=120, exposure_mm=8, miter_deg=0, bevel_deg=0, riving_knife=True, depth_mm=12, feed_mm_min=4800,
    spindle_rpm=5500, blade_bite_mm=0.12,
)  # fmt: skip
SAFE = {
    "pocket": POCKET,
    "gcode": GCODE,
    "helical": HELICAL,
    "rosette": ROSETTE,
    "fret_slots": FRETS,
    "nut_slots": NUT,
    "saw": SAW,
}
STAGE = {"pocket": "toolpath", "gcode": "toolpath"}
"""Of the other modes the request is judged."""
