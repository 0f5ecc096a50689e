"""Which hard rules has the shop's table? F001 to F041, about tool, cut, geometry and material."""

from __future__ import annotations

from rmos.feasibility.domain.model import HARD, UNKNOWN_HARDNESS, above, below, flag, positive, signs
from rmos.feasibility.domain.rules import AREAS, MILLED, MODES, ROUTER, SPUN, Family, R, Y, register

_D, _SD, _Z = "tool_diameter_mm", "stepdown_mm", "depth_mm"
_SHOP = "shop rule table F"
_SPUN = Family("Any turning tool", SPUN, _SHOP)
_EVERY = Family("Any milling cut", MILLED, _SHOP)
_ROUTED = Family("Routing", ROUTER, _SHOP)
_MADE_SLENDER = ("drill", "fret_slot")
_HARD_OR_VERY = ("hard", "very-hard")

register(_SPUN, (
    ("F001", R, "tool", "tool diameter is not positive", "Without a diameter nothing about the cut can be judged.",
     "choose a tool", _D, positive),
    ("F004", R, "cut", "cutting depth is not below the surface", "A cut above the surface cuts nothing, or zero is wrong.",
     "set a positive depth", _Z, positive),
    ("F022", R, "setup", "the cut is deeper than the stock and a spoil board below it", "The tool goes on into the bed, a clamp"
     " or the vacuum pod.", "use thicker stock, a spoil board or a shallower cut", f"{_Z} stock_thickness_mm spoilboard_mm?",
     lambda z, t, board: above(z, t + (board or 0.0))),
    ("F024", R, "material", "the hardness of the material is said to be unknown", "Every limit depends on the material.",
     "find out what the material is", "hardness", lambda h: flag(h == UNKNOWN_HARDNESS)),
    ("F033", R, "tool", "the cut is deeper than the flutes", "Above the flutes the shank rubs, burns and pushes the part.",
     "use a tool with longer flutes", f"{_Z} flute_length_mm", above),
))  # fmt: skip

register(Family("Height of travel", MODES, _SHOP), (
    ("F005", R, "setup", "safe height is not above the stock", "Travel below the surface drags the tool through the part.",
     "set a safe height of 5 mm", "safe_z_mm", positive),
))  # fmt: skip

register(_EVERY, (
    ("F003", R, "cut", "stepdown is not positive", "A pass without depth never reaches the floor.", "set a stepdown", _SD,
     positive),
    ("F011", Y, "cut", "plunge feed is above the cutting feed", "Few tools cut as well with their end as with their side.",
     "plunge at 30 to 40 % of the feed", "plunge_mm_min feed_mm_min", lambda p, f: above(p, f, "mm/min")),
    ("F020", R, "cut", "stepdown is above 1.5 diameters in hard material", "The side load snaps the tool.",
     "use shallower passes", f"hardness {_SD} {_D}", lambda h, s, d: above(s, 1.5 * d) if h in HARD else None),
    ("F021", R, "cut", "stepdown is above 5 diameters", "No router bit of this thickness carries such a load.",
     "use shallower passes", f"{_SD} {_D}", lambda s, d: above(s, 5 * d)),
))  # fmt: skip

register(Family("Override", MODES, _SHOP), (
    ("F040", Y, "cut", "feed override is outside 80 to 120 %", "What was judged is not what will run.", "set the feed itself",
     "feed_override_percent", lambda p: (below(p, 80, "%"), above(p, 120, "%"))),
))  # fmt: skip

