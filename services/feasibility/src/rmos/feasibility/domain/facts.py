"""What can be known of a job? Each fact with its meaning and where it comes from; None is unknown."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import Any

from rmos.feasibility.domain.model import CUT_KINDS, HARDNESSES, MACHINE_CLASSES, TOOL_KINDS, UNKNOWN_HARDNESS, Triple

_TOOL, _MACHINE, _MATERIAL, _BLADE = "tool_id", "machine_id", "material_id", "blade_id"
PATH, PROGRAM = "the simulated toolpath", "the program"


def _fact(text: str, come_from: str) -> Any:
    return field(default=None, metadata={"text": text, "from": come_from})


@dataclass(frozen=True)
class Facts:
    """`path_*` come from the simulated toolpath, extents over every move."""

    mode: str
    tool_kind: str | None = _fact("kind of tool", _TOOL)
    center_cutting: bool | None = _fact("whether the tool cuts at its centre", _TOOL)
    tool_diameter_mm: float | None = _fact("diameter of the cutting edges", _TOOL)
    tool_max_rpm: float | None = _fact("highest speed that the tool may turn", _TOOL)
    flutes: int | None = _fact("number of cutting edges", _TOOL)
    flute_length_mm: float | None = _fact("length of the cutting edges", _TOOL)
    stickout_mm: float | None = _fact("length of the tool out of the collet", "options.stickout or tool_id")
    bending_length_mm: float | None = _fact(
        "length of a bar as thick as the edges that bends like the tool", "options.stickout and tool_id"
    )
    tool_modulus_mpa: float | None = _fact("Young's modulus of the tool", _TOOL)
    tip_angle_deg: float | None = _fact("full angle of the tool's tip", _TOOL)
    tip_diameter_mm: float | None = _fact("width of the tool's flat tip", _TOOL)
    stepover_ratio: float | None = _fact("width of cut over the diameter", "cut.stepover_ratio")
    stepdown_mm: float | None = _fact("depth of one pass, or of one turn of a helix", "cut.stepdown")
    depth_mm: float | None = _fact("depth of the finished cut", "design.depth")
    asked_axial_mm: float | None = _fact("deepest cut in one pass that the job asks for", "cut.stepdown and cut.finish_pass")
    feed_mm_min: float | None = _fact("feed", "cut.feed_per_min")
    feed_override_percent: float | None = _fact("override set at the machine", "options.feed_override_percent")
    plunge_mm_min: float | None = _fact("feed straight down", "cut.plunge_per_min")
    spindle_rpm: float | None = _fact("spindle speed", "cut.spindle_rpm")
    safe_z_mm: float | None = _fact("height of travel above the surface", "options.safe_z")
    coolant: bool | None = _fact("whether air or mist blows at the cut", "options.coolant")
    has_closed_paths: bool | None = _fact("whether every contour is closed", "design")
    loop_count: int | None = _fact("number of contours", "design")
    smallest_feature_mm: float | None = _fact("smallest width that the tool must enter", "design")
    geometry_complex: bool | None = _fact("whether a contour is not convex", "design")
    hardness: str | None = _fact("hardness class of the material", _MATERIAL)
    resinous: bool | None = _fact("whether the wood is resinous", _MATERIAL)
    burn: float | None = _fact("tendency to burn, 0 to 1", _MATERIAL)
    energy_high_j_cm3: float | None = _fact("upper end of the specific cutting energy", _MATERIAL)
    stock_thickness_mm: float | None = _fact("thickness of the stock", "options.stock_thickness")
    spoilboard_mm: float | None = _fact("thickness of the board below the stock that may be cut into", "options.spoilboard")
    floor_mm: float | None = _fact("material left below the cut", "options.stock_thickness")
    travel_mm: Triple | None = _fact("travel that the design needs on each axis", "design and options.safe_z")
    outline_sound: bool | None = _fact("whether outlines neither cross nor leave each other", "design")
    material_max_feed_mm_min: float | None = _fact("highest feed that is usual in the material", _MATERIAL)
    width_mm: float | None = _fact("narrower side of the cut", "design")
    length_mm: float | None = _fact("longer side of the cut", "design")
    wall_mm: float | None = _fact("thinnest wall that stays", "design.wall")
    is_slot: bool | None = _fact("whether the tool cuts at full width", "design")
    envelope_mm: Triple | None = _fact("travel of the machine's axes", _MACHINE)
    machine_max_feed_mm_min: float | None = _fact("highest feed of the machine", _MACHINE)
    machine_max_plunge_mm_min: float | None = _fact("highest feed of the Z axis", _MACHINE)
    machine_class: str | None = _fact("hobby or industrial", _MACHINE)
    runout_mm: float | None = _fact("runout of the spindle, total", _MACHINE)
    spindle_power_w: float | None = _fact("power at the cutter", _MACHINE)
    spindle_min_rpm: float | None = _fact("lowest speed of the spindle", _MACHINE)
    spindle_max_rpm: float | None = _fact("highest speed of the spindle", _MACHINE)
    blade_diameter_mm: float | None = _fact("diameter of the blade", _BLADE)
    blade_kerf_mm: float | None = _fact("width that the teeth cut", _BLADE)
    blade_plate_mm: float | None = _fact("thickness of the plate", _BLADE)
    blade_teeth: int | None = _fact("number of teeth", _BLADE)
    blade_bite_mm: float | None = _fact("bite that the blade is made for", _BLADE)
    blade_max_rpm: float | None = _fact("highest speed that the blade may turn", _BLADE)
    blade_max_rim_m_s: float | None = _fact("highest rim speed of the blade", _BLADE)
    blade_modulus_mpa: float | None = _fact("Young's modulus of the plate", _BLADE)
    cut_kind: str | None = _fact("rip, crosscut, miter, bevel or dado", "design.cut")
    cut_length_mm: float | None = _fact("length of the cut", "design.length")
    exposure_mm: float | None = _fact("how far the blade stands out beyond the workpiece", "design.exposure")
    miter_deg: float | None = _fact("miter angle", "design.miter_deg")
    bevel_deg: float | None = _fact("bevel angle", "design.bevel_deg")
    riving_knife: bool | None = _fact("whether a riving knife follows the blade", "design.riving_knife")
    scale_min_mm: float | None = _fact("shortest scale length", "design.scale_length")
    scale_max_mm: float | None = _fact("longest scale length", "design.scale_length or design.bass_scale_length")
    fret_count: int | None = _fact("number of frets", "design.frets")
    fret_angle_deg: float | None = _fact("largest angle of a fret", "design")
    perpendicular_drift_deg: float | None = _fact("angle of the fret that should be square", "design")
    fret_error_mm: float | None = _fact("how far a fret lies from where the scale puts it", "design.lines")
    fret_gap_mm: float | None = _fact("least distance between neighbouring frets at the edges of the board", "design")
    bass_shorter: bool | None = _fact("whether the bass side has the shorter scale", "design")
    slot_spacing_mm: float | None = _fact("least distance between slots", "design.slots")
    slot_edge_mm: float | None = _fact("least distance of a slot from the end of the nut", "design.slots")
    deepest_mm: float | None = _fact("lowest place of the slots below the crown of the board", "design")
    bore_mm: float | None = _fact("diameter of the bore or hole", "design.diameter")
    peck_mm: float | None = _fact("depth of a drill's stroke", "design.peck")
    peck_count: int | None = _fact("strokes that the deepest hole takes", "design.peck")
    hole_gap_mm: float | None = _fact("thinnest wall between two holes", "design.holes")
    uncut_mm: float | None = _fact("what a cut through the stock leaves below it", "options.stock_thickness")
    part_held: bool | None = _fact("whether something holds what is cut out", "design.tabs")
    tab_gap_mm: float | None = _fact("length of contour between two tabs", "design.tabs and tool_id")
    finish_allowance_mm: float | None = _fact("what roughing leaves at the walls", "cut.finish_allowance")
    previous_diameter_mm: float | None = _fact("diameter of the tool before", "design.previous_diameter")
    sliced_mm: float | None = _fact("what slices, kerfs and trim take of the block", "design.slices and blade_id")
    block_mm: float | None = _fact("size of the block across the cuts", "design.slices")
    helix_radius_mm: float | None = _fact("radius of the tool's way", "design.diameter and tool_id")
    outer_diameter_mm: float | None = _fact("outer diameter of the rosette", "design.outer_diameter")
    kerf_drift_deg: float | None = _fact("what the kerfs of all tiles add up to round the ring", "design.tiles and design.kerf")
    max_drift_deg: float | None = _fact("drift that the ring can take", "design.max_drift_deg")
    path_min_mm: Triple | None = _fact("lowest place of the toolpath, each axis", PATH)
    path_max_mm: Triple | None = _fact("highest place of the toolpath, each axis", PATH)
    path_max_feed_mm_min: float | None = _fact("highest feed of the toolpath", PATH)
    path_min_rpm: float | None = _fact("lowest spindle speed of the toolpath", PATH)
    path_max_rpm: float | None = _fact("highest spindle speed of the toolpath", PATH)
    path_axial_mm: float | None = _fact("deepest cut in one pass", PATH)
    path_radial_mm: float | None = _fact("widest cut, plunges left out", PATH)
    path_removal_mm3_min: float | None = _fact("highest removal rate", PATH)
    path_feed_per_turn_mm: float | None = _fact("highest feed per turn while cutting", PATH)
    path_plunge_mm_min: float | None = _fact("fastest way down into material", PATH)
    path_rapid_cuts: int | None = _fact("number of rapid moves through material", PATH)
    path_still_cuts: int | None = _fact("number of cuts while the spindle stands", PATH)
    path_rapid_lowest_mm: float | None = _fact("lowest rapid travel sideways", PATH)
    states_units: bool | None = _fact("whether the program states G20 or G21 before it moves", PROGRAM)
    states_distance: bool | None = _fact("whether the program states G90 or G91 before it moves", PROGRAM)


TEXTS: dict[str, str] = {f.name: f.metadata["text"] for f in fields(Facts) if f.metadata}
ORIGINS: dict[str, str] = {f.name: f.metadata["from"] for f in fields(Facts) if f.metadata}
_NAMES = tuple(TEXTS)
_CLASSES = {
    "hardness": (*HARDNESSES, UNKNOWN_HARDNESS), "tool_kind": TOOL_KINDS,
    "machine_class": MACHINE_CLASSES, "cut_kind": CUT_KINDS,
}  # fmt: skip


def known(facts: Facts) -> set[str]:
    """Names of the facts that are known. A word of none of the classes is as good as none, and so is a size with an axis
    missing."""
    values = vars(facts)
    return {name for name in _NAMES if values[name] is not None and _is_usable(name, values[name])}


def _is_usable(name: str, value: object) -> bool:
    if isinstance(value, tuple):
        return None not in value
    classes = _CLASSES.get(name)
    return classes is None or value in classes


def refuse_impossible(facts: Facts) -> None:
    """Raises ValueError on numbers that cannot be true."""
    low, high = facts.path_min_mm, facts.path_max_mm
    if low and high and any(a > b for a, b in zip(low, high, strict=True)):
        raise ValueError(f"path_min_mm {low} lies beyond path_max_mm {high}")
    for name, value in vars(facts).items():
        numbers = value if isinstance(value, tuple) else (value,)
        if any(isinstance(n, float) and not math.isfinite(n) for n in numbers):
            raise ValueError(f"{name} is not a finite number: {value}")
