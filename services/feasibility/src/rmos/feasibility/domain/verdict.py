"""What is the verdict? The worst rule that holds; what must be known and is not; the limit that binds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rmos.feasibility.domain.facts import Facts, known, refuse_impossible
from rmos.feasibility.domain.model import Gauge, RiskLevel
from rmos.feasibility.domain.modes import required
from rmos.feasibility.domain.rules import RULES, Rule, rules_for

SCORERS = tuple(sorted({rule.family.scorer for rule in RULES.values()} - {""}))
"""Optional scorers that there are; each can only add risk."""
WEIGHTS = {
    "chip_load": 0.30, "heat": 0.25, "deflection": 0.20, "power": 0.18, "speed": 0.15, "kickback": 0.15, "blade": 0.12,
}  # fmt: skip
OTHER_WEIGHT = 0.10


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule with the gauge that is furthest beyond its limit, or nearest to it."""

    rule: Rule
    gauge: Gauge

    @property
    def holds(self) -> bool:
        return self.gauge.fires


@dataclass(frozen=True)
class Category:
    """What the rules of one category come to: the worst of them decides the points, 0 to 100."""

    name: str
    score: float
    risk: RiskLevel
    weight: float
    worst: Finding


@dataclass(frozen=True)
class Assessment:
    """`binding` is the RED rule with the least room, whether it holds or not: what stops a bolder setting.

    `measured` holds every rule that applied and whose facts are known."""

    risk: RiskLevel
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    score: float
    binding: Finding | None
    categories: tuple[Category, ...]
    measured: tuple[Finding, ...]


def assess(facts: Facts, stage: str, scorers: Iterable[str] = SCORERS) -> Assessment:
    """The verdict. RED shows before UNKNOWN; both block. Raises ValueError on numbers that cannot be true."""
    refuse_impossible(facts)
    have = known(facts)
    missing = tuple(name for name in required(facts, stage) if name not in have)
    measured = gauges(facts, rules_for(facts.mode, scorers), have)
    findings = tuple(f for f in measured if f.holds)
    binding = min((f for f in measured if f.rule.level is RiskLevel.RED), key=lambda f: f.gauge.margin, default=None)
    categories = _categories(measured)
    return Assessment(
        _worst(findings, missing), findings, missing, _score(categories, findings, missing), binding, categories, measured
    )


def gauges(facts: Facts, rules: Iterable[Rule], have: set[str] | None = None) -> tuple[Finding, ...]:
    """Each rule that applies and whose facts are known, with its worst gauge."""
    values, have = vars(facts), known(facts) if have is None else have
    found = []
    for rule in rules:
        if not have.issuperset(rule.needs):
            continue
        measured = rule.measure(*[values[name] for name in rule.looks_at])
        if measured is not None:
            found.append(Finding(rule, worst_of(measured)))
    return tuple(found)


def worst_of(measured: Gauge | Sequence[Gauge]) -> Gauge:
    if isinstance(measured, Gauge):
        return measured
    return min(measured, key=lambda gauge: (not gauge.fires, gauge.margin))


def _worst(findings: Sequence[Finding], missing: Sequence[str]) -> RiskLevel:
    levels = {f.rule.level for f in findings}
    if RiskLevel.RED in levels:
        return RiskLevel.RED
    if missing:
        return RiskLevel.UNKNOWN
    return RiskLevel.YELLOW if levels else RiskLevel.GREEN


def _categories(measured: Sequence[Finding]) -> tuple[Category, ...]:
    worst: dict[str, tuple[float, Finding]] = {}
    for finding in measured:
        entry = (_points(finding), finding)
        name = finding.rule.category
        if name not in worst or entry[0] < worst[name][0]:
            worst[name] = entry
    return tuple(
        Category(name, round(points, 1), f.rule.level if f.holds else RiskLevel.GREEN, WEIGHTS.get(name, OTHER_WEIGHT), f)
        for name, (points, f) in worst.items()
    )


def _score(categories: Sequence[Category], findings: Sequence[Finding], missing: Sequence[str]) -> float:
    """0 to 100, the weighted mean of the categories, below 50 where the verdict blocks; it decides nothing."""
    if not categories:
        return 0.0
    mean = sum(c.score * c.weight for c in categories) / sum(c.weight for c in categories)
    blocked = bool(missing) or any(f.rule.level is RiskLevel.RED for f in findings)
    return round(min(mean, 49.0) if blocked else mean, 1)


def _points(finding: Finding) -> float:
    """80 to 100 for the last fifth of room and beyond; 50 to 79 where a YELLOW rule holds, 0 to 49 where a RED one does."""
    margin = max(-1.0, min(0.2, finding.gauge.margin))
    if not finding.holds:
        return 80 + 100 * max(0.0, margin)
    top, span = (49.0, 49.0) if finding.rule.level is RiskLevel.RED else (79.0, 29.0)
    return top + span * min(0.0, margin)
