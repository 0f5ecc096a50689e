"""Can these holes be drilled so? Rules D: fit, depth, pecks, walls between holes."""

from __future__ import annotations

from rmos.feasibility.domain.model import above, below, flag, positive
from rmos.feasibility.domain.rules import Family, R, Y, register

_DRILLED = Family(
    "Drilled holes", ("drill",), "operation intents of the field: depth, pecks and feed; fit and walls: estimates"
)
FIT_MM = 0.1
"""How much narrower than the hole a tool may be. Estimate."""
_D, _Z, _HOLE = "tool_diameter_mm", "depth_mm", "bore_mm"

register(_DRILLED, (
    ("D001", R, "tool", "a tool that does not cut at its centre is to go straight down", "It burns, bends or breaks.",
     "use a drill, or an end mill that cuts at its centre", "center_cutting", lambda c: flag(not c)),
    ("D002", R, "geometry", "the tool is wider than the hole", "The hole comes out as wide as the tool.", "use a smaller tool",
     f"{_D} {_HOLE}", above),
    ("D003", R, "geometry", "the tool is more than 0.1 mm narrower than the hole", "The hole comes out as wide as the tool.",
     "use a tool of that size, or bore the hole on a helix", f"{_D} {_HOLE}", lambda d, b: below(d, b - FIT_MM)),
    ("D004", Y, "cut", "a hole is deeper than 10 diameters", "The drill wanders, and chips pack.", "drill from both sides",
     f"{_Z} {_D}", lambda z, d: above(z, 10 * d)),
    ("D005", Y, "cut", "a stroke is deeper than 3 diameters", "Chips pack in the flutes, and the drill burns.",
     "set a peck of 1 to 3 diameters", f"peck_mm {_D}", lambda p, d: above(p, 3 * d)),
    ("D006", Y, "cut", "a hole takes more than 50 pecks", "So many strokes rub more than they cut.", "peck deeper",
     "peck_count", lambda n: above(n, 50, "pecks")),
    ("D007", Y, "geometry", "the hole is thinner than 0.5 mm", "So thin a drill breaks at a touch.", "drill it by hand", _HOLE,
     lambda b: below(b, 0.5)),
    ("D008", Y, "cut", "the plunge is faster than 1000 mm/min", "The drill is pushed rather than cuts.",
     "lower the plunge feed", "plunge_mm_min", lambda p: above(p, 1000, "mm/min")),
    ("D009", R, "geometry", "two holes meet", "The drill slips into the hole beside it and breaks.", "correct the drawing",
     "hole_gap_mm", positive),
    ("D010", Y, "geometry", "the wall between two holes is thinner than 1 mm", "It breaks out.", "space the holes wider",
     "hole_gap_mm", lambda g: below(g, 1) if g > 0 else None),
    ("D011", Y, "setup", "less than 1 mm is left below a hole", "It breaks out at the back.",
     "drill right through into a spoil board, or not so deep", "floor_mm", lambda f: below(f, 1) if f > 0 else None),
    ("D012", Y, "tool", "the tool is no drill", "Straight down it clears its chips badly.", "use a drill", "tool_kind",
     lambda k: flag(k != "drill")),
))  # fmt: skip
