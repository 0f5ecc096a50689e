"""What does the simulated toolpath do to the tool? Rules E, on engagement as it was met, and G, on the program itself."""

from __future__ import annotations

from rmos.feasibility.domain.model import HARD, above, below, flag
from rmos.feasibility.domain.rules import LEVEL, MILLED, MODES, Family, R, Y, register

_REAL = Family("Engagement of the toolpath", MILLED, "shop rule table F, taken at what the simulation met")
_PROGRAM = Family("Checks of a program", ("gcode",), "static checks of G-code that shops ask for")
_AXIAL, _D = "path_axial_mm", "tool_diameter_mm"
GRID_MM = 0.01
"""The simulation counts heights in steps; a difference below this is none."""

register(_REAL, (
    ("E001", R, "engagement", "the toolpath cuts deeper than 5 diameters in one pass", "No router bit of this thickness carries"
     " such a load.", "use shallower passes", f"{_AXIAL} {_D}", lambda a, d: above(a, 5 * d + GRID_MM)),
    ("E002", R, "engagement", "the toolpath cuts deeper than 1.5 diameters in one pass in hard material",
     "The side load snaps the tool.", "use shallower passes", f"hardness {_AXIAL} {_D}",
     lambda h, a, d: above(a, 1.5 * d + GRID_MM) if h in HARD else None),
    ("E003", Y, "engagement", "the toolpath cuts deeper than half a diameter in one pass in hard material",
     "Hard wood wants light passes.", "use shallower passes", f"hardness {_AXIAL} {_D}",
     lambda h, a, d: above(a, 0.5 * d + GRID_MM) if h in HARD and a <= 1.5 * d + GRID_MM else None),
    ("E004", Y, "engagement", "the toolpath cuts deeper in one pass than the job asks for", "What runs is not what was asked"
     " for: a script or the plan changed it.", "look at the script that changed the toolpath", f"{_AXIAL} asked_axial_mm",
     lambda a, s: above(a, s + GRID_MM) if s > 0 else None),
))  # fmt: skip

register(Family("What the toolpath meets", MODES, "the simulation of the toolpath"), (
    ("E005", Y, "engagement", "the toolpath plunges faster than the job asks for", "What runs is not what was asked for.",
     "look at the script that changed the toolpath", "path_plunge_mm_min plunge_mm_min",
     lambda p, asked: above(p, asked * 1.001, "mm/min") if asked > 0 else None),
    ("E010", R, "engagement", "a rapid runs through material", "At full speed through wood the tool breaks and the part flies.",
     "lift before you travel, or use a feed move", "path_rapid_cuts", lambda n: flag(n > 0)),
    ("E011", R, "engagement", "the toolpath cuts while the spindle stands", "The tool is dragged through the wood and breaks.",
     "start the spindle before the first cut", "path_still_cuts", lambda n: flag(n > 0)),
    ("E012", R, "engagement", "the toolpath never cuts below the surface", "Depth is judged from zero at the top of the stock:"
     " of a program with another zero nothing can be judged.", "set Z zero at the top of the stock", "path_removal_mm3_min",
     lambda rate: flag(rate <= 0)),
))  # fmt: skip

register(Family("Depth of the toolpath", LEVEL, "the simulation of the toolpath"), (
    ("E014", R, "engagement", "the toolpath cuts deeper than the design", "The part is cut through, or too deep.",
     "look at the script that changed the toolpath", "path_min_mm depth_mm",
     lambda lo, z: flag(-lo[2] > z + GRID_MM) if z > 0 else None),
))  # fmt: skip

register(Family("Depth of a program", ("gcode",), "shop rule table F, taken at what the simulation met"), (
    ("E006", Y, "engagement", "the program plunges at more than half of its highest feed", "Few tools cut well with their end.",
     "plunge at 30 to 40 % of the feed", "tool_kind path_plunge_mm_min path_max_feed_mm_min",
     lambda k, p, f: None if k == "drill" else above(p, 0.5 * f * 1.001, "mm/min")),
    ("E007", Y, "engagement", "the program cuts deeper than 3 mm in one pass", "A light router deflects and chatters.",
     "use shallower passes", _AXIAL, lambda a: above(a, 3 + GRID_MM)),
    ("E008", Y, "engagement", "the program goes deeper than 2 diameters", "Chips pack in deep narrow cuts.",
     "watch chip clearance, use a larger tool", f"path_min_mm {_D}", lambda lo, d: above(-lo[2], 2 * d)),
    ("E009", Y, "engagement", "the program leaves a floor below 2 mm", "A thin floor flexes; an error of zero cuts through.",
     "leave more floor, or support it", "path_min_mm stock_thickness_mm",
     lambda lo, t: below(t + lo[2], 2) if t + lo[2] > 1e-6 else None),
))  # fmt: skip

register(_PROGRAM, (
    ("G001", Y, "program", "the program does not say whether it is in mm or inch",
     "Left in the other unit, a machine cuts 25.4 times too large.",
     "put G21 or G20 before the first move", "states_units", lambda said: flag(not said)),
    ("G002", Y, "program", "the program does not say G90 or G91", "A machine that was left in G91 runs away.",
     "put G90 before the first move", "states_distance", lambda said: flag(not said)),
    ("G003", Y, "program", "a rapid travels sideways below the surface", "It clears the stock only if everything before it cut"
     " as planned.", "lift above the surface before you travel", "path_rapid_lowest_mm", lambda z: below(z, 0)),
))  # fmt: skip
