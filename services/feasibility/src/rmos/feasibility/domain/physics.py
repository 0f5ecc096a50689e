"""Which limits follow from physics? Rub, chip load, edge speed, power and deflection, as rules P.

On the request the widest cut counts: a pocket's first ring is a slot, so power and force are taken at the full diameter.
On the toolpath it is what the simulation met.
"""

from __future__ import annotations

import math
from functools import partial

from rmos.feasibility import feeds
from rmos.feasibility.domain.model import above, below, hardness_class, usable
from rmos.feasibility.domain.rules import MILLED, ROUTER, SLOTS, SPUN, Family, Measured, R, Y, register

RUB_MM, RUB_SMALL_MM, SMALL_TOOL_MM = 0.0254, 0.0127, 3.175
"""Chips thinner than this are rubbed off, not cut: 0.001 in, 0.0005 in up to a 1/8 in tool. Small-router community book."""
CHIP_RATIO = {
    "hobby": {"soft": 0.020, "medium": 0.014, "hard": 0.008},
    "industrial": {"soft": 0.052, "medium": 0.048, "hard": 0.044},
}
"""Largest usual chip load over the diameter. Hobby: 0.005 in (soft) and 0.002 in (hard) at 1/4 in, community book; industrial:
0.013 in (soft ply) and 0.011 in (hardwood) at 1/4 in, a cutter shop's chart. Medium in between: estimate."""
SMALLEST_TOOLS_MM, SMALLEST_TOOLS_RATIO = 1.6, 0.03
"""Tools thinner than 1/16 in take 3 % of their diameter: a maker of fret cutters. Below that such a tool only rubs."""
LARGEST_CHIP_MM = 0.508
"""0.020 in: no router chart goes beyond."""
EDGE_SPEED_M_S = 56.0
"""11 000 ft/min, which the usual limits of router bits by diameter come to."""
CHATTER_MM, BREAKAGE_MM = 0.025, 0.13
"""0.001 in: onset of chatter; 0.005 in: breakage. Two calculators of the field."""
HOBBY_FORCE_N = 89.0
"""20 lbf: what users of small routers measured before their machine gives way."""

_CHIPS = Family("Chips", (*ROUTER, *SLOTS), "feed = rpm · edges · chip; charts of chip loads by class of machine")
_EDGE = Family("Edge speed", SPUN, "v = π·D·n; speed limits of router bits by diameter")
_LOAD = Family(
    "Load",
    MILLED,
    "P = removal · energy, F = energy · depth · chip, bend = F·L³/(3·E·I); K factors of a community book, upper end",
)
_ENGAGED = "feed_mm_min spindle_rpm flutes tool_diameter_mm"


def _rub_limit_mm(diameter: float) -> float:
    return RUB_SMALL_MM if diameter <= SMALL_TOOL_MM else RUB_MM


def _rub(feed: float, rpm: float, flutes: int, diameter: float, stepover: float) -> Measured:
    if not usable(feed, rpm, flutes, diameter, stepover):
        return None
    thinning = feeds.chip_thinning_factor(diameter, min(1.0, stepover) * diameter)
    return below(feeds.chip_load_mm(feed, rpm, flutes) / thinning, _rub_limit_mm(diameter), "mm")


def _derated(depth: float, diameter: float) -> float:
    """Chip load by depth of the pass: whole to 1 diameter, three quarters to 2, half beyond. A cutter maker's rule."""
    return 1.0 if depth <= diameter else 0.75 if depth <= 2 * diameter else 0.5


def _usual_chip(chip_mm: float, diameter: float, hardness: str, machine: str, depth: float) -> Measured:
    ratio = CHIP_RATIO[machine].get(hardness_class(hardness))
    if ratio is None:
        return None
    least = SMALLEST_TOOLS_RATIO if diameter < SMALLEST_TOOLS_MM else 0.0
    return above(chip_mm, max(ratio, least) * diameter * _derated(depth, diameter), "mm")


def _largest_chip(chip_mm: float, diameter: float, hardness: str) -> Measured:
    """Twice the industrial chart, which already asks for a rigid machine."""
    ratio = CHIP_RATIO["industrial"].get(hardness_class(hardness))
    return None if ratio is None else above(chip_mm, min(LARGEST_CHIP_MM, 2 * ratio * diameter), "mm")


def _asked_usual(
    feed: float, rpm: float, flutes: int, diameter: float, hardness: str, machine: str, stepdown: float
) -> Measured:
    if not usable(feed, rpm, flutes, diameter):
        return None
    return _usual_chip(feeds.chip_load_mm(feed, rpm, flutes), diameter, hardness, machine, stepdown)


def _asked_largest(feed: float, rpm: float, flutes: int, diameter: float, hardness: str) -> Measured:
    if not usable(feed, rpm, flutes, diameter):
        return None
    return _largest_chip(feeds.chip_load_mm(feed, rpm, flutes), diameter, hardness)


