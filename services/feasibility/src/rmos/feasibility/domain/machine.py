"""What do machine, spindle and tool allow? Rules M, on the request and on the real toolpath."""

from __future__ import annotations

from rmos.feasibility.domain.model import Gauge, Triple, above, below, positive
from rmos.feasibility.domain.rules import LEVEL, MODES, SPUN, Family, R, register

_SPINDLE = Family("Machine and spindle", MODES, "machine presets")
NUT_CLEARANCE_MM = 1.0
"""Estimate."""
_TOOL = Family("Machine and tool", SPUN, "machine and tool presets")


def _larger_than(envelope: Triple, low: Triple, high: Triple) -> tuple[Gauge, ...]:
    return tuple(above(hi - lo, size, "mm", axis) for axis, size, lo, hi in zip("XYZ", envelope, low, high, strict=True))


def _within(value: float, low: float, high: float, unit: str) -> tuple[Gauge, Gauge]:
    return below(value, low, unit), above(value, high, unit)


register(Family("Machine and toolpath", MODES, "machine presets"), (
    ("M001", R, "machine", "the toolpath is larger than the machine's travel", "The machine runs into its end stops and loses"
     " its position.", "use a larger machine or a smaller part", "envelope_mm path_min_mm path_max_mm", _larger_than),
    ("M002", R, "machine", "a feed of the toolpath is above the machine's", "Steppers lose steps beyond their feed.",
     "lower the feed", "path_max_feed_mm_min machine_max_feed_mm_min", lambda f, m: above(f, m, "mm/min")),
    ("M003", R, "machine", "a spindle speed of the toolpath is outside the spindle's range", "The spindle would run at another"
     " speed than was judged.", "change the speed", "path_min_rpm path_max_rpm spindle_min_rpm spindle_max_rpm",
     lambda lo, hi, a, b: (below(lo, a, "rpm"), above(hi, b, "rpm"))),
))  # fmt: skip

register(Family("Reach of the tool", LEVEL, "tool presets"), (
    ("M006", R, "tool", "the toolpath cuts deeper than the flutes", "Above the flutes the shank rubs and burns.",
     "use a tool with longer flutes", "path_min_mm flute_length_mm", lambda lo, f: above(-lo[2], f + 1e-9)),
    ("M015", R, "tool", "the toolpath cuts nearly as deep as the tool sticks out", "The collet nut runs into the wood.",
     "let the tool stick out further, or cut shallower", "path_min_mm stickout_mm",
     lambda lo, s: above(-lo[2], s - NUT_CLEARANCE_MM)),
))  # fmt: skip

register(_TOOL, (
    ("M004", R, "setup", "the toolpath goes deeper than the stock and a spoil board below it", "The tool goes on into the bed.",
     "use thicker stock, a spoil board or a shallower cut", "path_min_mm stock_thickness_mm spoilboard_mm?",
     lambda lo, t, board: above(-lo[2], t + (board or 0.0) + 1e-9)),
    ("M005", R, "tool", "a spindle speed of the toolpath is above the tool's", "A tool beyond its speed can burst.",
     "lower the speed", "path_max_rpm tool_max_rpm", lambda hi, m: above(hi, m, "rpm")),
    ("M009", R, "tool", "the requested speed is above the tool's", "A tool beyond its speed can burst.", "lower the speed",
     "spindle_rpm tool_max_rpm", lambda s, m: above(s, m, "rpm")),
    ("M011", R, "cut", "the plunge feed is not positive", "The tool would never reach its depth.", "set a plunge feed",
     "plunge_mm_min", lambda p: positive(p, "mm/min")),
    ("M014", R, "tool", "the cut is nearly as deep as the tool sticks out", "The collet nut runs into the wood.",
     "let the tool stick out further, or cut shallower", "depth_mm stickout_mm", lambda z, s: above(z, s - NUT_CLEARANCE_MM)),
    ("M016", R, "machine", "the design needs more travel than the machine has", "The machine runs into its end stops and loses"
     " its position.", "use a larger machine or a smaller part", "travel_mm envelope_mm",
     lambda need, have: tuple(above(n, h, "mm", axis) for axis, n, h in zip("XYZ", need, have, strict=True))),
    ("M017", R, "machine", "the toolpath plunges faster than the machine's Z axis may", "Z loses steps: later cuts go wrong.",
     "lower the plunge feed", "path_plunge_mm_min machine_max_plunge_mm_min",
     lambda p, m: above(p, m * 1.001, "mm/min")),
    ("M012", R, "tool", "the stickout is not positive", "How far the tool bends depends on it.", "measure the stickout",
     "stickout_mm", positive),
    ("M013", R, "machine", "the requested plunge is above what the Z axis may", "Z loses steps: later cuts are too deep.",
     "lower the plunge feed", "plunge_mm_min machine_max_plunge_mm_min", lambda p, m: above(p, m, "mm/min")),
))  # fmt: skip

register(_SPINDLE, (
    ("M007", R, "machine", "the requested feed is above the machine's", "Steppers lose steps beyond their feed.",
     "lower the feed", "feed_mm_min machine_max_feed_mm_min", lambda f, m: above(f, m, "mm/min")),
    ("M008", R, "machine", "the requested speed is outside the spindle's range", "The spindle would not run as judged.",
     "change the speed", "spindle_rpm spindle_min_rpm spindle_max_rpm", lambda s, a, b: _within(s, a, b, "rpm")),
    ("M010", R, "cut", "the feed is not positive", "The tool would stand and burn.", "set a feed", "feed_mm_min",
     lambda f: positive(f, "mm/min")),
))  # fmt: skip
