"""Can this job be cut safely? One registry of rules over facts; what is unknown blocks."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

ENGINE_ID, ENGINE_VERSION = "baseline_v1", "0.1.0"
HARD = ("hard", "very-hard", "extreme")
HARDNESSES = ("soft", "medium", *HARD)


class RiskLevel(StrEnum):
    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Facts:
    """What is known of a job; None is unknown. `path_*` come from the simulated toolpath, extents over every move."""

    mode: str
    tool_diameter_mm: float | None = None
    tool_max_rpm: float | None = None
    flute_length_mm: float | None = None
    stickout_mm: float | None = None
    stepover_ratio: float | None = None
    stepdown_mm: float | None = None
    depth_mm: float | None = None
    feed_mm_min: float | None = None
    plunge_mm_min: float | None = None
    spindle_rpm: float | None = None
    safe_z_mm: float | None = None
    has_closed_paths: bool | None = None
    loop_count: int | None = None
    smallest_feature_mm: float | None = None
    hardness: str | None = None
    stock_thickness_mm: float | None = None
    width_mm: float | None = None
    length_mm: float | None = None
    wall_mm: float | None = None
    is_slot: bool | None = None
    envelope_mm: tuple[float, float, float] | None = None
    machine_max_feed_mm_min: float | None = None
    spindle_min_rpm: float | None = None
    spindle_max_rpm: float | None = None
    path_min_mm: tuple[float, float, float] | None = None
    path_max_mm: tuple[float, float, float] | None = None
    path_max_feed_mm_min: float | None = None
    path_min_rpm: float | None = None
    path_max_rpm: float | None = None


@dataclass(frozen=True)
class Hit:
    """A rule's condition holds: the value that was found, the limit it breaks, and their unit."""

    value: float | None = None
    limit: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class Finding:
    rule_id: str
    level: RiskLevel
    message: str
    hit: Hit


@dataclass(frozen=True)
class Rule:
    id: str
    level: RiskLevel
    summary: str
    hint: str
    needs: tuple[str, ...]
    check: Callable[..., Hit | None]


@dataclass(frozen=True)
class Assessment:
    risk: RiskLevel
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    score: float


RULES: dict[str, Rule] = {}


def rule(rule_id: str, level: RiskLevel, summary: str, hint: str, needs: str) -> Callable[[Any], Any]:
    """Register a condition; its parameters are the facts named in `needs`, all known when it is called."""

    def register(check: Callable[..., Hit | None]) -> Callable[..., Hit | None]:
        if rule_id in RULES:
            raise ValueError(f"rule {rule_id} is registered twice")
        RULES[rule_id] = Rule(rule_id, level, summary, hint, tuple(needs.split()), check)
        return check

    return register


def _when(condition: bool, value: float | None = None, limit: float | None = None, unit: str = "") -> Hit | None:
    return Hit(value, limit, unit) if condition else None


