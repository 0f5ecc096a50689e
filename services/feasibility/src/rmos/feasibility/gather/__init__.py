"""How do a request, the presets and a simulated toolpath become facts?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rmos.contracts import designs
from rmos.contracts.evaluation import EvaluateRequest
from rmos.contracts.events import PathFacts
from rmos.feasibility.domain import Facts
from rmos.feasibility.gather import areas, context, contours, instruments, rounds
from rmos.feasibility.gather.context import Known, override
from rmos.feasibility.presets import Presets, Tool

__all__ = ["facts_of"]


def facts_of(request: EvaluateRequest, presets: Presets, path: PathFacts | None = None) -> Facts:
    """`request` in mm. An id that is not known leaves its facts unknown; it is never replaced by another."""
    tool = presets.tools.get(request.tool_id or "")
    known: Known = {
        **context.of_settings(request), **context.of_tool(request, tool), **context.of_blade(request, presets),
        **context.of_material(request, presets), **context.of_machine(request, presets),
    }  # fmt: skip
    design = _DESIGNS.get(type(request.design))
    if design is not None:
        known |= design(request, request.design, tool)
    if path is not None:
        known |= context.of_path(path, override(request))
    return Facts(mode=request.mode, **known, **_sliced(request, known), asked_axial_mm=_asked_axial_mm(request, known))


def _asked_axial_mm(request: EvaluateRequest, known: Known) -> float | None:
    """A finish pass at full depth meets the wall in one pass, and a V-bit its whole flank whenever it widens a groove."""
    cut, whole = request.cut, request.mode == "vcarve"
    if cut.finish_allowance:
        levels = {"pocket": ("none", "levels"), "rest": ("none", "levels"), "profile": ("none",)}.get(request.mode)
        whole = levels is not None and cut.finish_pass not in levels
    return known.get("depth_mm") if whole and cut.stepdown is not None else cut.stepdown


def _sliced(request: EvaluateRequest, known: Known) -> Known:
    """Each slice takes its kerf, and so does the trim."""
    design = request.design
    if not isinstance(design, designs.SawDesign) or design.slices is None:
        return {}
    slices, kerf = design.slices, known.get("blade_kerf_mm")
    sliced = None if kerf is None else slices.count * (slices.thickness + kerf) + (slices.trim + kerf if slices.trim else 0.0)
    return {"block_mm": slices.block, "sliced_mm": sliced}


_DESIGNS: dict[type, Callable[[EvaluateRequest, Any, Tool | None], Known]] = {
    designs.PocketDesign: areas.pocket, designs.RestDesign: areas.rest, designs.VcarveDesign: areas.vcarve,
    designs.ProfileDesign: contours.profile, designs.SlotDesign: contours.slot, designs.LedgeDesign: contours.ledge,
    designs.DrillDesign: rounds.drill, designs.HelicalDesign: rounds.helical, designs.RosetteDesign: rounds.rosette,
    designs.FretSlotsDesign: instruments.fret_slots, designs.NutSlotsDesign: instruments.nut_slots,
    designs.SawDesign: instruments.saw,
}  # fmt: skip
