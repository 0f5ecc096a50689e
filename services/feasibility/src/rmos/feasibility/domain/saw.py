"""Can this blade make this cut? Rules S: rim speed, bite, kickback, power, resonance."""

from __future__ import annotations

import math
from functools import partial

from rmos.feasibility import feeds
from rmos.feasibility.domain.model import UNKNOWN_HARDNESS, Gauge, above, below, flag, hardness_class, positive, usable
from rmos.feasibility.domain.rules import Family, Measured, R, Y, register
from rmos.feasibility.domain.toolpath import GRID_MM

_SAW = Family("Sawing", ("saw",), "shop saw tables and limits of blade makers and a trade body")
_RUN = Family("Toolpath of a saw", ("saw",), "what the toolpath does, against what was judged")
_PLATE = Family("Blade resonance", ("saw",), "f = λ²/(2π·R²)·√(B/(ρ·h)) of a plate held at its centre", scorer="resonance")
RIM_MAX_M_S, RIM_HIGH_M_S = 80.0, 72.0
"""Metres a second: 80 is the standard of blade makers, 90 % of it a warning."""
WORKING_RIM_M_S = {"soft": (50.0, 80.0), "medium": (45.0, 75.0), "hard": (40.0, 70.0)}
BITE_RUB_MM, BITE_HIGH_MM, BITE_RED_SHARE = 0.02, {"soft": 0.15, "medium": 0.12, "hard": 0.10}, 1.5
"""Per tooth; RED from half as much again. The medium class lies in between: estimate."""
POWER_SHARE, POWER_HIGH_SHARE = 0.765, 0.68
"""Of the motor's power: 85 % of it reach the blade; RED from 90 % of that, a warning from 80 %."""
KICKBACK_RED, KICKBACK_YELLOW = 60.0, 35.0
RESONANCE_RATIO = 0.15
HELD_MM = 20.0
"""Least scrap of a batch that shops ask for."""
_BURNS = 0.5


def _rim_m_s(diameter: float, rpm: float) -> float:
    return feeds.surface_speed_m_s(diameter, rpm)


def _rim_above(diameter: float, rpm: float, limit: float) -> Measured:
    return above(_rim_m_s(diameter, rpm), limit, "m/s") if usable(diameter, rpm) else None


def _rim_outside(diameter: float, rpm: float, hardness: str) -> Measured:
    span = WORKING_RIM_M_S.get(hardness_class(hardness))
    if span is None or not usable(diameter, rpm):
        return None
    rim = _rim_m_s(diameter, rpm)
    return below(rim, span[0], "m/s"), above(rim, min(span[1], RIM_HIGH_M_S), "m/s")


def _bite(feed: float, rpm: float, teeth: int) -> float | None:
    return feeds.chip_load_mm(feed, rpm, teeth) if usable(feed, rpm, teeth) else None


def _bite_above(share: float, feed: float, rpm: float, teeth: int, hardness: str) -> Measured:
    bite, limit = _bite(feed, rpm, teeth), BITE_HIGH_MM.get(hardness_class(hardness))
    return None if bite is None or limit is None else above(bite, share * limit)


def _bite_beyond(feed: float, rpm: float, teeth: int, made_for_mm: float) -> Measured:
    bite = _bite(feed, rpm, teeth)
    return None if bite is None else above(bite, made_for_mm)


def _bite_low(feed: float, rpm: float, teeth: int, burn: float) -> Measured:
    """Wood that burns easily wants half as much again."""
    bite = _bite(feed, rpm, teeth)
    return None if bite is None else below(bite, BITE_RUB_MM * (1.5 if burn >= _BURNS else 1.0))


def _kickback(
    limit: float, cut: str, exposure: float, miter: float, bevel: float, stock: float, feed: float, rpm: float, teeth: int,
    knife: bool,
) -> Measured:  # fmt: skip
    bite = _bite(feed, rpm, teeth)
    if bite is None or exposure < 0 or not usable(stock):
        return None
    return Gauge(feeds.kickback_points(cut, exposure, miter, bevel, stock, bite, feed, knife), limit, "points", "from")


def _power(share: float, feed: float, depth: float, kerf: float, energy: float, motor_w: float) -> Measured:
    if not usable(feed, depth, kerf, energy):
        return None
    power = feeds.cutting_power_w(feeds.removal_rate_mm3_min(depth, kerf, feed), energy).high
    return above(power, share * motor_w, "W")


