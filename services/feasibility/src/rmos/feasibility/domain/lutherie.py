"""Are frets, nut slots, rosettes and helical bores right? Rules T, N, R and H."""

from __future__ import annotations

from rmos.feasibility.domain.model import Gauge, above, below, flag, positive
from rmos.feasibility.domain.rules import SLOTS, Family, R, Y, register
from rmos.feasibility.domain.toolpath import GRID_MM

_THIN = Family("Thin slots", SLOTS, "fret and nut guards; the default of 3.0 mm in one pass broke them")
_FRETS = Family("Frets", ("fret_slots",), "equal temperament; fan-fret guard, taken at the fret that should be square")
_NUT = Family("Nut", ("nut_slots",), "nut-slot gate")
_HELIX = Family("Helical bores", ("helical",), "guards of pitch; core and fit from geometry")
_ROSETTE = Family("Rosettes", ("rosette",), "rosette guards")
_D, _Z, _T = "tool_diameter_mm", "depth_mm", "stock_thickness_mm"


def _of(value: float, share: float, whole: float, of: str = "") -> Gauge:
    return above(value, share * whole, "mm", of)


register(_THIN, (
    ("T001", R, "cut", "the slot is deeper than 5 diameters of the tool", "So thin a tool breaks in so deep a slot.",
     "cut shallower, use a thicker tool, or saw the slots", f"{_Z} {_D}", lambda z, d: above(z, 5 * d)),
    ("T002", Y, "cut", "the slot is deeper than 3 diameters of the tool", "Chips pack in the slot.",
     "clear the chips between passes", f"{_Z} {_D}", lambda z, d: above(z, 3 * d)),
    ("T003", R, "geometry", "the tool is wider than the slot", "The slot comes out too wide: the fret or string sits loose.",
     "use a thinner tool", f"{_D} width_mm", above),
    ("T004", Y, "geometry", "with its runout the tool may cut wider than the slot", "A slot is as wide as the tool wobbles.",
     "use a thinner tool, or measure the runout", f"{_D} runout_mm width_mm",
     lambda d, r, w: above(d + 2 * r, w) if d <= w else None),
    ("T005", R, "setup", "the slot is deeper than 80 % of the board", "What is left breaks.", "cut shallower",
     f"{_Z} {_T}", lambda z, t: _of(z, 0.8, t)),
    ("T006", Y, "setup", "the slot is deeper than 60 % of the board", "What is left is weak.", "cut shallower",
     f"{_Z} {_T}", lambda z, t: _of(z, 0.6, t)),
    ("T007", R, "cut", "a pass is deeper than 2 diameters", "A slot of full width in one deep pass snaps so thin a tool.",
     "use passes of one diameter or less", f"stepdown_mm {_D}", lambda s, d: above(s, 2 * d)),
    ("T008", Y, "cut", "a pass is deeper than 1 diameter", "Makers of such cutters state one diameter a pass.",
     "use passes of one diameter or less", f"stepdown_mm {_D}", lambda s, d: above(s, d)),
    ("T009", R, "material", "resinous wood and no air at the cut", "Resin melts and packs the flutes of so thin a tool.",
     "blow air at the cut", "resinous coolant", lambda r, c: flag(r and not c)),
    ("T010", Y, "material", "the wood is resinous and very hard", "Resin packs the flutes, and there is no room for it.",
     "blow air, clean the tool often", "resinous hardness", lambda r, h: flag(r and h in ("very-hard", "extreme"))),
))  # fmt: skip

register(_FRETS, (
    ("T020", R, "geometry", "the scale length or the number of frets is not positive", "There is nothing to slot.",
     "correct the design", "scale_min_mm fret_count", lambda s, n: (positive(s), positive(n, "frets"))),
    ("T021", Y, "geometry", "a scale length is outside 300 to 1100 mm", "No fretted instrument of the tables has such a scale.",
     "check the scale length and its unit", "scale_min_mm scale_max_mm",
     lambda lo, hi: (below(lo, 300), above(hi, 1100))),
    ("T022", R, "geometry", "the fret that should be square is turned by more than 0.5°", "The fan turns about another fret.",
     "correct the lines or the perpendicular fret", "perpendicular_drift_deg",
     lambda a: above(a, 0.5, "°")),
    ("T023", Y, "geometry", "a fret is turned by more than 12°", "Few players reach over such a fan.",
     "bring the scale lengths nearer", "fret_angle_deg", lambda a: above(a, 12, "°")),
    ("T024", R, "geometry", "two frets meet or cross", "The slots cut each other's walls out.", "correct the lines",
     "fret_gap_mm width_mm", lambda gap, w: above(w, gap)),
    ("T026", R, "geometry", "a fret lies more than 0.2 mm from where the scale puts it", "The instrument plays out of tune.",
     "correct the lines or the scale length", "fret_error_mm", lambda e: above(e, 0.2)),
    ("T027", R, "geometry", "a fret is turned by more than 30°", "No hand reaches it: scale lengths or widths are wrong.",
     "check scale lengths and widths", "fret_angle_deg", lambda a: above(a, 30, "°")),
    ("T028", R, "setup", "at the edge of a radiused board less than a fifth of it is left below the slots",
     "What is left breaks.", "cut shallower, or use a thicker board", f"deepest_mm {_Z} {_T}",
     lambda low, z, t: above(low, 0.8 * t) if low > z else None),
    ("T029", R, "engagement", "the toolpath cuts deeper than the slots", "The board is cut through, or weakened.",
     "look at the script that changed the toolpath", "path_min_mm deepest_mm",
     lambda lo, z: flag(-lo[2] > z + GRID_MM) if z > 0 else None),
    ("T025", Y, "geometry", "the bass side has the shorter scale", "It is nearly always a mix-up of the two sides.",
     "check which side is the bass", "bass_shorter", flag),
))  # fmt: skip

