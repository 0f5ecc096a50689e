"""Which limits follow from physics? Rub, chip load, edge speed, power and deflection, as rules of the one registry.

The widest cut counts: a pocket's first ring is a slot, so power and force are taken at the full diameter.
"""

from __future__ import annotations

from functools import partial

from rmos.feasibility import feeds
from rmos.feasibility.domain.model import HARD, RiskLevel
from rmos.feasibility.domain.rules import Measured, above, below, register
from rmos.feasibility.feeds import Interval

RUB_MM, RUB_SMALL_MM, SMALL_TOOL_MM = 0.0254, 0.0127, 3.175
"""Chips thinner than this are rubbed off, not cut: 0.001 in, 0.0005 in up to a 1/8 in tool. Small-router community book."""
CHIP_RATIO = {
    "hobby": {"soft": 0.020, "medium": 0.014, "hard": 0.008},
    "industrial": {"soft": 0.052, "medium": 0.048, "hard": 0.044},
}
"""Largest usual chip load over the diameter. Hobby: 0.005 in (soft) and 0.002 in (hard) at 1/4 in, community book; industrial:
0.013 in (soft ply) and 0.011 in (hardwood) at 1/4 in, a cutter shop's chart. Medium in between: estimate."""
LARGEST_CHIP_MM = 0.508
"""0.020 in: no router chart goes beyond."""
EDGE_SPEED_M_S = 56.0
"""11 000 ft/min, which the usual limits of router bits by diameter come to."""
CHATTER_MM, BREAKAGE_MM = 0.025, 0.13
"""0.001 in: onset of chatter; 0.005 in: breakage. Two calculators of the field."""
_R, _Y = RiskLevel.RED, RiskLevel.YELLOW
_ENGAGED = "feed_mm_min spindle_rpm flutes tool_diameter_mm"


def hardness_class(hardness: str) -> str:
    return "hard" if hardness in HARD else hardness


def _usable(*values: float) -> bool:
    """Numbers that are not positive have a rule of their own, RED; physics says nothing of them."""
    return all(value > 0 for value in values)


def _rub(feed: float, rpm: float, flutes: int, diameter: float, stepover: float) -> Measured:
    if not _usable(feed, rpm, flutes, diameter, stepover):
        return None
    thinning = feeds.chip_thinning_factor(diameter, min(1.0, stepover) * diameter)
    limit = RUB_SMALL_MM if diameter <= SMALL_TOOL_MM else RUB_MM
    return below(feeds.chip_load_mm(feed, rpm, flutes) / thinning, limit, "mm")


def _usual_chip(feed: float, rpm: float, flutes: int, diameter: float, hardness: str, machine: str) -> Measured:
    if not _usable(feed, rpm, flutes, diameter):
        return None
    ratio = CHIP_RATIO[machine].get(hardness_class(hardness))
    return None if ratio is None else above(feeds.chip_load_mm(feed, rpm, flutes), ratio * diameter, "mm")


def _largest_chip(feed: float, rpm: float, flutes: int, diameter: float, hardness: str) -> Measured:
    """Twice the industrial chart, which already asks for a rigid machine."""
    ratio = CHIP_RATIO["industrial"].get(hardness_class(hardness))
    if not _usable(feed, rpm, flutes, diameter) or ratio is None:
        return None
    return above(feeds.chip_load_mm(feed, rpm, flutes), min(LARGEST_CHIP_MM, 2 * ratio * diameter), "mm")


def _edge_speed(diameter: float, rpm: float) -> Measured:
    return above(feeds.surface_speed_m_s(diameter, rpm), EDGE_SPEED_M_S, "m/s") if _usable(diameter, rpm) else None


def slot_power_w(feed: float, stepdown: float, diameter: float, hardness: str) -> Interval | None:
    """Power of a slot at this feed and depth; None where it cannot be said."""
    energy = feeds.WOOD_ENERGY_J_CM3.get(hardness_class(hardness))
    if energy is None or not _usable(feed, stepdown, diameter):
        return None
    return feeds.cutting_power_w(feeds.removal_rate_mm3_min(stepdown, diameter, feed), Interval(*energy))


def _power(feed: float, stepdown: float, diameter: float, hardness: str, spindle_w: float) -> Measured:
    power = slot_power_w(feed, stepdown, diameter, hardness)
    return None if power is None else above(power.high, spindle_w, "W")


def _bend(
    limit: float, feed: float, rpm: float, stepdown: float, diameter: float, hardness: str, stickout: float, modulus: float
) -> Measured:
    power = slot_power_w(feed, stepdown, diameter, hardness)
    if power is None or not _usable(rpm, stickout, modulus):
        return None
    force = feeds.cutting_force_n(power, feeds.surface_speed_m_s(diameter, rpm))
    return above(feeds.deflection_mm(force, feeds.tool_stiffness_n_mm(diameter, stickout, modulus)).high, limit, "mm")


_BEND = "feed_mm_min spindle_rpm stepdown_mm tool_diameter_mm hardness stickout_mm tool_modulus_mpa"

register((
    ("P010", _Y, "heat", "chips are too thin: the edge rubs and burns", "raise the feed or lower the speed",
     f"{_ENGAGED} stepover_ratio", _rub),
    ("P011", _Y, "chip_load", "chip load is above what is usual on this class of machine", "lower the feed or raise the speed",
     f"{_ENGAGED} hardness machine_class", _usual_chip),
    ("P012", _R, "chip_load", "chip load is above twice the charts of rigid machines", "lower the feed or raise the speed",
     f"{_ENGAGED} hardness", _largest_chip),
    ("P013", _R, "chip_load", "a chip load of the toolpath is above twice the charts of rigid machines",
     "lower the feed or raise the speed", "path_max_feed_mm_min path_min_rpm flutes tool_diameter_mm hardness", _largest_chip),
    ("P014", _Y, "chip_load", "a chip load of the toolpath is above what is usual on this class of machine",
     "lower the feed or raise the speed", "path_max_feed_mm_min path_min_rpm flutes tool_diameter_mm hardness machine_class",
     _usual_chip),
    ("P020", _R, "speed", "the edge is faster than router bits may run", "lower the speed", "tool_diameter_mm spindle_rpm",
     _edge_speed),
    ("P021", _R, "speed", "the edge is faster on the toolpath than router bits may run", "lower the speed",
     "tool_diameter_mm path_max_rpm", _edge_speed),
    ("P030", _R, "power", "the first ring may need more power than the spindle has", "lower the feed or the stepdown",
     "feed_mm_min stepdown_mm tool_diameter_mm hardness spindle_power_w", _power),
    ("P040", _Y, "deflection", "the tool may bend enough to chatter", "shorten the stickout, lower feed or stepdown", _BEND,
     partial(_bend, CHATTER_MM)),
    ("P041", _R, "deflection", "the tool may bend enough to break", "shorten the stickout, lower feed or stepdown", _BEND,
     partial(_bend, BREAKAGE_MM)),
), "formulas of rmos.feasibility.feeds; limits as noted in domain/physics.py")  # fmt: skip
