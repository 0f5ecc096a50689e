"""What do areas tell: pockets, what a larger tool left of them, V-carved regions and lines?"""

from __future__ import annotations

from collections.abc import Sequence

from rmos.contracts.designs import PocketDesign, RestDesign, VcarveDesign
from rmos.contracts.evaluation import EvaluateRequest
from rmos.feasibility.domain.outline import Ring, Shape, shape_of
from rmos.feasibility.gather.context import Known
from rmos.feasibility.gather.places import depth_facts, least, span_mm, travel
from rmos.feasibility.presets import Tool

SLOT_DIAMETERS = 1.5
"""Up to this width the first pass is most of the pocket. Estimate."""


def pocket(request: EvaluateRequest, design: PocketDesign, tool: Tool | None) -> Known:
    """A thin island is a wall. A pocket hardly wider than the tool is a slot."""
    shape = outline_of(design.boundary, design.islands)
    return {
        **depth_facts(request, design.depth), "stepover_ratio": request.cut.stepover_ratio, "has_closed_paths": True,
        "loop_count": 1 + len(design.islands), "outline_sound": shape.sound, "geometry_complex": not shape.convex,
        "smallest_feature_mm": None if shape.narrowest_mm is None else min(shape.narrowest_mm, shape.width_mm),
        "width_mm": shape.width_mm, "length_mm": shape.length_mm,
        "wall_mm": least(design.wall, shape.thinnest_mm),
        "is_slot": None if tool is None else shape.width_mm <= SLOT_DIAMETERS * tool.diameter_mm,
        "travel_mm": travel(request, tool, shape.span_mm, design.depth),
    }  # fmt: skip


def rest(request: EvaluateRequest, design: RestDesign, tool: Tool | None) -> Known:
    return {**pocket(request, design, tool), "previous_diameter_mm": design.previous_diameter}


def vcarve(request: EvaluateRequest, design: VcarveDesign, tool: Tool | None) -> Known:
    """A line has one width everywhere; of regions the widest and the narrowest place count."""
    shapes = [outline_of(region.boundary, region.islands) for region in design.regions]
    corners = [p for region in design.regions for p in region.boundary] + [p for line in design.lines for p in line]
    span = span_mm(corners)
    narrow = [shape.narrowest_mm for shape in shapes]
    return {
        **depth_facts(request, design.depth), "length_mm": max(span),
        "width_mm": max((shape.width_mm for shape in shapes), default=design.line_width),
        "smallest_feature_mm": design.line_width if not shapes else _all_known(narrow, shapes),
        "outline_sound": _all_sound(shapes), "travel_mm": travel(request, tool, span, design.depth, 0.0),
    }  # fmt: skip


def _all_known(narrow: Sequence[float | None], shapes: Sequence[Shape]) -> float | None:
    found = [min(place, shape.width_mm) for place, shape in zip(narrow, shapes, strict=True) if place is not None]
    return min(found) if len(found) == len(shapes) else None


def _all_sound(shapes: Sequence[Shape]) -> bool | None:
    """Lines may cross: what they carve is the same."""
    known = [shape.sound for shape in shapes]
    return False if False in known else None if None in known else True


def outline_of(boundary: Ring, islands: Sequence[Ring]) -> Shape:
    return shape_of(_without_repeats(boundary), [_without_repeats(ring) for ring in islands])


def _without_repeats(ring: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Drawings often repeat a corner, or the first one at the end."""
    kept = [point for n, point in enumerate(ring) if point != ring[n - 1]]
    return kept if len(kept) >= 3 else list(ring)
