"""How is a verdict told? Findings, categories, what is missing, what to do, the nearest settings that pass."""

from __future__ import annotations

import math
from collections.abc import Iterable

from rmos.contracts.base import Risk
from rmos.contracts.evaluation import MissingFact, RiskAssessment
from rmos.contracts.events import ChangeData, FindingData, FixedFactData, NearestData, RoomData
from rmos.feasibility.domain import FLAG, MODES, Assessment, Category, Facts, Finding
from rmos.feasibility.domain.facts import ORIGINS, PATH, PROGRAM, TEXTS
from rmos.feasibility.domain.nearest import Nearest

_STICKOUT = {"bending_length_mm": "stickout_mm"}


_ASK = {
    "mode": "choose a mode that has a scorer",
    PATH: "submit the job, of which the simulated toolpath will tell",
    PROGRAM: "submit the job, of which the program will tell",
}


def finding_data(finding: Finding) -> FindingData:
    rule, gauge = finding.rule, finding.gauge
    shown = gauge.unit != FLAG
    of = f" ({gauge.of})" if gauge.of else ""
    return FindingData(
        rule_id=rule.id, level=Risk(rule.level.value), message=f"{rule.condition}{of}: {rule.hint}",
        value=gauge.value if shown else None, limit=gauge.limit if shown else None, unit=gauge.unit if shown else "",
        margin=round(gauge.margin, 4) if shown else None, source=rule.family.source,
    )  # fmt: skip


def risk_assessment(category: Category) -> RiskAssessment:
    told = finding_data(category.worst)
    message = told.message if category.worst.holds else "within every limit"
    return RiskAssessment(
        category=category.name, score=category.score, risk=Risk(category.risk.value), weight=category.weight,
        message=message, binding_limit=told.rule_id, value=told.value, limit=told.limit, unit=told.unit, margin=told.margin,
        source=told.source,
    )  # fmt: skip


def missing_fact(name: str) -> MissingFact:
    if name == "mode":
        return MissingFact(fact="mode", means=", ".join(MODES), comes_from="mode")
    return MissingFact(fact=name, means=TEXTS[name], comes_from=ORIGINS[name])


def nearest_data(found: Nearest, facts: Facts) -> NearestData:
    """Of a tool that is as thick all along, the length that bends is the stickout, which is what a shop measures."""
    plain, factor = facts.bending_length_mm == facts.stickout_mm, (facts.feed_override_percent or 100) / 100
    return NearestData(
        risk=Risk(found.risk.value),
        changes=tuple(
            ChangeData(
                setting=c.setting,
                asked=_before(c.setting, c.asked, factor, True),
                value=_before(c.setting, c.value, factor, c.value > c.asked),
                stopped_by=c.stopped_by,
            )
            for c in found.changes
        ),
        room=tuple(
            RoomData(
                setting=r.setting,
                low=_end(r.setting, r.low, factor, True),
                low_rule=r.low_rule,
                high=_end(r.setting, r.high, factor, False),
                high_rule=r.high_rule,
            )
            for r in found.room
        ),
        must_change=tuple(
            FixedFactData(
                rule_id=f.rule_id,
                fact=_STICKOUT.get(f.fact, f.fact) if plain else f.fact,
                value=_short(f.value),
                needed=f.needed,
            )
            for f in found.must_change
        ),
    )


def _before(setting: str, value: float, factor: float, up: bool) -> float:
    """What must be asked for so that the machine, with its override, runs at `value`; rounded away from the limit."""
    if setting not in ("feed_mm_min", "plunge_mm_min") or factor == 1:
        return value
    asked = value / factor * 1e6
    return (math.ceil(asked) if up else math.floor(asked)) / 1e6


def _end(setting: str, value: float | None, factor: float, up: bool) -> float | None:
    return None if value is None else _before(setting, value, factor, up)


def recommendations(verdict: Assessment, found: NearestData | None) -> tuple[str, ...]:
    """What to do, first what is missing, then rule by rule, then the nearest settings that pass."""
    return (*_ask_for(verdict.missing), *map(_heed, verdict.findings), *_settle(found))


def _ask_for(missing: Iterable[str]) -> Iterable[str]:
    """One line for all that comes from one field."""
    by_origin: dict[str, list[str]] = {}
    for fact in map(missing_fact, missing):
        by_origin.setdefault(fact.comes_from, []).append(fact.means)
    for origin, means in by_origin.items():
        yield f"{_ASK.get(origin, f'state {origin}, which tells')}: {'; '.join(means)}"


def _heed(finding: Finding) -> str:
    return f"{finding.rule.id}: {finding.rule.hint}"


def _settle(found: NearestData | None) -> Iterable[str]:
    if found is not None:
        yield from (f"set {ORIGINS[change.setting]}: {change}" for change in found.changes)
        yield from (f"change {ORIGINS[fact.fact]}: {fact}" for fact in found.must_change)


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)[:100]