_R, _Y = RiskLevel.RED, RiskLevel.YELLOW
_D, _SD, _DEPTH = "tool_diameter_mm", "stepdown_mm", "depth_mm"
_TABLE: tuple[tuple[str, RiskLevel, str, str, str, Callable[..., Hit | None]], ...] = (
    ("F001", _R, "tool diameter is not positive", "choose a tool", _D, lambda d: _when(d <= 0, d, 0, "mm")),
    ("F002", _R, "stepover is outside (0, 0.95], or 1 for a slot", "set a stepover of 0.3 to 0.5",
     "stepover_ratio is_slot", lambda s, slot: _when(not 0 < s <= (1.0 if slot else 0.95), s, 0.95)),
    ("F003", _R, "stepdown is not positive", "set a stepdown", _SD, lambda s: _when(s <= 0, s, 0, "mm")),
    ("F004", _R, "cutting depth is not below the surface", "set a positive depth", _DEPTH,
     lambda z: _when(z <= 0, z, 0, "mm")),
    ("F005", _R, "safe height is not above the stock", "set a safe height of 5 mm", "safe_z_mm",
     lambda z: _when(z <= 0, z, 0, "mm")),
    ("F006", _R, "the contours are not closed", "close the contours", "has_closed_paths", lambda c: _when(not c)),
    ("F007", _R, "there is no contour", "draw a contour", "loop_count", lambda n: _when(n <= 0, n, 1)),
    ("F010", _Y, "the tool is wider than the smallest feature", "use a smaller tool", f"{_D} smallest_feature_mm",
     lambda d, f: _when(d > f, d, f, "mm")),
    ("F011", _Y, "plunge feed is above the cutting feed", "plunge at 30 to 40 % of the feed",
     "plunge_mm_min feed_mm_min", lambda p, f: _when(p > f, p, f, "mm/min")),
    ("F012", _Y, "stepdown is above 3 mm", "use shallower passes", _SD, lambda s: _when(s > 3, s, 3, "mm")),
    ("F013", _Y, "there are more than 1000 contours", "split the job", "loop_count", lambda n: _when(n > 1000, n, 1000)),
    ("F020", _R, "stepdown is above 1.5 diameters in hard material", "use shallower passes", f"hardness {_SD} {_D}",
     lambda h, s, d: _when(h in HARD and s > 1.5 * d, s, 1.5 * d, "mm")),
    ("F021", _R, "stepdown is above 5 diameters", "use shallower passes", f"{_SD} {_D}",
     lambda s, d: _when(s > 5 * d, s, 5 * d, "mm")),
    ("F022", _R, "the cut is deeper than the stock", "use thicker stock or a shallower cut",
     f"{_DEPTH} stock_thickness_mm", lambda z, t: _when(z > t, z, t, "mm")),
    ("F023", _R, "width, length or depth is not positive", "correct the geometry", f"width_mm length_mm {_DEPTH}",
     lambda w, n, z: _when(min(w, n, z) <= 0, min(w, n, z), 0, "mm")),
    ("F025", _R, "the tool is wider than the pocket", "use a smaller tool", f"{_D} width_mm",
     lambda d, w: _when(d > w, d, w, "mm")),
    ("F026", _R, "stickout is above 8 diameters, or 5 in hard material", "shorten the stickout or use a larger tool",
     f"hardness stickout_mm {_D}",
     lambda h, s, d: _when(s > (5 if h in HARD else 8) * d, s, (5 if h in HARD else 8) * d, "mm")),
    ("F028", _R, "a wall is thinner than 1 mm", "leave more wall", "wall_mm", lambda w: _when(w < 1, w, 1, "mm")),
    ("F030", _Y, "the cut is deeper than 2 diameters", "watch chip clearance, use a larger tool", f"{_DEPTH} {_D}",
     lambda z, d: _when(z > 2 * d, z, 2 * d, "mm")),
    ("F033", _R, "the cut is deeper than the flutes", "use a tool with longer flutes", f"{_DEPTH} flute_length_mm",
     lambda z, f: _when(z > f, z, f, "mm")),
    ("F034", _Y, "the slot is deeper than twice its width", "cut in more passes", f"is_slot {_DEPTH} width_mm",
     lambda slot, z, w: _when(slot and z > 2 * w, z, 2 * w, "mm")),
    ("M001", _R, "the toolpath is larger than the machine's travel", "use a larger machine or a smaller part",
     "envelope_mm path_min_mm path_max_mm", lambda e, lo, hi: _larger_than(e, lo, hi)),
    ("M002", _R, "a feed is above the machine's", "lower the feed", "path_max_feed_mm_min machine_max_feed_mm_min",
     lambda f, m: _when(f > m, f, m, "mm/min")),
    ("M003", _R, "a spindle speed is outside the spindle's range", "change the speed",
     "path_min_rpm path_max_rpm spindle_min_rpm spindle_max_rpm",
     lambda lo, hi, a, b: _when(lo < a, lo, a, "rpm") or _when(hi > b, hi, b, "rpm")),
    ("M004", _R, "the toolpath goes deeper than the stock", "use thicker stock or a shallower cut",
     "path_min_mm stock_thickness_mm", lambda lo, t: _when(-lo[2] > t + 1e-9, -lo[2], t, "mm")),
    ("M005", _R, "a spindle speed is above the tool's", "lower the speed", "path_max_rpm tool_max_rpm",
     lambda hi, m: _when(hi > m, hi, m, "rpm")),
    ("M006", _R, "the toolpath cuts deeper than the flutes", "use a tool with longer flutes",
     "path_min_mm flute_length_mm", lambda lo, f: _when(-lo[2] > f + 1e-9, -lo[2], f, "mm")),
    ("M007", _R, "the requested feed is above the machine's", "lower the feed", "feed_mm_min machine_max_feed_mm_min",
     lambda f, m: _when(f > m, f, m, "mm/min")),
    ("M008", _R, "the requested speed is outside the spindle's range", "change the speed",
     "spindle_rpm spindle_min_rpm spindle_max_rpm",
     lambda s, a, b: _when(s < a, s, a, "rpm") or _when(s > b, s, b, "rpm")),
    ("M009", _R, "the requested speed is above the tool's", "lower the speed", "spindle_rpm tool_max_rpm",
     lambda s, m: _when(s > m, s, m, "rpm")),
    ("M010", _R, "the feed is not positive", "set a feed", "feed_mm_min", lambda f: _when(f <= 0, f, 0, "mm/min")),
    ("M011", _R, "the plunge feed is not positive", "set a plunge feed", "plunge_mm_min",
     lambda p: _when(p <= 0, p, 0, "mm/min")),
    ("M012", _R, "the stickout is not positive", "measure the stickout", "stickout_mm",
     lambda s: _when(s <= 0, s, 0, "mm")),
)  # fmt: skip


