"""How do a request, the presets and a simulated toolpath become facts?"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from rmos.contracts.designs import FretSlotsDesign, HelicalDesign, NutSlotsDesign, RosetteDesign, SawDesign
from rmos.contracts.evaluation import EvaluateRequest
from rmos.contracts.events import PathFacts
from rmos.contracts.fretboard import angle_deg, fan_of, fret_lines, misplaced_mm
from rmos.contracts.jobs import PocketDesign
from rmos.contracts.rosette import kerf_drift_deg
from rmos.feasibility import feeds
from rmos.feasibility.domain import Facts
from rmos.feasibility.domain.model import Triple
from rmos.feasibility.domain.outline import shape_of
from rmos.feasibility.presets import Presets, Tool

Known = dict[str, Any]
SLOT_DIAMETERS = 1.5
"""Up to this width the first pass is most of the pocket. Estimate."""


def facts_of(request: EvaluateRequest, presets: Presets, path: PathFacts | None = None) -> Facts:
    """`request` in mm. An id that is not known leaves its facts unknown; it is never replaced by another."""
    tool = presets.tools.get(request.tool_id or "")
    design = _DESIGNS.get(type(request.design))
    return Facts(
        mode=request.mode, **_settings(request), **_tool(request, tool), **_blade(request, presets),
        **_material(request, presets), **_machine(request, presets),
        **(design(request, request.design, tool) if design else {}), **(_path(path, override(request)) if path else {}),
    )  # fmt: skip


def override(request: EvaluateRequest) -> float:
    """What the machine makes of every feed."""
    return (request.options.feed_override_percent or 100.0) / 100


def _settings(request: EvaluateRequest) -> Known:
    """Feeds are those that the machine will run, override included."""
    cut, options = request.cut, request.options
    return {
        "stepdown_mm": cut.stepdown, "feed_mm_min": _times(cut.feed_per_min, override(request)),
        "plunge_mm_min": _times(cut.plunge_per_min, override(request)), "spindle_rpm": cut.spindle_rpm,
        "stock_thickness_mm": options.stock_thickness, "coolant": options.coolant,
        "feed_override_percent": options.feed_override_percent,
        **({} if request.mode in ("gcode", "saw") else {"safe_z_mm": options.safe_z}),
    }  # fmt: skip


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _tool(request: EvaluateRequest, tool: Tool | None) -> Known:
    """How far a tool sticks out is a fact of the set-up: stated, or measured by the shop in its presets, not estimated."""
    stickout = request.options.stickout
    if tool is None:
        return {"stickout_mm": stickout}
    if stickout is None and "stickout_mm" not in tool.estimates:
        stickout = tool.stickout_mm
    return {
        "tool_kind": tool.kind, "center_cutting": tool.center_cutting, "tool_diameter_mm": tool.diameter_mm,
        "tool_max_rpm": tool.max_rpm, "flute_length_mm": tool.flute_length_mm,
        "stickout_mm": stickout, "flutes": tool.flutes, "tool_modulus_mpa": tool.modulus_mpa,
        "bending_length_mm": None if stickout is None else feeds.bending_length_mm(
            stickout, tool.diameter_mm, tool.reduced_length_mm, tool.shank_diameter_mm
        ),
    }  # fmt: skip


def _blade(request: EvaluateRequest, presets: Presets) -> Known:
    b = presets.blades.get(request.blade_id or "")
    if b is None:
        return {}
    return {
        "blade_diameter_mm": b.diameter_mm, "blade_kerf_mm": b.kerf_mm, "blade_plate_mm": b.plate_mm,
        "blade_teeth": b.teeth, "blade_max_rpm": b.max_rpm,
        "blade_max_rim_m_s": b.max_rim_m_s, "blade_modulus_mpa": b.modulus_mpa, "blade_bite_mm": b.recommended_bite_mm,
    }  # fmt: skip


def _material(request: EvaluateRequest, presets: Presets) -> Known:
    m = presets.materials.get(request.material_id or "")
    if m is None:
        return {}
    return {
        "hardness": m.hardness, "resinous": m.resinous, "burn": m.burn, "energy_high_j_cm3": m.energy_high_j_cm3,
        "material_max_feed_mm_min": m.max_feed_mm_min,
    }  # fmt: skip


def _machine(request: EvaluateRequest, presets: Presets) -> Known:
    m = presets.machines.get(request.machine_id or "")
    if m is None:
        return {}
    return {
        "envelope_mm": (m.envelope_x_mm, m.envelope_y_mm, m.envelope_z_mm),
        "machine_max_feed_mm_min": m.max_feed_mm_min, "machine_class": m.machine_class, "runout_mm": m.runout_mm,
        "machine_max_plunge_mm_min": m.max_feed_z_mm_min,
        "spindle_min_rpm": m.spindle_min_rpm, "spindle_max_rpm": m.spindle_max_rpm, "spindle_power_w": m.spindle_power_w,
    }  # fmt: skip


def _depth(request: EvaluateRequest, depth: float) -> Known:
    thickness = request.options.stock_thickness
    return {"depth_mm": depth, "floor_mm": None if thickness is None else thickness - depth}


def _travel(request: EvaluateRequest, x: float, y: float, depth: float, tool: Tool | None) -> Triple | None:
    """The tool's middle stays inside a pocket, a ring or a bore by half a diameter on each side."""
    if tool is None:
        return None
    return (max(0.0, x - tool.diameter_mm), max(0.0, y - tool.diameter_mm), depth + request.options.safe_z)