def _resonance(diameter: float, plate: float, modulus: float, rpm: float) -> Measured:
    """How near the turning comes to a frequency at which the blade rings; the nearest of the first three counts."""
    if not usable(diameter, plate, modulus, rpm):
        return None
    turns_hz = rpm / 60
    natural = min(feeds.blade_frequencies_hz(diameter, plate, modulus), key=lambda f: abs(turns_hz - f) / f)
    return below(abs(turns_hz - natural) / natural, RESONANCE_RATIO, "", f"of {natural:.0f} Hz")


def _disagree(kind: str, depth: float, stock: float, exposure: float, board: float | None) -> Measured:
    """A cut through may go on into the board below."""
    too_deep = depth > stock + (board or 0.0)
    return flag(kind != "dado" and (too_deep or (exposure > 0 and depth < stock)))


_BITE = "feed_mm_min spindle_rpm blade_teeth"
_KICK = f"cut_kind exposure_mm miter_deg bevel_deg stock_thickness_mm {_BITE} riving_knife"
_POWER = "feed_mm_min depth_mm blade_kerf_mm energy_high_j_cm3 spindle_power_w"
_THROWS = "A blade that climbs or is pinched throws the wood at whoever stands there."

register(_SAW, (
    ("S001", R, "speed", "the blade turns faster than it may", "A blade beyond its speed loses teeth or bursts.",
     "lower the speed or use a smaller blade", "spindle_rpm blade_max_rpm", lambda s, m: above(s, m, "rpm")),
    ("S002", R, "speed", "the rim is faster than the blade's limit", "A blade beyond its speed loses teeth or bursts.",
     "lower the speed", "blade_diameter_mm spindle_rpm blade_max_rim_m_s", _rim_above),
    ("S003", R, "speed", "the rim is faster than 80 m/s", "It is the standard limit of blades for wood.", "lower the speed",
     "blade_diameter_mm spindle_rpm", lambda d, n: _rim_above(d, n, RIM_MAX_M_S)),
    ("S004", Y, "speed", "the rim is outside the working range of this wood", "Too slow splits ahead of the teeth, too fast"
     " burns.", "change the speed", "blade_diameter_mm spindle_rpm hardness", _rim_outside),
    ("S010", R, "chip_load", "a tooth bites more than half as much again as is usual in this wood", "The blade is pulled in.",
     "lower the feed or raise the speed", f"{_BITE} hardness", partial(_bite_above, BITE_RED_SHARE)),
    ("S011", Y, "chip_load", "a tooth bites more than is usual in this wood", "The cut tears.",
     "lower the feed or raise the speed", f"{_BITE} hardness", partial(_bite_above, 1.0)),
    ("S013", Y, "chip_load", "a tooth bites more than the blade is made for", "The cut tears, or the plate bends.",
     "lower the feed or raise the speed", f"{_BITE} blade_bite_mm", _bite_beyond),
    ("S012", Y, "heat", "a tooth bites so little that it rubs", "Rubbing burns the wood, sooner in wood that burns easily.",
     "raise the feed, lower the speed or use fewer teeth", f"{_BITE} burn", _bite_low),
    ("S020", R, "kickback", "kickback is likely", _THROWS, "lower the blade, fit a riving knife, tilt less",
     _KICK, lambda *a: _kickback(KICKBACK_RED, *a)),
    ("S021", Y, "kickback", "kickback is possible", _THROWS, "lower the blade, fit a riving knife, tilt less",
     _KICK, lambda *a: _kickback(KICKBACK_YELLOW, *a)),
    ("S022", R, "kickback", "the blade stands out more than 50 mm", "A blade that stands far out is touched and kicks.",
     "lower the blade", "exposure_mm", lambda e: above(e, 50)),
    ("S023", Y, "kickback", "the blade stands out more than 25 mm", "A blade that stands far out is touched and kicks.",
     "lower the blade", "exposure_mm", lambda e: above(e, 25)),
    ("S024", R, "kickback", "the exposure is negative", "The blade would not come through the wood.", "measure the exposure",
     "exposure_mm", lambda e: below(e, 0)),
    ("S030", R, "setup", "the cut is deeper than the blade reaches past its collars", "The collars run into the wood.",
     "use a larger blade or cut from both sides", "depth_mm exposure_mm bevel_deg blade_diameter_mm",
     lambda z, e, b, d: above(z / math.cos(math.radians(b)) + max(0.0, e), d / 3)),
    ("S031", R, "setup", "a dado is as deep as the stock or deeper", "The wood is cut through.", "cut shallower",
     "cut_kind depth_mm stock_thickness_mm", lambda k, z, t: Gauge(z, t, "mm", "from") if k == "dado" else None),
    ("S035", Y, "setup", "the cut is deeper than stock and spoil board, or the blade stands out below wood that it does not cut"
     " through", "Depth, stock and exposure disagree.", "measure them again, state options.spoilboard",
     "cut_kind depth_mm stock_thickness_mm exposure_mm spoilboard_mm?", _disagree),
    ("S032", R, "setup", "depth or length of the cut is not positive", "There is nothing to cut.", "correct the design",
     "depth_mm cut_length_mm", lambda z, n: (positive(z, "mm", "depth"), positive(n, "mm", "length"))),
    ("S033", R, "blade", "the plate is not thinner than the kerf", "The plate rubs, heats, warps and binds.",
     "use another blade", "blade_plate_mm blade_kerf_mm", lambda p, k: Gauge(p, k, "mm", "from")),
    ("S034", R, "material", "the hardness of the material is said to be unknown", "Every limit depends on the material.",
     "find out what the material is", "hardness", lambda h: flag(h == UNKNOWN_HARDNESS)),
    ("S040", R, "power", "the cut may need more power than the motor has", "The blade slows, bites more and stalls.",
     "lower the feed or the depth", _POWER, lambda *a: _power(POWER_SHARE, *a)),
    ("S041", Y, "power", "the cut may need most of the motor's power", "There is little left for a knot.",
     "lower the feed or the depth", _POWER, lambda *a: _power(POWER_HIGH_SHARE, *a)),
    ("S051", R, "geometry", "slices, kerfs and trim take more than the block has", "The last slices are missing or thin.",
     "cut fewer or thinner slices", "sliced_mm block_mm", above),
    ("S052", Y, "setup", "less than 20 mm of the block is left to hold", "Hands and clamps come near the blade.",
     "cut fewer slices, or glue the block to a carrier", "sliced_mm block_mm",
     lambda s, b: below(b - s, HELD_MM) if s <= b else None),
    ("S050", Y, "heat", "the cut is longer than 500 mm", "The plate warms and loses its tension.",
     "let the blade cool between cuts", "cut_length_mm", lambda n: above(n, 500)),
))  # fmt: skip

