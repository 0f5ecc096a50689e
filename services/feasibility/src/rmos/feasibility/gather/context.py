"""What do presets, settings and a simulated toolpath tell?"""

from __future__ import annotations

from typing import Any

from rmos.contracts.evaluation import EvaluateRequest
from rmos.contracts.events import PathFacts
from rmos.contracts.jobs import CutSettings
from rmos.feasibility import feeds
from rmos.feasibility.domain.rules import ROUTER
from rmos.feasibility.presets import Presets, Tool

Known = dict[str, Any]


def override(request: EvaluateRequest) -> float:
    """What the machine makes of every feed."""
    return (request.options.feed_override_percent or 100.0) / 100


def of_settings(request: EvaluateRequest) -> Known:
    """Feeds are those that the machine will run, override included. A drill goes straight down: no other setting moves it."""
    cut, options = request.cut, request.options
    if request.mode == "drill":
        cut = CutSettings(plunge_per_min=cut.plunge_per_min, spindle_rpm=cut.spindle_rpm)
    return {
        "stepdown_mm": cut.stepdown, "feed_mm_min": _times(cut.feed_per_min, override(request)),
        "plunge_mm_min": _times(cut.plunge_per_min, override(request)), "spindle_rpm": cut.spindle_rpm,
        "stock_thickness_mm": options.stock_thickness, "spoilboard_mm": options.spoilboard, "coolant": options.coolant,
        "feed_override_percent": options.feed_override_percent,
        "finish_allowance_mm": cut.finish_allowance if request.mode in ROUTER and request.mode != "gcode" else None,
        **({} if request.mode == "gcode" else {"safe_z_mm": options.safe_z}),
    }  # fmt: skip


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def of_tool(request: EvaluateRequest, tool: Tool | None) -> Known:
    """How far a tool sticks out is a fact of the set-up: stated, or measured by the shop in its presets, not estimated."""
    stickout = request.options.stickout
    if tool is None:
        return {"stickout_mm": stickout}
    if stickout is None and "stickout_mm" not in tool.estimates:
        stickout = tool.stickout_mm
    return {
        "tool_kind": tool.kind, "center_cutting": tool.center_cutting, "tool_diameter_mm": tool.diameter_mm,
        "tip_angle_deg": tool.tip_angle_deg, "tip_diameter_mm": tool.tip_diameter_mm, "tool_max_rpm": tool.max_rpm,
        "flute_length_mm": tool.flute_length_mm,
        "stickout_mm": stickout, "flutes": tool.flutes, "tool_modulus_mpa": tool.modulus_mpa,
        "bending_length_mm": None if stickout is None else feeds.bending_length_mm(
            stickout, tool.diameter_mm, tool.reduced_length_mm, tool.shank_diameter_mm
        ),
    }  # fmt: skip


def of_blade(request: EvaluateRequest, presets: Presets) -> Known:
    b = presets.blades.get(request.blade_id or "")
    if b is None:
        return {}
    return {
        "blade_diameter_mm": b.diameter_mm, "blade_kerf_mm": b.kerf_mm, "blade_plate_mm": b.plate_mm,
        "blade_teeth": b.teeth, "blade_max_rpm": b.max_rpm,
        "blade_max_rim_m_s": b.max_rim_m_s, "blade_modulus_mpa": b.modulus_mpa, "blade_bite_mm": b.recommended_bite_mm,
    }  # fmt: skip


def of_material(request: EvaluateRequest, presets: Presets) -> Known:
    m = presets.materials.get(request.material_id or "")
    if m is None:
        return {}
    return {
        "hardness": m.hardness, "resinous": m.resinous, "burn": m.burn, "energy_high_j_cm3": m.energy_high_j_cm3,
        "material_max_feed_mm_min": m.max_feed_mm_min,
    }  # fmt: skip


def of_machine(request: EvaluateRequest, presets: Presets) -> Known:
    m = presets.machines.get(request.machine_id or "")
    if m is None:
        return {}
    return {
        "envelope_mm": (m.envelope_x_mm, m.envelope_y_mm, m.envelope_z_mm),
        "machine_max_feed_mm_min": m.max_feed_mm_min, "machine_class": m.machine_class, "runout_mm": m.runout_mm,
        "machine_max_plunge_mm_min": m.max_feed_z_mm_min,
        "spindle_min_rpm": m.spindle_min_rpm, "spindle_max_rpm": m.spindle_max_rpm, "spindle_power_w": m.spindle_power_w,
    }  # fmt: skip


def of_path(path: PathFacts, factor: float) -> Known:
    """Feeds are those that the machine will run, override included."""
    return {
        "path_min_mm": path.min_mm, "path_max_mm": path.max_mm, "path_max_feed_mm_min": path.max_feed_mm_min * factor,
        "path_min_rpm": path.spindle_min_rpm, "path_max_rpm": path.spindle_max_rpm, "path_axial_mm": path.max_axial_mm,
        "path_radial_mm": path.max_radial_mm, "path_removal_mm3_min": _times(path.max_removal_mm3_min, factor),
        "path_feed_per_turn_mm": _times(path.max_feed_per_turn_mm, factor),
        "path_plunge_mm_min": _times(path.max_plunge_mm_min, factor), "path_rapid_cuts": path.rapid_cuts,
        "path_still_cuts": path.spindle_off_cuts, "path_rapid_lowest_mm": path.rapid_lowest_mm,
        "states_units": path.states_units, "states_distance": path.states_distance,
    }  # fmt: skip