def _pocket(request: EvaluateRequest, design: PocketDesign, tool: Tool | None) -> Known:
    """A thin island is a wall. A pocket hardly wider than the tool is a slot."""
    shape = shape_of(_without_repeats(design.boundary), [_without_repeats(ring) for ring in design.islands])
    return {
        **_depth(request, design.depth), "stepover_ratio": request.cut.stepover_ratio, "has_closed_paths": True,
        "loop_count": 1 + len(design.islands), "outline_sound": shape.sound, "geometry_complex": not shape.convex,
        "smallest_feature_mm": None if shape.narrowest_mm is None else min(shape.narrowest_mm, shape.width_mm),
        "width_mm": shape.width_mm, "length_mm": shape.length_mm,
        "wall_mm": _least(design.wall, shape.thinnest_mm),
        "is_slot": None if tool is None else shape.width_mm <= SLOT_DIAMETERS * tool.diameter_mm,
        "travel_mm": _travel(request, *shape.span_mm, design.depth, tool),
    }  # fmt: skip


def _least(stated: float | None, measured: float | None) -> float | None:
    return None if stated is None or measured is None else min(stated, measured)


def _without_repeats(ring: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Drawings often repeat a corner, or the first one at the end."""
    kept = [point for n, point in enumerate(ring) if point != ring[n - 1]]
    return kept if len(kept) >= 3 else list(ring)


def _saw(request: EvaluateRequest, design: SawDesign, tool: Tool | None) -> Known:
    return {
        "cut_kind": design.cut, "cut_length_mm": design.length, "depth_mm": design.depth, "exposure_mm": design.exposure,
        "miter_deg": design.miter_deg, "bevel_deg": design.bevel_deg, "riving_knife": design.riving_knife,
    }  # fmt: skip


def _fret_slots(request: EvaluateRequest, design: FretSlotsDesign, tool: Tool | None) -> Known:
    treble, bass = design.scale_length, design.bass_scale_length or design.scale_length
    square = design.perpendicular_fret
    meant = fret_lines(treble, bass, design.frets, design.nut_width, design.heel_width, square or 0.0)
    lines = design.lines or meant
    fan, angles = fan_of(lines), [angle_deg(line) for line in lines]
    last = max(x for line in lines for x, _ in line)
    return {
        **_depth(request, design.depth), "width_mm": design.slot_width, "scale_min_mm": min(treble, bass),
        "scale_max_mm": max(treble, bass), "fret_count": design.frets, "bass_shorter": bass < treble,
        "fret_angle_deg": fan.angle_deg, "fret_gap_mm": fan.gap_mm, "fret_error_mm": misplaced_mm(lines, meant),
        "perpendicular_drift_deg": _drift_deg(angles, square) if design.lines else 0.0,
        "travel_mm": (last, max(design.nut_width, design.heel_width), design.depth + request.options.safe_z),
    }  # fmt: skip


def _drift_deg(angles: Sequence[float], square: float | None) -> float:
    """Of the fret that should be square; of every fret where the board is not fanned. The nut, fret 0, has no line."""
    if square is None:
        return max(angles)
    near = [angles[n - 1] for n in (int(square), int(square + 0.999)) if 1 <= n <= len(angles)]
    return min(near, default=0.0)


def _nut_slots(request: EvaluateRequest, design: NutSlotsDesign, tool: Tool | None) -> Known:
    """Edges and gaps are taken between the walls of the slots."""
    slots = sorted(design.slots, key=lambda slot: slot.position)
    gaps = [b.position - b.width / 2 - a.position - a.width / 2 for a, b in itertools.pairwise(slots)]
    edges = [min(s.position, design.length - s.position) - s.width / 2 for s in slots]
    return {
        "depth_mm": max(s.depth for s in slots), "width_mm": min(s.width for s in slots),
        "slot_spacing_mm": min(gaps, default=design.length), "slot_edge_mm": min(edges), "length_mm": design.length,
        "travel_mm": (design.length, 0.0, max(s.depth for s in slots) + request.options.safe_z),
    }  # fmt: skip


def _rosette(request: EvaluateRequest, design: RosetteDesign, tool: Tool | None) -> Known:
    """The disc inside the ring is the wall that stays."""
    width = (design.outer_diameter - design.inner_diameter) / 2
    radius = (design.outer_diameter + design.inner_diameter) / 4
    drift = None
    if design.tiles is not None and design.kerf is not None:
        drift = kerf_drift_deg(design.tiles, design.kerf, radius)
    return {
        **_depth(request, design.depth), **_round(design.outer_diameter), "stepover_ratio": request.cut.stepover_ratio,
        "is_slot": False, "width_mm": width, "smallest_feature_mm": width, "wall_mm": design.inner_diameter, "loop_count": 2,
        "outer_diameter_mm": design.outer_diameter, "kerf_drift_deg": drift, "max_drift_deg": design.max_drift_deg,
        "travel_mm": _travel(request, design.outer_diameter, design.outer_diameter, design.depth, tool),
    }  # fmt: skip


def _helical(request: EvaluateRequest, design: HelicalDesign, tool: Tool | None) -> Known:
    """A helix cuts at full width."""
    return {
        **_depth(request, design.depth), **_round(design.diameter), "stepover_ratio": 1.0, "is_slot": True,
        "width_mm": design.diameter, "smallest_feature_mm": design.diameter, "wall_mm": design.wall, "loop_count": 1,
        "bore_mm": design.diameter, "travel_mm": _travel(request, design.diameter, design.diameter, design.depth, tool),
        "helix_radius_mm": None if tool is None else (design.diameter - tool.diameter_mm) / 2,
    }  # fmt: skip


def _round(diameter: float) -> Known:
    return {"length_mm": diameter, "has_closed_paths": True, "geometry_complex": False}


_DESIGNS: dict[type, Callable[[EvaluateRequest, Any, Tool | None], Known]] = {
    PocketDesign: _pocket, SawDesign: _saw, FretSlotsDesign: _fret_slots, NutSlotsDesign: _nut_slots,
    RosetteDesign: _rosette, HelicalDesign: _helical,
}  # fmt: skip


def _path(path: PathFacts, factor: float) -> Known:
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