register(_RUN, (
    ("S070", R, "engagement", "the toolpath goes deeper than the cut and the exposure", "The blade runs into the bed.",
     "look at the script that changed the toolpath", "path_min_mm depth_mm exposure_mm bevel_deg",
     lambda lo, z, e, b: above(-lo[2], z / math.cos(math.radians(b)) + max(0.0, e) + GRID_MM) if z > 0 else None),
    ("S071", R, "engagement", "a feed of the toolpath is above what was judged", "A tooth bites more than it may.",
     "look at the script that changed the toolpath", "path_max_feed_mm_min feed_mm_min",
     lambda p, f: above(p, f * 1.001, "mm/min") if f > 0 else None),
    ("S072", R, "engagement", "a speed of the toolpath is not what was judged", "Slow it bites more, fast it bursts.",
     "look at the script that changed the toolpath", "path_min_rpm path_max_rpm spindle_rpm",
     lambda lo, hi, n: (below(lo, n * 0.999, "rpm"), above(hi, n * 1.001, "rpm"))),
    ("S073", R, "engagement", "a rapid travels sideways below the surface", "The blade is driven into the wood at full speed.",
     "lift above the surface before you travel", "path_rapid_lowest_mm", lambda z: below(z, 0)),
))  # fmt: skip

register(_PLATE, (
    ("S060", Y, "blade", "the blade turns within 15 % of a frequency at which it rings", "It flutters: a wide, wavy, loud cut.",
     "change the speed, use a thicker plate or collars", "blade_diameter_mm blade_plate_mm blade_modulus_mpa spindle_rpm",
     _resonance),
))  # fmt: skip