register(_ROUTED, (
    ("F002", R, "cut", "stepover is outside (0, 0.95], or 1 for a slot", "A wider step leaves ridges and loads the full tool.",
     "set a stepover of 0.3 to 0.5", "stepover_ratio is_slot",
     lambda s, slot: positive(s, "") if slot and s <= 1 else (positive(s, ""), above(s, 1.0 if slot else 0.95, ""))),
    ("F010", Y, "geometry", "the tool is wider than the smallest feature", "The feature will be rounded or left out.",
     "use a smaller tool", f"{_D} smallest_feature_mm", above),
    ("F012", Y, "cut", "stepdown is above 3 mm", "A light router deflects and chatters in deep passes.", "use shallower passes",
     _SD, lambda s: above(s, 3)),
    ("F028", R, "geometry", "a wall is thinner than 1 mm", "It breaks out under the tool.", "leave more wall", "wall_mm",
     lambda w: below(w, 1)),
    ("F029", R, "cut", "three or more of: hard, tool below 3 mm, stepdown above 5 mm, stepover above 0.7, wall below 2 mm,"
     " deeper than the flutes", "Each alone can be managed; together they break tools.", "take away what makes this cut hard",
     f"hardness {_D} {_SD} stepover_ratio wall_mm {_Z} flute_length_mm",
     lambda h, d, s, o, w, z, f: signs(3, h in HARD, d < 3, s > 5, o > 0.7, w < 2, z > f)),
    ("F030", Y, "cut", "the cut is deeper than 2 diameters", "Chips pack in deep narrow cuts, and the edge burns.",
     "watch chip clearance, use a larger tool", f"{_Z} {_D}", lambda z, d: above(z, 2 * d)),
    ("F031", Y, "cut", "stepdown is above half a diameter in hard material", "Hard wood wants light passes.",
     "use shallower passes", f"hardness {_SD} {_D}",
     lambda h, s, d: above(s, 0.5 * d) if h in HARD and s <= 1.5 * d else None),
    ("F032", Y, "tool", "the tool is below 2 mm", "Thin tools break at small mistakes.",
     "expect a fragile tool: lower feed and stepdown", _D, lambda d: below(d, 2)),
    ("F034", Y, "cut", "the slot is deeper than twice its width", "Chips do not leave a deep slot by themselves.",
     "cut in more passes", f"is_slot {_Z} width_mm", lambda slot, z, w: above(z, 2 * w) if slot else None),
    ("F035", Y, "cut", "stepover is above 0.7", "Nearly the full width is cut at every pass.", "set a stepover of 0.3 to 0.5",
     "stepover_ratio is_slot", lambda s, slot: None if slot else above(s, 0.7, "")),
    ("F036", Y, "geometry", "a wall is from 1 to 2 mm", "It flexes and may break out.", "cut it with light passes", "wall_mm",
     lambda w: below(w, 2) if w >= 1 else None),
    ("F037", Y, "cut", "two or more of: hard, deeper than 2 diameters, stepover above 0.5, stepdown above 2 mm, wall below"
     " 3 mm", "Together they leave little room for error.", "take away what makes this cut hard",
     f"hardness {_Z} {_D} stepover_ratio {_SD} wall_mm",
     lambda h, z, d, o, s, w: signs(2, h in _HARD_OR_VERY, z > 2 * d, o > 0.5, s > 2, w < 3)),
    ("F039", Y, "geometry", "the geometry is complex (an island or a contour that is not convex)",
     "Inner corners load the tool at its full width.", "look at the simulation", "geometry_complex", flag),
    ("F041", R, "cut", "three or more of: hard, 3 diameters deep, stepover from 0.6, stepdown from 3 mm, wall up to 3 mm,"
     " complex", "Each alone can be managed; together they break tools or parts.", "take away what makes this cut hard",
     f"hardness {_Z} {_D} stepover_ratio {_SD} wall_mm geometry_complex",
     lambda h, z, d, o, s, w, c: signs(3, h in HARD, z >= 3 * d, o >= 0.6, s >= 3, w <= 3, c)),
))  # fmt: skip

register(Family("Contours", AREAS, _SHOP), (
    ("F006", R, "geometry", "the contours are not closed", "An open contour has no inside: the tool would wander.",
     "close the contours", "has_closed_paths", lambda c: flag(not c)),
    ("F007", R, "geometry", "there is no contour", "There is nothing to cut.", "draw a contour", "loop_count",
     lambda n: positive(n, "")),
    ("F013", Y, "geometry", "there are more than 1000 contours", "Such drawings are often imported wrongly, and run for hours.",
     "split the job", "loop_count", lambda n: above(n, 1000, "")),
))  # fmt: skip

register(Family("Sizes", (*AREAS, "slot", "ledge"), _SHOP), (
    ("F023", R, "geometry", "width, length or depth is not positive", "A size of nothing is a mistake.",
     "correct the geometry", f"width_mm length_mm {_Z}", lambda w, n, z: positive(min(w, n, z))),
))  # fmt: skip

register(Family("Fit", (*AREAS, "slot", "profile"), _SHOP), (
    ("F025", R, "geometry", "the tool is wider than the pocket", "The tool does not fit.", "use a smaller tool",
     f"{_D} width_mm", above),
))  # fmt: skip

register(Family("Slender tools", (*ROUTER, "vcarve", "drill"), _SHOP), (
    ("F026", R, "tool", "stickout is above 8 diameters, or 5 in hard material", "A long thin tool bends, sings and snaps. Of a"
     " stepped tool the bar counts that bends like it; drills and fret cutters are made slender, and P040 to P043 judge them.",
     "shorten the stickout or use a larger tool", f"tool_kind hardness bending_length_mm {_D}",
     lambda k, h, s, d: None if k in _MADE_SLENDER else above(s, (5 if h in HARD else 8) * d)),
    ("F027", R, "material", "resinous wood with a tool below 3 mm and no coolant or air, or very hard resinous wood",
     "Resin melts, packs the flutes of a thin tool and breaks it; in very hard wood of any tool.",
     "blow air at the cut, use a larger tool, or do not cut this wood so", f"resinous hardness {_D} coolant?",
     lambda r, h, d, c: flag(r and (h in ("very-hard", "extreme") or (d < 3 and c is False)))),
))  # fmt: skip

register(Family("Floors", (*ROUTER, "vcarve"), _SHOP), (
    ("F038", Y, "geometry", "the floor is below 2 mm", "A thin floor flexes, and any error of zero cuts through.",
     "leave more floor, or support it", "floor_mm", lambda f: below(f, 2)),
))  # fmt: skip

register(Family("Outlines", ("pocket", "rest", "profile", "vcarve", "ledge"), "geometry of the drawing"), (
    ("Q001", R, "geometry", "an outline crosses itself or another one, or an island is not inside", "Nobody knows what to cut.",
     "correct the drawing", "outline_sound", lambda sound: flag(not sound)),
))  # fmt: skip
