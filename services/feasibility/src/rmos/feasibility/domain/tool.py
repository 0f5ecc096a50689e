"""Is it the right kind of tool? Rules K: drills, V-bits, ball noses, and tools that do not cut at their centre."""

from __future__ import annotations

from rmos.feasibility.domain.model import above, flag
from rmos.feasibility.domain.rules import SLOTS, Family, R, Y, register

_SOURCE = "geometry of the tool"
_FLOORED = ("pocket", "rest", "rosette", "helical", "slot", "ledge")
_SHAPED = Family("Kind of tool", (*_FLOORED, "profile", *SLOTS), _SOURCE)
_FLAT = Family("Flat floors", (*_FLOORED, "fret_slots"), _SOURCE)
_FREE = Family("Kind of tool in a program", ("gcode",), _SOURCE)

register(_SHAPED, (
    ("K001", R, "tool", "a drill is to cut sideways", "A drill has no edges on its side: it breaks.", "use an end mill",
     "tool_kind", lambda k: flag(k == "drill")),
    ("K002", R, "tool", "a V-bit is to cut a straight wall", "Its walls slope, its floor is a groove.", "use a flat end mill",
     "tool_kind", lambda k: flag(k == "vbit")),
))  # fmt: skip

register(_FLAT, (
    ("K003", Y, "tool", "a ball nose is to cut a flat floor", "It leaves ridges on the floor and a round at the wall.",
     "use a flat end mill", "tool_kind", lambda k: flag(k == "ball")),
))  # fmt: skip

register(Family("Tools without a centre", (*_SHAPED.modes, "vcarve"), _SOURCE), (
    ("K004", Y, "tool", "the tool does not cut at its centre", "It must never go straight down into wood.",
     "look at the simulation for plunges", "center_cutting", lambda c: flag(not c)),
))  # fmt: skip

register(Family("Sharp corners at the floor", _FLOORED, _SOURCE), (
    ("K006", Y, "tool", "a bull nose is to cut down to a flat floor", "It leaves its radius between wall and floor.",
     "use a flat end mill where the corner must be sharp", "tool_kind", lambda k: flag(k == "bull")),
))  # fmt: skip

register(Family("Slot cutters", ("pocket", "rest", "rosette", "helical", "profile", "ledge"), _SOURCE), (
    ("K005", Y, "tool", "a fret slot cutter is to clear an area", "It is made for one slot, and breaks at a side load.",
     "use an end mill", "tool_kind", lambda k: flag(k == "fret_slot")),
))  # fmt: skip

register(Family("Drills", ("gcode", "drill"), _SOURCE), (
    ("K011", R, "tool", "a drill cuts sideways", "A drill has no edges on its side: it breaks.", "use an end mill",
     "tool_kind path_radial_mm", lambda k, w: above(w, 0) if k == "drill" else None),
))  # fmt: skip

register(_FREE, (
    ("K012", Y, "tool", "a V-bit is judged by its widest diameter", "Its point is weaker than that.",
     "cut the first pass shallow", "tool_kind", lambda k: flag(k == "vbit")),
    ("K014", Y, "tool", "a tool that does not cut at its centre goes down into material", "Straight down it burns or breaks.",
     "enter from beside the stock, or on a shallow ramp", "center_cutting path_plunge_mm_min",
     lambda c, p: flag(not c and p > 0)),
))  # fmt: skip