register(_NUT, (
    ("N001", R, "geometry", "slots are nearer to each other than 3 mm", "The wall between them breaks out.",
     "space the slots wider", "slot_spacing_mm", lambda s: below(s, 3)),
    ("N002", Y, "geometry", "slots are from 3 to 5 mm apart", "The strings touch each other.", "space the slots wider",
     "slot_spacing_mm", lambda s: below(s, 5) if s >= 3 else None),
    ("N003", R, "geometry", "a slot lies at or beyond the end of the nut", "The string slips off.", "move the slot inwards",
     "slot_edge_mm", positive),
    ("N004", Y, "geometry", "a slot is nearer to the end of the nut than 2 mm", "The corner chips.", "move the slot inwards",
     "slot_edge_mm", lambda e: below(e, 2) if e > 0 else None),
    ("N005", Y, "setup", "the nut is thinner than 3 mm", "There is little below the slot.", "use a thicker blank", _T,
     lambda t: below(t, 3)),
    ("N006", Y, "geometry", "a slot is narrower than 0.2 mm", "No tool of the tables cuts it.", "file it by hand", "width_mm",
     lambda w: below(w, 0.2)),
    ("N007", Y, "geometry", "the tool is as wide as 90 to 100 % of the slot", "There is no room to clean the walls.",
     "use a thinner tool", f"{_D} width_mm", lambda d, w: Gauge(d, 0.9 * w, "mm", "from") if d <= w else None),
    ("N008", Y, "setup", "safe height is below 2 mm", "A bent blank is touched by travel.", "set a safe height of 5 mm",
     "safe_z_mm", lambda z: below(z, 2)),
))  # fmt: skip

register(_HELIX, (
    ("H001", R, "cut", "a turn goes deeper than half the helix's radius", "So steep a helix is a plunge.", "lower the stepdown",
     "stepdown_mm helix_radius_mm", lambda p, r: above(p, 0.5 * r) if r > 0 else None),
    ("H002", Y, "cut", "a turn goes deeper than 0.3 of the helix's radius", "The end of the tool cuts most of it.",
     "lower the stepdown", "stepdown_mm helix_radius_mm", lambda p, r: above(p, 0.3 * r) if r > 0 else None),
    ("H003", R, "geometry", "the bore is not wider than the tool", "There is no room for a helix: drill instead.",
     "use a smaller tool or a drill", f"{_D} bore_mm", lambda d, b: Gauge(d, b, "mm", "from")),
))  # fmt: skip

register(_ROSETTE, (
    ("R002", Y, "geometry", "the channel is narrower than 1.2 tools", "The tool cuts at full width all the way round.",
     "use a smaller tool", f"width_mm {_D}", lambda w, d: below(w, 1.2 * d)),
    ("R003", Y, "geometry", "the channel is narrower than 3 mm", "Little of the rosette is left to see, and the wall is thin.",
     "widen the channel", "width_mm", lambda w: below(w, 3)),
    ("R004", R, "setup", "less than 1 mm of the top is left below the channel", "The top breaks round the soundhole.",
     "cut shallower", "floor_mm", lambda f: below(f, 1)),
    ("R005", Y, "cut", "the channel is deeper than 3 mm", "A top is hardly thicker.", "cut shallower", _Z,
     lambda z: above(z, 3)),
    ("R006", R, "geometry", "the kerfs of the tiles add up to more than the ring can take", "The last tile does not fit.",
     "use a thinner blade, or fewer tiles", "kerf_drift_deg max_drift_deg", lambda a, m: above(a, m, "°")),
    ("R007", R, "geometry", "the inner diameter is not positive, or not below the outer", "There is no ring.",
     "correct the diameters", "width_mm outer_diameter_mm", lambda w, d: (positive(w), Gauge(w, d / 2, "mm", "from"))),
))  # fmt: skip
