"""What is the verdict? The worst rule that holds; what must be known and is not; the limit that binds."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from rmos.feasibility.domain.model import HARDNESSES, MACHINE_CLASSES, UNKNOWN_HARDNESS, Facts, Gauge, RiskLevel
from rmos.feasibility.domain.rules import RULES, Rule

ENGINE_ID, ENGINE_VERSION = "baseline_v1", "0.2.0"

_SETUP = ("tool_diameter_mm", "tool_max_rpm", "flutes", "flute_length_mm", "stickout_mm", "hardness", "resinous",
          "stock_thickness_mm", "envelope_mm", "machine_max_feed_mm_min", "machine_class", "spindle_min_rpm",
          "spindle_max_rpm")  # fmt: skip
_CUT = ("stepover_ratio", "stepdown_mm", "depth_mm", "feed_mm_min", "plunge_mm_min", "spindle_rpm", "safe_z_mm", "width_mm",
        "length_mm", "floor_mm", "loop_count", "has_closed_paths", "geometry_complex", "is_slot", "smallest_feature_mm",
        "wall_mm", "tool_modulus_mpa", "spindle_power_w")  # fmt: skip
_PATH = ("path_min_mm", "path_max_mm", "path_max_feed_mm_min", "path_min_rpm", "path_max_rpm")
REQUIRED: dict[tuple[str, str], tuple[str, ...]] = {
    ("gcode", "request"): _SETUP,
    ("gcode", "toolpath"): _SETUP + _PATH,
    ("pocket", "request"): _SETUP + _CUT,
    ("pocket", "toolpath"): _SETUP + _CUT + _PATH,
}
"""What must be known before a verdict can be GREEN, by mode and stage."""

WEIGHTS = {"chip_load": 0.30, "heat": 0.25, "deflection": 0.20, "speed": 0.15, "geometry": 0.10}
OTHER_WEIGHT = 0.10


@dataclass(frozen=True)
class Finding:
    """A rule that holds, and by how much: the gauge that is furthest beyond its limit."""

    rule: Rule
    gauge: Gauge


@dataclass(frozen=True)
class Assessment:
    """`binding` is the RED rule with the least room, whether it holds or not: what stops a bolder setting."""

    risk: RiskLevel
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    score: float
    binding: Finding | None


def assess(facts: Facts, stage: str) -> Assessment:
    """The verdict. RED shows before UNKNOWN; both block. Raises ValueError on numbers that cannot be true."""
    _refuse_impossible(facts)
    missing = _missing(facts, stage)
    measured = gauges(facts)
    findings = tuple(f for f in measured if f.gauge.fires)
    binding = min((f for f in measured if f.rule.level is RiskLevel.RED), key=lambda f: f.gauge.margin, default=None)
    return Assessment(_worst(findings, missing), findings, missing, _score(measured, missing), binding)


def gauges(facts: Facts) -> tuple[Finding, ...]:
    """Each rule that applies and whose facts are known, with its worst gauge."""
    found = []
    for rule in RULES.values():
        if not all(_known(facts, name) for name in rule.needs):
            continue
        measured = rule.measure(*(getattr(facts, name) for name in rule.needs))
        if measured is None:
            continue
        each = (measured,) if isinstance(measured, Gauge) else measured
        found.append(Finding(rule, min(each, key=lambda gauge: (not gauge.fires, gauge.margin))))
    return tuple(found)


def _missing(facts: Facts, stage: str) -> tuple[str, ...]:
    required = REQUIRED.get((facts.mode, stage))
    if required is None:
        return ("mode",)
    return tuple(name for name in (*required, "coolant") if not _known(facts, name))


def _known(facts: Facts, name: str) -> bool:
    """A hardness or machine that is of none of the classes is as good as none, and so is a size with an axis missing."""
    value = getattr(facts, name)
    if name == "hardness":
        return value in HARDNESSES or value == UNKNOWN_HARDNESS
    if name == "machine_class":
        return value in MACHINE_CLASSES
    if name == "coolant" and value is None:
        return not _coolant_matters(facts)
    return value is not None and not (isinstance(value, tuple) and None in value)


def _coolant_matters(facts: Facts) -> bool:
    """Coolant or air decides only about small tools in resinous wood (F027); what else is missing is named for itself."""
    return bool(facts.resinous) and facts.tool_diameter_mm is not None and facts.tool_diameter_mm < 3


def _worst(findings: tuple[Finding, ...], missing: tuple[str, ...]) -> RiskLevel:
    levels = {f.rule.level for f in findings}
    if RiskLevel.RED in levels:
        return RiskLevel.RED
    if missing:
        return RiskLevel.UNKNOWN
    return RiskLevel.YELLOW if levels else RiskLevel.GREEN


def _score(measured: tuple[Finding, ...], missing: tuple[str, ...]) -> float:
    """0 to 100, the weighted mean of the categories' worst, below 50 where the verdict blocks; it decides nothing."""
    worst: dict[str, float] = {}
    for finding in measured:
        category = finding.rule.category
        worst[category] = min(worst.get(category, 100.0), _points(finding))
    if not worst:
        return 0.0
    weight = {category: WEIGHTS.get(category, OTHER_WEIGHT) for category in worst}
    mean = sum(worst[c] * weight[c] for c in worst) / sum(weight.values())
    blocked = bool(missing) or any(f.gauge.fires and f.rule.level is RiskLevel.RED for f in measured)
    return round(min(mean, 49.0) if blocked else mean, 1)


def _points(finding: Finding) -> float:
    """80 to 100 for the last fifth of room and beyond; 50 to 79 where a YELLOW rule holds, 0 to 49 where a RED one does."""
    margin = max(-1.0, min(0.2, finding.gauge.margin))
    if not finding.gauge.fires:
        return 80 + 100 * max(0.0, margin)
    top, span = (49.0, 49.0) if finding.rule.level is RiskLevel.RED else (79.0, 29.0)
    return top + span * min(0.0, margin)


def _refuse_impossible(facts: Facts) -> None:
    low, high = facts.path_min_mm, facts.path_max_mm
    if low and high and any(a > b for a, b in zip(low, high, strict=True)):
        raise ValueError(f"path_min_mm {low} lies beyond path_max_mm {high}")
    for field in fields(facts):
        value = getattr(facts, field.name)
        numbers = value if isinstance(value, tuple) else (value,)
        if any(isinstance(n, float) and not math.isfinite(n) for n in numbers):
            raise ValueError(f"{field.name} is not a finite number: {value}")