def _real_usual(per_turn: float, flutes: int, diameter: float, hardness: str, machine: str, axial: float) -> Measured:
    if not usable(per_turn, flutes, diameter):
        return None
    return _usual_chip(per_turn / flutes, diameter, hardness, machine, axial)


def _real_largest(per_turn: float, flutes: int, diameter: float, hardness: str) -> Measured:
    return _largest_chip(per_turn / flutes, diameter, hardness) if usable(per_turn, flutes, diameter) else None


def _edge_speed(diameter: float, rpm: float) -> Measured:
    return above(feeds.surface_speed_m_s(diameter, rpm), EDGE_SPEED_M_S, "m/s") if usable(diameter, rpm) else None


def _power(removal_mm3_min: float, energy_j_cm3: float, spindle_w: float) -> Measured:
    return above(_power_w(removal_mm3_min, energy_j_cm3), spindle_w, "W") if usable(removal_mm3_min, energy_j_cm3) else None


def _slot_power(feed: float, stepdown: float, diameter: float, energy_j_cm3: float, spindle_w: float) -> Measured:
    return _power(feed * stepdown * diameter, energy_j_cm3, spindle_w) if usable(feed, stepdown, diameter) else None


def _power_w(removal_mm3_min: float, energy_j_cm3: float) -> float:
    return feeds.cutting_power_w(removal_mm3_min, energy_j_cm3).high


def _bend(limit: float, force_n: float, diameter: float, length: float, modulus: float) -> Measured:
    if not usable(force_n, diameter, length, modulus):
        return None
    return above(feeds.deflection_mm(force_n, feeds.tool_stiffness_n_mm(diameter, length, modulus)).high, limit, "mm")


def _slot_bend(
    limit: float, feed: float, rpm: float, flutes: int, stepdown: float, diameter: float, energy: float, length: float,
    modulus: float,
) -> Measured:  # fmt: skip
    """By the largest force of a turn: that of one edge in the thickest chip."""
    if not usable(feed, rpm, flutes, stepdown, energy):
        return None
    force = feeds.peak_force_n(energy, stepdown, feeds.chip_load_mm(feed, rpm, flutes)).high
    return _bend(limit, force, diameter, length, modulus)


def _real_bend(
    limit: float, per_turn: float, flutes: int, axial: float, radial: float, diameter: float, energy: float, length: float,
    modulus: float,
) -> Measured:  # fmt: skip
    """Deepest, widest and thickest need not meet: what this passes, no move exceeds."""
    if not usable(per_turn, flutes, axial, diameter, energy):
        return None
    width = min(max(radial, 1e-6), diameter)
    force = feeds.peak_force_n(energy, axial, per_turn / flutes / feeds.chip_thinning_factor(diameter, width)).high
    return _bend(limit, force, diameter, length, modulus)


def _push(feed: float, rpm: float, stepdown: float, diameter: float, energy: float, machine: str) -> Measured:
    if machine != "hobby" or not usable(feed, rpm, stepdown, diameter, energy):
        return None
    power = feeds.cutting_power_w(feed * stepdown * diameter, energy)
    return above(feeds.cutting_force_n(power, feeds.surface_speed_m_s(diameter, rpm)).high, HOBBY_FORCE_N, "N")


def _drill_power(plunge: float, diameter: float, energy_j_cm3: float, spindle_w: float) -> Measured:
    """It cuts the whole circle."""
    return _power(plunge * math.pi * diameter**2 / 4, energy_j_cm3, spindle_w) if usable(plunge, diameter) else None


def _slot_rub(feed: float, rpm: float, flutes: int, diameter: float) -> Measured:
    return _rub(feed, rpm, flutes, diameter, 1.0)


def _real_rub(per_turn: float, flutes: int, diameter: float) -> Measured:
    """Even the thickest chip of the path rubs."""
    if not usable(per_turn, flutes, diameter):
        return None
    return below(per_turn / flutes, _rub_limit_mm(diameter), "mm")


_BENT = "tool_diameter_mm energy_high_j_cm3 bending_length_mm tool_modulus_mpa"
_SLOT = f"feed_mm_min spindle_rpm flutes stepdown_mm {_BENT}"
_REAL = f"path_feed_per_turn_mm flutes path_axial_mm path_radial_mm {_BENT}"
_THIN = "The edge rubs instead of cutting, gets hot, burns the wood and dulls."
_THICK = "Thick chips tear the grain, overload a light frame and chip the edge."
_FAST = "Braze, shank and balance of router bits are made for less."
_WEAK = "The spindle slows, the chips get thicker, and the tool stalls in the cut."
_SWING = "A tool that bends chatters: a rough wall, a wrong size."
_SNAP = "A tool that bends this far breaks."
_CALM, _SLOWER = "shorten the stickout, lower feed or stepdown", "lower the feed or raise the speed"

