"""What do cuts along a line tell: profiles, channels, ledges?"""

from __future__ import annotations

from rmos.contracts.designs import LedgeDesign, ProfileDesign, SlotDesign
from rmos.contracts.evaluation import EvaluateRequest
from rmos.feasibility.gather.areas import SLOT_DIAMETERS, outline_of
from rmos.feasibility.gather.context import Known
from rmos.feasibility.gather.places import deepest, depth_facts, least, length_mm, span_mm, travel
from rmos.feasibility.presets import Tool

_FULL_WIDTH = {"stepover_ratio": 1.0, "is_slot": True, "geometry_complex": False}
"""A tool that cuts at full width all along is loaded no more by an inner corner."""
_BEYOND = {"outside": 1.0, "inside": -1.0, "on": 0.0, "left": 1.0, "right": 1.0}


def profile(request: EvaluateRequest, design: ProfileDesign, tool: Tool | None) -> Known:
    """Inside of a contour the tool must fit in; outside of it the part itself is a wall."""
    depth = design.depth + (design.overcut or 0.0)
    return {
        **_FULL_WIDTH, **depth_facts(request, depth), **_contour(design), **_through(request, design, depth),
        "tab_gap_mm": _tab_gap_mm(design, tool), "loop_count": 1,
        "travel_mm": travel(request, tool, span_mm(design.contour), depth, _BEYOND[design.side]),
    }  # fmt: skip


def _contour(design: ProfileDesign) -> Known:
    """An open line has no inside that could be unsound."""
    if not design.closed:
        return {"outline_sound": True, "wall_mm": design.wall}
    shape = outline_of(design.contour, [])
    narrow = None if shape.narrowest_mm is None else min(shape.narrowest_mm, shape.width_mm)
    if design.side == "inside":
        inner = {"width_mm": shape.width_mm, "length_mm": shape.length_mm, "smallest_feature_mm": narrow}
        return {"outline_sound": shape.sound, "wall_mm": design.wall, **inner}
    return {"outline_sound": shape.sound, "wall_mm": least(design.wall, narrow) if design.side == "outside" else design.wall}


def _through(request: EvaluateRequest, design: ProfileDesign, depth: float) -> Known:
    if not design.through:
        return {"part_held": True}
    thickness = request.options.stock_thickness
    return {
        "floor_mm": None,
        "uncut_mm": None if thickness is None else thickness - depth,
        "part_held": design.tabs is not None or not design.closed,
    }


def _tab_gap_mm(design: ProfileDesign, tool: Tool | None) -> float | None:
    """The tool clears a tab by half its diameter on each side."""
    if design.tabs is None or tool is None:
        return None
    return length_mm(design.contour, design.closed) / design.tabs.count - design.tabs.width - tool.diameter_mm


def slot(request: EvaluateRequest, design: SlotDesign, tool: Tool | None) -> Known:
    depth = deepest((design.depth, design.depth if design.end_depth is None else design.end_depth))
    x, y = span_mm(design.line)
    return {
        **depth_facts(request, depth), "stepover_ratio": request.cut.stepover_ratio, "geometry_complex": False,
        "is_slot": None if tool is None else design.width <= SLOT_DIAMETERS * tool.diameter_mm, "wall_mm": design.wall,
        "width_mm": design.width, "smallest_feature_mm": design.width, "length_mm": length_mm(design.line, False),
        "travel_mm": travel(request, tool, (x + design.width, y + design.width), depth),
    }  # fmt: skip


def ledge(request: EvaluateRequest, design: LedgeDesign, tool: Tool | None) -> Known:
    """Open to the outside: the tool may be wider. What the ledge leaves of the part there is the wall."""
    shape, steps = outline_of(design.contour, []), [design.width, *([design.purfling.width] if design.purfling else [])]
    depth = deepest((design.depth, *([design.purfling.depth] if design.purfling else [])))
    inner = None if shape.narrowest_mm is None else min(shape.narrowest_mm, shape.width_mm) - 2 * design.total_width
    return {
        **_FULL_WIDTH, **depth_facts(request, depth), "is_slot": False, "outline_sound": shape.sound,
        "stepover_ratio": request.cut.stepover_ratio,
        "wall_mm": least(None if design.wall is None else design.wall - design.total_width, inner),
        "width_mm": min(steps), "length_mm": shape.length_mm,
        "travel_mm": travel(request, tool, shape.span_mm, depth, 1.0),
    }  # fmt: skip
