"""Which rules are there? One registry, the only source for evaluation, explanation and documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rmos.feasibility.domain.model import HARD, UNKNOWN_HARDNESS, Gauge, RiskLevel, Triple, flag

Measured = Gauge | tuple[Gauge, ...] | None
"""What a rule sees: None where it does not apply."""


@dataclass(frozen=True)
class Rule:
    """`measure` takes the facts named in `needs`, all known, in that order. The rule holds when a gauge fires."""

    id: str
    level: RiskLevel
    category: str
    summary: str
    hint: str
    needs: tuple[str, ...]
    measure: Callable[..., Measured]
    source: str


RULES: dict[str, Rule] = {}
Row = tuple[str, RiskLevel, str, str, str, str, Callable[..., Measured]]


def register(rows: Iterable[Row], source: str) -> None:
    """Rows of (id, level, category, summary, hint, needs, measure)."""
    for rule_id, level, category, summary, hint, needs, measure in rows:
        if rule_id in RULES:
            raise ValueError(f"rule {rule_id} is registered twice")
        RULES[rule_id] = Rule(rule_id, level, category, summary, hint, tuple(needs.split()), measure, source)


def above(value: float, limit: float, unit: str = "mm") -> Gauge:
    return Gauge(value, limit, unit, "above")


def below(value: float, limit: float, unit: str = "mm") -> Gauge:
    return Gauge(value, limit, unit, "below")


def positive(value: float, unit: str = "mm") -> Gauge:
    return Gauge(value, 0, unit, "to")


def count_from(limit: int, *signs: bool) -> Gauge:
    return Gauge(sum(signs), limit, "signs", "from")


def _larger_than(envelope: Triple, low: Triple, high: Triple) -> tuple[Gauge, ...]:
    return tuple(above(hi - lo, size) for size, lo, hi in zip(envelope, low, high, strict=True))


def _within(value: float, low: float, high: float, unit: str) -> tuple[Gauge, Gauge]:
    return below(value, low, unit), above(value, high, unit)


_R, _Y = RiskLevel.RED, RiskLevel.YELLOW
_D, _SD, _Z = "tool_diameter_mm", "stepdown_mm", "depth_mm"
_HARD_OR_VERY = ("hard", "very-hard")

register((
    ("F001", _R, "tool", "tool diameter is not positive", "choose a tool", _D, positive),
    ("F002", _R, "cut", "stepover is outside (0, 0.95], or 1 for a slot", "set a stepover of 0.3 to 0.5",
     "stepover_ratio is_slot", lambda s, slot: (positive(s, ""), above(s, 1.0 if slot else 0.95, ""))),
    ("F003", _R, "cut", "stepdown is not positive", "set a stepdown", _SD, positive),
    ("F004", _R, "cut", "cutting depth is not below the surface", "set a positive depth", _Z, positive),
    ("F005", _R, "setup", "safe height is not above the stock", "set a safe height of 5 mm", "safe_z_mm", positive),
    ("F006", _R, "geometry", "the contours are not closed", "close the contours", "has_closed_paths", lambda c: flag(not c)),
    ("F007", _R, "geometry", "there is no contour", "draw a contour", "loop_count", lambda n: positive(n, "")),
    ("F010", _Y, "geometry", "the tool is wider than the smallest feature", "use a smaller tool",
     f"{_D} smallest_feature_mm", above),
    ("F011", _Y, "cut", "plunge feed is above the cutting feed", "plunge at 30 to 40 % of the feed",
     "plunge_mm_min feed_mm_min", lambda p, f: above(p, f, "mm/min")),
    ("F012", _Y, "cut", "stepdown is above 3 mm", "use shallower passes", _SD, lambda s: above(s, 3)),
    ("F013", _Y, "geometry", "there are more than 1000 contours", "split the job", "loop_count", lambda n: above(n, 1000, "")),
    ("F020", _R, "cut", "stepdown is above 1.5 diameters in hard material", "use shallower passes", f"hardness {_SD} {_D}",
     lambda h, s, d: above(s, 1.5 * d) if h in HARD else None),
    ("F021", _R, "cut", "stepdown is above 5 diameters", "use shallower passes", f"{_SD} {_D}", lambda s, d: above(s, 5 * d)),
    ("F022", _R, "setup", "the cut is deeper than the stock", "use thicker stock or a shallower cut",
     f"{_Z} stock_thickness_mm", above),
    ("F023", _R, "geometry", "width, length or depth is not positive", "correct the geometry", f"width_mm length_mm {_Z}",
     lambda w, n, z: positive(min(w, n, z))),
    ("F024", _R, "material", "the hardness of the material is said to be unknown", "find out what the material is",
     "hardness", lambda h: flag(h == UNKNOWN_HARDNESS)),
    ("F025", _R, "geometry", "the tool is wider than the pocket", "use a smaller tool", f"{_D} width_mm", above),
    ("F026", _R, "tool", "stickout is above 8 diameters, or 5 in hard material", "shorten the stickout or use a larger tool",
     f"hardness stickout_mm {_D}", lambda h, s, d: above(s, (5 if h in HARD else 8) * d)),
    ("F027", _R, "material", "resinous wood with a tool below 3 mm and no coolant or air, or very hard resinous wood",
     "blow air at the cut, use a larger tool, or do not cut this wood so", f"resinous hardness {_D} coolant",
     lambda r, h, d, c: flag(r and (h in ("very-hard", "extreme") or (d < 3 and not c)))),
    ("F028", _R, "geometry", "a wall is thinner than 1 mm", "leave more wall", "wall_mm", lambda w: below(w, 1)),
    ("F029", _R, "cut", "three or more of: hard, tool below 3 mm, stepdown above 5 mm, stepover above 0.7, wall below 2 mm,"
     " deeper than the flutes", "take away what makes this cut hard",
     f"hardness {_D} {_SD} stepover_ratio wall_mm {_Z} flute_length_mm",
     lambda h, d, s, o, w, z, f: count_from(3, h in HARD, d < 3, s > 5, o > 0.7, w < 2, z > f)),
    ("F030", _Y, "cut", "the cut is deeper than 2 diameters", "watch chip clearance, use a larger tool", f"{_Z} {_D}",
     lambda z, d: above(z, 2 * d)),
    ("F031", _Y, "cut", "stepdown is above half a diameter in hard material", "use shallower passes", f"hardness {_SD} {_D}",
     lambda h, s, d: above(s, 0.5 * d) if h in HARD and s <= 1.5 * d else None),
    ("F032", _Y, "tool", "the tool is below 2 mm", "expect a fragile tool: lower feed and stepdown", _D, lambda d: below(d, 2)),
    ("F033", _R, "tool", "the cut is deeper than the flutes", "use a tool with longer flutes", f"{_Z} flute_length_mm", above),
    ("F034", _Y, "cut", "the slot is deeper than twice its width", "cut in more passes", f"is_slot {_Z} width_mm",
     lambda slot, z, w: above(z, 2 * w) if slot else None),
    ("F035", _Y, "cut", "stepover is above 0.7", "set a stepover of 0.3 to 0.5", "stepover_ratio is_slot",
     lambda s, slot: None if slot else above(s, 0.7, "")),
    ("F036", _Y, "geometry", "a wall is from 1 to 2 mm", "cut it with light passes", "wall_mm",
     lambda w: below(w, 2) if w >= 1 else None),
    ("F037", _Y, "cut", "two or more of: hard, deeper than 2 diameters, stepover above 0.5, stepdown above 2 mm, wall below"
     " 3 mm", "take away what makes this cut hard", f"hardness {_Z} {_D} stepover_ratio {_SD} wall_mm",
     lambda h, z, d, o, s, w: count_from(2, h in _HARD_OR_VERY, z > 2 * d, o > 0.5, s > 2, w < 3)),
    ("F038", _Y, "geometry", "the floor is below 2 mm", "leave more floor, or support it", "floor_mm", lambda f: below(f, 2)),
    ("F039", _Y, "geometry", "the geometry is complex (an island that is not convex)", "look at the simulation",
     "geometry_complex", flag),
    ("F040", _Y, "cut", "feed override is outside 80 to 120 %", "set the feed itself", "feed_override_percent",
     lambda p: _within(p, 80, 120, "%")),
    ("F041", _R, "cut", "three or more of: hard, 3 diameters deep, stepover from 0.6, stepdown from 3 mm, wall up to 3 mm,"
     " complex", "take away what makes this cut hard", f"hardness {_Z} {_D} stepover_ratio {_SD} wall_mm geometry_complex",
     lambda h, z, d, o, s, w, c: count_from(3, h in HARD, z >= 3 * d, o >= 0.6, s >= 3, w <= 3, c)),
), "shop rule table F")  # fmt: skip

register((
    ("M001", _R, "machine", "the toolpath is larger than the machine's travel", "use a larger machine or a smaller part",
     "envelope_mm path_min_mm path_max_mm", _larger_than),
    ("M002", _R, "machine", "a feed is above the machine's", "lower the feed", "path_max_feed_mm_min machine_max_feed_mm_min",
     lambda f, m: above(f, m, "mm/min")),
    ("M003", _R, "machine", "a spindle speed is outside the spindle's range", "change the speed",
     "path_min_rpm path_max_rpm spindle_min_rpm spindle_max_rpm",
     lambda lo, hi, a, b: (below(lo, a, "rpm"), above(hi, b, "rpm"))),
    ("M004", _R, "setup", "the toolpath goes deeper than the stock", "use thicker stock or a shallower cut",
     "path_min_mm stock_thickness_mm", lambda lo, t: above(-lo[2], t + 1e-9)),
    ("M005", _R, "tool", "a spindle speed is above the tool's", "lower the speed", "path_max_rpm tool_max_rpm",
     lambda hi, m: above(hi, m, "rpm")),
    ("M006", _R, "tool", "the toolpath cuts deeper than the flutes", "use a tool with longer flutes",
     "path_min_mm flute_length_mm", lambda lo, f: above(-lo[2], f + 1e-9)),
    ("M007", _R, "machine", "the requested feed is above the machine's", "lower the feed",
     "feed_mm_min machine_max_feed_mm_min", lambda f, m: above(f, m, "mm/min")),
    ("M008", _R, "machine", "the requested speed is outside the spindle's range", "change the speed",
     "spindle_rpm spindle_min_rpm spindle_max_rpm", lambda s, a, b: _within(s, a, b, "rpm")),
    ("M009", _R, "tool", "the requested speed is above the tool's", "lower the speed", "spindle_rpm tool_max_rpm",
     lambda s, m: above(s, m, "rpm")),
    ("M010", _R, "cut", "the feed is not positive", "set a feed", "feed_mm_min", lambda f: positive(f, "mm/min")),
    ("M011", _R, "cut", "the plunge feed is not positive", "set a plunge feed", "plunge_mm_min",
     lambda p: positive(p, "mm/min")),
    ("M012", _R, "tool", "the stickout is not positive", "measure the stickout", "stickout_mm", positive),
), "machine and tool presets")  # fmt: skip
