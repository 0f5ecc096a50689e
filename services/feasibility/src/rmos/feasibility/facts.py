"""How do a job, the presets and a simulated toolpath become facts?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rmos.contracts.events import PathFacts
from rmos.contracts.jobs import Job, PocketDesign
from rmos.feasibility.domain import Facts
from rmos.feasibility.presets import Presets


def facts_of(job: Job, presets: Presets, path: PathFacts | None = None) -> Facts:
    """`job` in mm. An id that is not known leaves its facts unknown; it is never replaced by another."""
    options = job.options
    facts = Facts(
        mode=job.mode, stock_thickness_mm=options.stock_thickness, coolant=options.coolant,
        feed_override_percent=options.feed_override_percent,
    )  # fmt: skip
    facts = replace(facts, **_tool(job, presets), **_material(job, presets), **_machine(job, presets))
    if isinstance(job.design, PocketDesign):
        facts = replace(facts, **_pocket(job, job.design))
    if path is not None:
        facts = replace(facts, **_path(path))
    return facts


def _tool(job: Job, presets: Presets) -> dict[str, Any]:
    tool = presets.tools.get(job.tool_id or "")
    if tool is None:
        return {"stickout_mm": job.options.stickout}
    return {
        "tool_diameter_mm": tool.diameter_mm, "tool_max_rpm": tool.max_rpm, "flute_length_mm": tool.flute_length_mm,
        "stickout_mm": job.options.stickout or tool.stickout_mm, "flutes": tool.flutes, "tool_modulus_mpa": tool.modulus_mpa,
    }  # fmt: skip


def _material(job: Job, presets: Presets) -> dict[str, Any]:
    material = presets.materials.get(job.material_id or "")
    return {} if material is None else {"hardness": material.hardness, "resinous": material.resinous}


def _machine(job: Job, presets: Presets) -> dict[str, Any]:
    m = presets.machines.get(job.machine_id or "")
    if m is None:
        return {}
    return {
        "envelope_mm": (m.envelope_x_mm, m.envelope_y_mm, m.envelope_z_mm),
        "machine_max_feed_mm_min": m.max_feed_mm_min,
        "spindle_min_rpm": m.spindle_min_rpm, "spindle_max_rpm": m.spindle_max_rpm, "spindle_power_w": m.spindle_power_w,
        "machine_class": m.machine_class,
    }  # fmt: skip


def _pocket(job: Job, design: PocketDesign) -> dict[str, Any]:
    xs, ys = zip(*design.boundary, strict=True)
    width, length = sorted((max(xs) - min(xs), max(ys) - min(ys)))
    cut, thickness = job.cut, job.options.stock_thickness
    return {
        "stepover_ratio": cut.stepover_ratio, "stepdown_mm": cut.stepdown, "depth_mm": design.depth,
        "feed_mm_min": cut.feed_per_min, "plunge_mm_min": cut.plunge_per_min, "spindle_rpm": cut.spindle_rpm,
        "safe_z_mm": job.options.safe_z, "has_closed_paths": True, "loop_count": 1 + len(design.islands),
        "smallest_feature_mm": width, "width_mm": width, "length_mm": length, "wall_mm": design.wall, "is_slot": False,
        "floor_mm": None if thickness is None else thickness - design.depth,
        "geometry_complex": not all(_is_convex(ring) for ring in (design.boundary, *design.islands)),
    }  # fmt: skip


def _is_convex(ring: Sequence[tuple[float, float]]) -> bool:
    """All corners turn the same way; corners of less than a billionth count as straight."""
    turns = set()
    for n, (x, y) in enumerate(ring):
        (ax, ay), (bx, by) = ring[n - 1], ring[(n + 1) % len(ring)]
        cross = (x - ax) * (by - y) - (y - ay) * (bx - x)
        if abs(cross) > 1e-9 * (abs(bx - ax) + abs(by - ay)) ** 2:
            turns.add(cross > 0)
    return len(turns) < 2


def _path(path: PathFacts) -> dict[str, Any]:
    return {
        "path_min_mm": path.min_mm, "path_max_mm": path.max_mm, "path_max_feed_mm_min": path.max_feed_mm_min,
        "path_min_rpm": path.spindle_min_rpm, "path_max_rpm": path.spindle_max_rpm,
    }  # fmt: skip
