"""What do round cuts tell: drilled holes, bores on a helix, rosettes?"""

from __future__ import annotations

import itertools
import math

from rmos.contracts.designs import DrillDesign, HelicalDesign, RosetteDesign
from rmos.contracts.evaluation import EvaluateRequest
from rmos.contracts.rosette import kerf_drift_deg
from rmos.feasibility.gather.context import Known
from rmos.feasibility.gather.places import deepest, depth_facts, least, nearest_mm, span_mm, travel
from rmos.feasibility.presets import Tool


def drill(request: EvaluateRequest, design: DrillDesign, tool: Tool | None) -> Known:
    """Without a peck the whole hole is one stroke."""
    places, depth, tip = [(hole.x, hole.y) for hole in design.holes], deepest(design.depths), _tip_mm(design, tool)
    stroke, between = depth if design.peck is None else design.peck, nearest_mm(places)
    reached = {} if tip is None else depth_facts(request, depth + tip if depth > 0 else depth)
    return {
        **reached, "bore_mm": design.diameter, "peck_mm": stroke,
        "peck_count": math.ceil(depth / stroke - 1e-9) if stroke > 0 and depth > 0 else 1,
        "hole_gap_mm": None if between is None else between - design.diameter,
        "travel_mm": travel(request, tool, span_mm(places), depth + (tip or 0.0), 0.0),
    }  # fmt: skip


def _tip_mm(design: DrillDesign, tool: Tool | None) -> float | None:
    """How much deeper the tip goes than the hole has its full width; None where the tip's shape is not known."""
    if not design.full_diameter:
        return 0.0
    if tool is None:
        return None
    if tool.kind not in ("drill", "vbit"):
        return 0.0 if tool.kind != "ball" else tool.diameter_mm / 2
    if tool.tip_angle_deg is None:
        return None
    return (tool.diameter_mm - (tool.tip_diameter_mm or 0.0)) / 2 / math.tan(math.radians(tool.tip_angle_deg) / 2)


def rosette(request: EvaluateRequest, design: RosetteDesign, tool: Tool | None) -> Known:
    """The disc inside the innermost channel, and what stays between two of them, is the wall."""
    channels, outer = design.channels, max(outer for _, outer, _ in design.channels)
    width = min((outer - inner) / 2 for inner, outer, _ in channels)
    depth = deepest(depth for _, _, depth in channels)
    walls = [(b[0] - a[1]) / 2 for a, b in itertools.pairwise(channels)]
    radius = (design.outer_diameter + design.inner_diameter) / 4
    drift = None
    if design.tiles is not None and design.kerf is not None:
        drift = kerf_drift_deg(design.tiles, design.kerf, radius)
    return {
        **depth_facts(request, depth), **_round(outer), "stepover_ratio": request.cut.stepover_ratio,
        "is_slot": False, "width_mm": width, "smallest_feature_mm": width, "wall_mm": min((channels[0][0], *walls)),
        "loop_count": 2 * len(channels), "outer_diameter_mm": outer, "kerf_drift_deg": drift,
        "max_drift_deg": design.max_drift_deg, "travel_mm": travel(request, tool, (outer, outer), depth),
    }  # fmt: skip


def helical(request: EvaluateRequest, design: HelicalDesign, tool: Tool | None) -> Known:
    """A helix cuts at full width. What stays between two bores is a wall as well."""
    (x, y), between = span_mm(design.centers), nearest_mm(design.centers)
    apart = math.inf if between is None else between - design.diameter
    return {
        **depth_facts(request, design.depth), **_round(design.diameter), "stepover_ratio": 1.0, "is_slot": True,
        "width_mm": design.diameter, "smallest_feature_mm": design.diameter, "wall_mm": least(design.wall, apart),
        "loop_count": len(design.centers), "bore_mm": design.diameter,
        "travel_mm": travel(request, tool, (x + design.diameter, y + design.diameter), design.depth),
        "helix_radius_mm": None if tool is None else (design.diameter - tool.diameter_mm) / 2,
    }  # fmt: skip


def _round(diameter: float) -> Known:
    return {"length_mm": diameter, "has_closed_paths": True, "geometry_complex": False}