register(_CHIPS, (
    ("P010", Y, "heat", "chips are too thin: the edge rubs and burns", _THIN, "raise the feed or lower the speed",
     f"{_ENGAGED} stepover_ratio", _rub),
    ("P011", Y, "chip_load", "chip load is above what is usual on this class of machine", _THICK, _SLOWER,
     f"{_ENGAGED} hardness machine_class stepdown_mm", _asked_usual),
    ("P012", R, "chip_load", "chip load is above twice the charts of rigid machines", _THICK, _SLOWER, f"{_ENGAGED} hardness",
     _asked_largest),
    ("P013", R, "chip_load", "a chip load of the toolpath is above twice the charts of rigid machines", _THICK, _SLOWER,
     "path_feed_per_turn_mm flutes tool_diameter_mm hardness", _real_largest),
    ("P014", Y, "chip_load", "a chip load of the toolpath is above what is usual on this class of machine", _THICK, _SLOWER,
     "path_feed_per_turn_mm flutes tool_diameter_mm hardness machine_class path_axial_mm", _real_usual),
))  # fmt: skip

register(Family("Rubbing in slots", SLOTS, "the rub limit, at full width"), (
    ("P015", Y, "heat", "chips of the slot are too thin: the edge rubs and burns", _THIN, "raise the feed or lower the speed",
     _ENGAGED, _slot_rub),
))  # fmt: skip

register(Family("Feed of a drill", ("drill",), "rub limit and charts of rigid machines, per edge; P = removal · energy"), (
    ("P017", Y, "heat", "the drill goes down so slowly that it rubs", "It burns the hole and dulls.",
     "raise the plunge feed or lower the speed", "plunge_mm_min spindle_rpm flutes tool_diameter_mm", _slot_rub),
    ("P018", R, "chip_load", "the drill takes more per turn than twice the charts of rigid machines", "It digs in and breaks.",
     "lower the plunge feed or raise the speed", "plunge_mm_min spindle_rpm flutes tool_diameter_mm hardness", _asked_largest),
    ("P032", R, "power", "the drill may need more power than the spindle has", _WEAK, "lower the plunge feed",
     "plunge_mm_min tool_diameter_mm energy_high_j_cm3 spindle_power_w", _drill_power),
))  # fmt: skip

register(Family("Rubbing in programs", ("gcode",), "the rub limit, at the highest feed per turn"), (
    ("P016", Y, "heat", "even the thickest chips of the program are too thin: the edge rubs and burns", _THIN,
     "raise the feed or lower the speed", "path_feed_per_turn_mm flutes tool_diameter_mm", _real_rub),
))  # fmt: skip

register(Family("Feed in this wood", MILLED, "shop wood table: highest roughing feed"), (
    ("P060", Y, "material", "the feed is above what is usual in this material", "It tears or chips out.", "lower the feed",
     "feed_mm_min material_max_feed_mm_min", lambda f, m: above(f, m, "mm/min")),
    ("P061", Y, "material", "a feed of the toolpath is above what is usual in this material", "It tears or chips out.",
     "lower the feed", "path_max_feed_mm_min material_max_feed_mm_min", lambda f, m: above(f, m, "mm/min")),
))  # fmt: skip

register(_EDGE, (
    ("P020", R, "speed", "the edge is faster than router bits may run", _FAST, "lower the speed",
     "tool_diameter_mm spindle_rpm", _edge_speed),
    ("P021", R, "speed", "the edge is faster on the toolpath than router bits may run", _FAST, "lower the speed",
     "tool_diameter_mm path_max_rpm", _edge_speed),
))  # fmt: skip

register(_LOAD, (
    ("P030", R, "power", "the first ring may need more power than the spindle has", _WEAK, "lower the feed or the stepdown",
     "feed_mm_min stepdown_mm tool_diameter_mm energy_high_j_cm3 spindle_power_w", _slot_power),
    ("P031", R, "power", "the toolpath may need more power than the spindle has", _WEAK, "lower the feed or the stepdown",
     "path_removal_mm3_min energy_high_j_cm3 spindle_power_w", _power),
    ("P050", Y, "power", "the cut pushes harder than a light machine holds", "The frame gives way: a wrong size, lost steps.",
     "lower the feed or the stepdown", "feed_mm_min spindle_rpm stepdown_mm tool_diameter_mm energy_high_j_cm3 machine_class",
     _push),
    ("P040", Y, "deflection", "the tool may bend enough to chatter", _SWING, _CALM, _SLOT, partial(_slot_bend, CHATTER_MM)),
    ("P041", R, "deflection", "the tool may bend enough to break", _SNAP, _CALM, _SLOT, partial(_slot_bend, BREAKAGE_MM)),
    ("P042", Y, "deflection", "the tool may bend enough on the toolpath to chatter", _SWING, _CALM, _REAL,
     partial(_real_bend, CHATTER_MM)),
    ("P043", R, "deflection", "the tool may bend enough on the toolpath to break", _SNAP, _CALM, _REAL,
     partial(_real_bend, BREAKAGE_MM)),
))  # fmt: skip
