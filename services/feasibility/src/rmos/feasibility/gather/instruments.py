"""What do instruments and saws tell: frets, nuts, sawn cuts?"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from rmos.contracts.designs import FretSlotsDesign, NutSlotsDesign, SawDesign
from rmos.contracts.evaluation import EvaluateRequest
from rmos.contracts.fretboard import Line, angle_deg, fan_of, fret_lines, misplaced_mm
from rmos.feasibility.domain.model import Triple
from rmos.feasibility.gather.context import Known
from rmos.feasibility.gather.places import depth_facts
from rmos.feasibility.presets import Tool


def saw(request: EvaluateRequest, design: SawDesign, tool: Tool | None) -> Known:
    return {
        "cut_kind": design.cut, "cut_length_mm": design.length, "depth_mm": design.depth, "exposure_mm": design.exposure,
        "miter_deg": design.miter_deg, "bevel_deg": design.bevel_deg, "riving_knife": design.riving_knife,
    }  # fmt: skip


def fret_slots(request: EvaluateRequest, design: FretSlotsDesign, tool: Tool | None) -> Known:
    treble, bass = design.scale_length, design.bass_scale_length or design.scale_length
    square, deepest = design.perpendicular_fret, design.depth + _fall_mm(design)
    depth = design.depth if design.radiused else deepest
    meant = fret_lines(treble, bass, design.frets, design.nut_width, design.heel_width, square or 0.0)
    lines = design.lines or meant
    fan, angles = fan_of(lines), [angle_deg(line) for line in lines]
    return {
        **depth_facts(request, depth), "width_mm": design.slot_width, "scale_min_mm": min(treble, bass),
        "scale_max_mm": max(treble, bass), "fret_count": design.frets, "bass_shorter": bass < treble,
        "fret_angle_deg": fan.angle_deg, "fret_gap_mm": fan.gap_mm, "fret_error_mm": misplaced_mm(lines, meant),
        "perpendicular_drift_deg": _drift_deg(angles, square) if design.lines else 0.0,
        "deepest_mm": deepest, "travel_mm": _reach(request, design, lines),
    }  # fmt: skip


def _reach(request: EvaluateRequest, design: FretSlotsDesign, lines: Sequence[Line]) -> Triple:
    """From the nut to the last fret and across the board, turned as the board lies."""
    along = max(x for line in lines for x, _ in line)
    across = max(design.nut_width, design.heel_width) + 2 * (design.overrun or 0.0)
    turn = math.radians(design.rotation_deg)
    cos, sin = (abs(round(part, 12)) for part in (math.cos(turn), math.sin(turn)))
    down = design.depth + _fall_mm(design)
    return along * cos + across * sin, along * sin + across * cos, down + request.options.safe_z


def _fall_mm(design: FretSlotsDesign) -> float:
    """How far the surface of a radiused board lies below its crown where a slot ends: R - √(R² - (w/2)²).

    It is greatest at the nut or at the last fret: the square of a width that changes evenly, over such a radius, is convex.
    """
    if design.radius is None:
        return 0.0
    ends = ((design.radius, design.nut_width), (design.heel_radius or design.radius, design.heel_width))
    beyond = (design.overrun or 0.0) - (design.blind_inset or 0.0)
    return max(_sagitta_mm(radius, width / 2 + beyond) for radius, width in ends)


def _sagitta_mm(radius: float, half: float) -> float:
    return radius - math.sqrt(radius**2 - min(half, radius) ** 2)


def _drift_deg(angles: Sequence[float], square: float | None) -> float:
    """Of the fret that should be square; of every fret where the board is not fanned. The nut, fret 0, has no line."""
    if square is None:
        return max(angles)
    near = [angles[n - 1] for n in (int(square), int(square + 0.999)) if 1 <= n <= len(angles)]
    return min(near, default=0.0)


def nut_slots(request: EvaluateRequest, design: NutSlotsDesign, tool: Tool | None) -> Known:
    """Edges and gaps are taken between the walls of the slots."""
    slots = sorted(design.slots, key=lambda slot: slot.position)
    gaps = [b.position - b.width / 2 - a.position - a.width / 2 for a, b in itertools.pairwise(slots)]
    edges = [min(s.position, design.length - s.position) - s.width / 2 for s in slots]
    depth = max(s.depth for s in slots) + (design.thickness or 0.0) * math.tan(math.radians(design.angle_deg))
    return {
        "depth_mm": depth, "width_mm": min(s.width for s in slots),
        "slot_spacing_mm": min(gaps, default=design.length), "slot_edge_mm": min(edges), "length_mm": design.length,
        "travel_mm": (design.length, design.thickness or 0.0, depth + request.options.safe_z),
    }  # fmt: skip
