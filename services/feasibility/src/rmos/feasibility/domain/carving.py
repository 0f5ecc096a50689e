"""Does this V-bit carve that? Rules V: kind and angle, depth of the cone, widths, chips."""

from __future__ import annotations

import math
from functools import partial

from rmos.feasibility import feeds
from rmos.feasibility.domain.model import above, below, flag, hardness_class, usable
from rmos.feasibility.domain.rules import Family, Measured, R, Y, register

_CARVED = Family("V-carving", ("vcarve",), "w = tip + 2·depth·tan(angle/2)")
_CHIPS = Family("Chips of a V-bit", ("vcarve",), "operation intents of the field: chip loads of V-carving")
CHIP_MM = {"soft": (0.08, 0.15), "medium": (0.05, 0.10), "hard": (0.05, 0.10)}
"""Per edge. Softwood, hardwood; of anything else the table says what it says of hardwood."""
TOO_THIN, TOO_THICK = 0.5, 1.5
_TIP = "tip_diameter_mm tip_angle_deg"


def cone_height_mm(diameter: float, tip: float, angle_deg: float) -> float:
    """How deep a V-bit cuts until it is as wide as its body."""
    return (diameter - tip) / 2 / math.tan(math.radians(angle_deg) / 2)


def carved_width_mm(depth: float, tip: float, angle_deg: float) -> float:
    """Of the groove that a V-bit leaves at a depth."""
    return tip + 2 * depth * math.tan(math.radians(angle_deg) / 2)


def _chip(feed: float, rpm: float, flutes: int, hardness: str) -> tuple[float, float, float] | None:
    """The chip, and from where to where it should lie."""
    span = CHIP_MM.get(hardness_class(hardness))
    return (feeds.chip_load_mm(feed, rpm, flutes), *span) if span is not None and usable(feed, rpm, flutes) else None


def _thick(share: float, *asked: float | str) -> Measured:
    found = _chip(*asked)  # type: ignore[arg-type]
    return None if found is None else above(found[0], share * found[2])


def _thin(share: float, *asked: float | str) -> Measured:
    found = _chip(*asked)  # type: ignore[arg-type]
    return None if found is None else below(found[0], share * found[1])


_ASKED = "feed_mm_min spindle_rpm flutes hardness"
_TEARS = "Thick chips tear the edges of the letters out."
_RUBS = "The edge rubs instead of cutting, burns the wood and dulls."

register(_CARVED, (
    ("V001", R, "tool", "the tool is no V-bit", "The width of a carved line comes from the slope of the bit.", "use a V-bit",
     "tool_kind", lambda k: flag(k != "vbit")),
    ("V002", R, "cut", "the cut is deeper than the cone of the bit", "Above its cone the bit has no edges.",
     "carve shallower or use a larger bit", f"depth_mm tool_diameter_mm {_TIP}",
     lambda z, d, t, a: above(z, cone_height_mm(d, t, a)) if usable(d - t) else None),
    ("V003", Y, "tool", "the bit's angle is outside 10 to 120°", "So sharp a tip breaks, so blunt a one leaves no depth.",
     "use a bit of 60 or 90°", "tip_angle_deg", lambda a: (below(a, 10, "°"), above(a, 120, "°"))),
    ("V004", Y, "geometry", "a line or region is wider than the bit carves at the greatest depth",
     "Its middle stays, or its floor is flat.", "carve deeper, use a blunter bit, or clear the middle as a pocket",
     f"width_mm depth_mm {_TIP}", lambda w, z, t, a: above(w, carved_width_mm(max(0.0, z), t, a))),
    ("V005", Y, "geometry", "the tip is wider than the narrowest place", "Fine lines come out too wide, or are left out.",
     "use a sharper bit", "tip_diameter_mm smallest_feature_mm", above),
))  # fmt: skip

register(_CHIPS, (
    ("V010", R, "chip_load", "chip load is above one and a half times what V-bits take", _TEARS,
     "lower the feed or raise the speed", _ASKED, partial(_thick, TOO_THICK)),
    ("V011", Y, "chip_load", "chip load is above what V-bits take", _TEARS, "lower the feed or raise the speed", _ASKED,
     partial(_thick, 1.0)),
    ("V012", R, "heat", "chip load is below half of what V-bits need", _RUBS, "raise the feed or lower the speed", _ASKED,
     partial(_thin, TOO_THIN)),
    ("V013", Y, "heat", "chip load is below what V-bits need", _RUBS, "raise the feed or lower the speed", _ASKED,
     partial(_thin, 1.0)),
))  # fmt: skip
