"""Is the part held, cut through, finished, and is anything left to cut? Rules O, of profiles and allowances, and Q002."""

from __future__ import annotations

from rmos.feasibility.domain.model import Gauge, above, flag, positive
from rmos.feasibility.domain.rules import ROUTER, Family, R, Y, register

_PROFILE = Family("Profiles", ("profile",), "operation intents of the field; workholding")
_FINISH = Family("Finishing", tuple(m for m in ROUTER if m != "gcode"), "operation intents of the field")
_REST = Family("Rest machining", ("rest",), "geometry of the tools")

register(_PROFILE, (
    ("O001", Y, "cut", "a cut through the stock does not reach its underside", "A skin holds the part and tears.",
     "cut as deep as the stock is thick", "uncut_mm", lambda skin: above(skin, 0)),
    ("O002", Y, "setup", "nothing holds what is cut out", "A part that comes loose is caught by the tool and thrown.",
     "set tabs, or hold the part and its offcut by vacuum, tape or screws", "part_held", lambda held: flag(not held)),
    ("O003", R, "geometry", "the tabs leave no contour between them", "Nothing would be cut.", "set fewer or narrower tabs",
     "tab_gap_mm", positive),
))  # fmt: skip

register(_FINISH, (
    ("O004", Y, "cut", "the finish allowance is above half the tool's diameter", "The finish pass cuts like a roughing pass.",
     "leave 0.2 to 0.5 mm", "finish_allowance_mm tool_diameter_mm", lambda a, d: above(a, d / 2)),
))  # fmt: skip

register(_REST, (
    ("Q002", R, "geometry", "the tool before was no wider than this one", "It has left nothing that this tool reaches.",
     "correct the diameter of the tool before, or use a smaller tool", "tool_diameter_mm previous_diameter_mm",
     lambda d, before: Gauge(d, before, "mm", "from")),
))  # fmt: skip
