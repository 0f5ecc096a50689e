"""What do the presets say of a tool, a blade, a machine? The facts that others go by; None where the id is not known."""

from __future__ import annotations

from rmos.contracts.events import BladeFacts, MachineFacts, ToolFacts
from rmos.feasibility.presets import Presets


def tool_facts(presets: Presets, tool_id: str | None, stickout_mm: float | None = None) -> ToolFacts | None:
    """`stickout_mm` where the job states it."""
    tool = presets.tools.get(tool_id or "")
    if tool is None:
        return None
    return ToolFacts(
        tool_id=tool.id, diameter_mm=tool.diameter_mm, flutes=tool.flutes, flute_length_mm=tool.flute_length_mm,
        center_cutting=tool.center_cutting, kind=tool.kind, corner_radius_mm=tool.corner_radius_mm,
        tip_diameter_mm=tool.tip_diameter_mm, tip_angle_deg=tool.tip_angle_deg, shank_diameter_mm=tool.shank_diameter_mm,
        stickout_mm=tool.stickout_mm if stickout_mm is None else stickout_mm,
    )  # fmt: skip


def blade_facts(presets: Presets, blade_id: str | None) -> BladeFacts | None:
    b = presets.blades.get(blade_id or "")
    if b is None:
        return None
    return BladeFacts(blade_id=b.id, diameter_mm=b.diameter_mm, kerf_mm=b.kerf_mm, plate_mm=b.plate_mm, teeth=b.teeth)


def machine_facts(presets: Presets, machine_id: str | None) -> MachineFacts | None:
    m = presets.machines.get(machine_id or "")
    if m is None:
        return None
    return MachineFacts(
        machine_id=m.id, rapid_mm_min=m.rapid_mm_min, accel_mm_s2=m.accel_mm_s2,
        junction_deviation_mm=m.junction_deviation_mm, controller=m.controller, max_feed_mm_min=m.max_feed_mm_min,
        max_feed_z_mm_min=m.max_feed_z_mm_min, jerk_mm_s3=m.jerk_mm_s3, corner_tolerance_mm=m.corner_tolerance_mm,
        look_ahead_moves=m.look_ahead_moves, tool_changer_s=m.tool_changer_s,
        envelope_mm=(m.envelope_x_mm, m.envelope_y_mm, m.envelope_z_mm),
    )  # fmt: skip
