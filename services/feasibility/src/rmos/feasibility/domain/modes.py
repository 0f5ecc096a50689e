"""What must be known before a verdict can be GREEN, by mode and stage?"""

from __future__ import annotations

from rmos.feasibility.domain.facts import Facts

_TOOL = ("tool_kind", "center_cutting", "tool_diameter_mm", "tool_max_rpm", "flutes", "flute_length_mm", "stickout_mm",
         "bending_length_mm", "tool_modulus_mpa")  # fmt: skip
_MATERIAL = ("hardness", "resinous", "energy_high_j_cm3", "material_max_feed_mm_min", "stock_thickness_mm")
_SPINDLE = ("machine_max_feed_mm_min", "spindle_min_rpm", "spindle_max_rpm", "spindle_power_w")
_SETUP = (*_TOOL, *_MATERIAL, *_SPINDLE, "machine_max_plunge_mm_min", "envelope_mm", "machine_class")
_FEEDS = ("stepdown_mm", "depth_mm", "feed_mm_min", "plunge_mm_min", "spindle_rpm", "safe_z_mm", "travel_mm")
_ROUTED = (*_FEEDS, "stepover_ratio", "is_slot", "width_mm", "length_mm", "floor_mm")
_PATH = ("path_min_mm", "path_max_mm", "path_max_feed_mm_min", "path_min_rpm", "path_max_rpm", "path_axial_mm",
         "path_radial_mm", "path_removal_mm3_min", "path_feed_per_turn_mm", "path_plunge_mm_min", "path_rapid_cuts",
         "path_still_cuts")  # fmt: skip
_OUTLINE = ("loop_count", "has_closed_paths", "geometry_complex", "smallest_feature_mm", "wall_mm")
_POCKET = (*_SETUP, *_ROUTED, *_OUTLINE)
_POCKETED = (*_POCKET, "outline_sound")
_HELICAL = (*_POCKET, "bore_mm", "helix_radius_mm")
_ROSETTE = (*_POCKET, "outer_diameter_mm")
_GROOVED = (*_SETUP, *_ROUTED, "geometry_complex", "wall_mm")
_PROFILED = (*_SETUP, *_FEEDS, "stepover_ratio", "is_slot", "geometry_complex", "wall_mm", "outline_sound", "part_held")
_CARVED = (*_SETUP, *_FEEDS, "floor_mm", "width_mm", "smallest_feature_mm", "outline_sound", "tip_angle_deg", "tip_diameter_mm")
_FRETTED = (*_SETUP, *_FEEDS, "width_mm", "runout_mm", "scale_min_mm", "scale_max_mm", "fret_count", "fret_angle_deg",
            "perpendicular_drift_deg", "fret_error_mm", "fret_gap_mm", "bass_shorter", "deepest_mm")  # fmt: skip
_NUT = (*_SETUP, *_FEEDS, "width_mm", "runout_mm", "slot_spacing_mm", "slot_edge_mm")
_DRILLED = ("tool_kind", "center_cutting", "tool_diameter_mm", "tool_max_rpm", "flutes", "flute_length_mm", "stickout_mm",
            "bending_length_mm", "hardness", "resinous", "energy_high_j_cm3", "stock_thickness_mm", "spindle_min_rpm",
            "spindle_max_rpm", "spindle_power_w", "machine_max_plunge_mm_min", "envelope_mm", "depth_mm", "plunge_mm_min",
            "spindle_rpm", "safe_z_mm", "travel_mm", "bore_mm", "peck_mm", "peck_count", "floor_mm")  # fmt: skip
_DRILLED_PATH = ("machine_max_feed_mm_min", *(name for name in _PATH if name not in ("path_axial_mm", "path_feed_per_turn_mm")))
_SAWN = ("blade_diameter_mm", "blade_kerf_mm", "blade_plate_mm", "blade_teeth", "blade_max_rpm", "blade_max_rim_m_s",
         "blade_modulus_mpa", "hardness", "burn", "energy_high_j_cm3", "stock_thickness_mm", *_SPINDLE, "cut_kind",
         "cut_length_mm", "exposure_mm", "miter_deg", "bevel_deg", "riving_knife", "depth_mm", "feed_mm_min",
         "spindle_rpm", "safe_z_mm")  # fmt: skip
_SAWN_PATH = ("envelope_mm", "path_min_mm", "path_max_mm", "path_max_feed_mm_min", "path_min_rpm", "path_max_rpm")
_PROGRAM = (*_SETUP, *_PATH, "states_units", "states_distance")

_ASKED: dict[str, tuple[str, ...]] = {
    "pocket": _POCKETED, "rest": (*_POCKETED, "previous_diameter_mm"), "helical": _HELICAL, "rosette": _ROSETTE,
    "profile": _PROFILED, "slot": (*_GROOVED, "smallest_feature_mm"), "ledge": (*_GROOVED, "outline_sound"), "drill": _DRILLED,
    "vcarve": _CARVED, "fret_slots": _FRETTED, "nut_slots": _NUT, "saw": _SAWN,
}  # fmt: skip
_RUN = {"drill": _DRILLED_PATH, "saw": _SAWN_PATH}
_OF_PROGRAMS = {("gcode", "plan"): _SETUP, ("gcode", "request"): _PROGRAM, ("gcode", "toolpath"): _PROGRAM}
REQUIRED: dict[tuple[str, str], tuple[str, ...]] = {
    **_OF_PROGRAMS,
    **{(mode, stage): names for mode, names in _ASKED.items() for stage in ("plan", "request")},
    **{(mode, "toolpath"): (*names, *_RUN.get(mode, _PATH)) for mode, names in _ASKED.items()},
}
"""`plan`: a job may go on to its toolpath. `request`: a verdict on what was asked, of a program none without its toolpath.
`toolpath`: a verdict on what will run. A mode and stage that is not here has no scorer: UNKNOWN."""


def required(facts: Facts, stage: str) -> tuple[str, ...]:
    """Names of what must be known; `mode` where the mode has no scorer."""
    names = REQUIRED.get((facts.mode, stage))
    if names is None:
        return ("mode",)
    extra: tuple[str, ...] = ("coolant",) if _coolant_matters(facts) else ()
    return names + extra


def _coolant_matters(facts: Facts) -> bool:
    """Coolant or air decides only about thin tools in resinous wood (F027, T009); what else is missing is named for itself."""
    thin = facts.mode in ("fret_slots", "nut_slots") or (facts.tool_diameter_mm is not None and facts.tool_diameter_mm < 3)
    return bool(facts.resinous) and thin