def _larger_than(envelope: Any, low: Any, high: Any) -> Hit | None:
    for size, lo, hi in zip(envelope, low, high, strict=True):
        if hi - lo > size:
            return Hit(hi - lo, size, "mm")
    return None


for _row in _TABLE:
    rule(*_row[:5])(_row[5])

# F024 has no condition of its own: a material that is not known is a missing fact, and a missing fact blocks.
_SETUP = ("tool_diameter_mm", "tool_max_rpm", "flute_length_mm", "stickout_mm", "hardness", "stock_thickness_mm", "envelope_mm",
          "machine_max_feed_mm_min", "spindle_min_rpm", "spindle_max_rpm")  # fmt: skip
_CUT = ("stepover_ratio", "stepdown_mm", "depth_mm", "feed_mm_min", "plunge_mm_min", "spindle_rpm", "safe_z_mm", "width_mm",
        "length_mm", "loop_count", "has_closed_paths", "is_slot", "smallest_feature_mm", "wall_mm")  # fmt: skip
_PATH = ("path_min_mm", "path_max_mm", "path_max_feed_mm_min", "path_min_rpm", "path_max_rpm")
REQUIRED: dict[tuple[str, str], tuple[str, ...]] = {
    ("gcode", "request"): _SETUP,
    ("gcode", "toolpath"): _SETUP + _PATH,
    ("pocket", "request"): _SETUP + _CUT,
    ("pocket", "toolpath"): _SETUP + _CUT + _PATH,
}
"""What must be known before a verdict can be GREEN, by mode and stage."""


def assess(facts: Facts, stage: str) -> Assessment:
    """The verdict. RED shows before UNKNOWN; both block. Raises ValueError on numbers that cannot be true."""
    _refuse_impossible(facts)
    required = REQUIRED.get((facts.mode, stage))
    missing = ("mode",) if required is None else tuple(n for n in required if not _known(facts, n))
    findings = tuple(f for r in RULES.values() if (f := _apply(r, facts)) is not None)
    return Assessment(_worst(findings, missing), findings, missing, _score(findings, missing))


def _apply(r: Rule, facts: Facts) -> Finding | None:
    if not all(_known(facts, name) for name in r.needs):
        return None
    hit = r.check(*(getattr(facts, name) for name in r.needs))
    return None if hit is None else Finding(r.id, r.level, f"{r.summary}: {r.hint}", hit)


def _known(facts: Facts, name: str) -> bool:
    """A hardness that is none of the classes is as good as none, and so is a size with an axis missing."""
    value = getattr(facts, name)
    if name == "hardness":
        return value in HARDNESSES
    return value is not None and not (isinstance(value, tuple) and None in value)


def _worst(findings: tuple[Finding, ...], missing: tuple[str, ...]) -> RiskLevel:
    levels = {f.level for f in findings}
    if RiskLevel.RED in levels:
        return RiskLevel.RED
    if missing:
        return RiskLevel.UNKNOWN
    return RiskLevel.YELLOW if levels else RiskLevel.GREEN


def _score(findings: tuple[Finding, ...], missing: tuple[str, ...]) -> float:
    """0 to 100; ranks and explains, decides nothing."""
    if missing or any(f.level is RiskLevel.RED for f in findings):
        return 0.0
    return max(50.0, 100.0 - 10.0 * len(findings))


def _refuse_impossible(facts: Facts) -> None:
    if (
        facts.path_min_mm
        and facts.path_max_mm
        and any(a > b for a, b in zip(facts.path_min_mm, facts.path_max_mm, strict=True))
    ):
        raise ValueError(f"path_min_mm {facts.path_min_mm} lies beyond path_max_mm {facts.path_max_mm}")
    for field in fields(facts):
        value = getattr(facts, field.name)
        numbers = value if isinstance(value, tuple) else (value,)
        if any(isinstance(n, float) and not math.isfinite(n) for n in numbers):
            raise ValueError(f"{field.name} is not a finite number: {value}")
