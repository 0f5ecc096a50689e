"""Which settings come nearest to those asked for and pass? And if none do: which fixed fact must change?

Every limit is monotone in speed, feed, depth and width of cut, so what a rule allows of one setting, with the others held, is a
half-line. Its end is found by bisection; no solver is needed.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rmos.feasibility.domain.facts import Facts, known
from rmos.feasibility.domain.model import ORDER, Gauge, RiskLevel
from rmos.feasibility.domain.rules import Measured, Rule, rules_for
from rmos.feasibility.domain.verdict import SCORERS, assess, gauges

STEPS = {"feed_mm_min": 5.0, "spindle_rpm": 10.0, "plunge_mm_min": 5.0, "stepdown_mm": 0.01, "stepover_ratio": 0.005}
"""The settings that may change, those first that a shop changes first, and the step they are rounded to."""
SPAN = {"spindle_rpm": (1000.0, 100_000.0), "feed_mm_min": (5.0, 100_000.0), "plunge_mm_min": (5.0, 100_000.0),
        "stepdown_mm": (0.01, 200.0), "stepover_ratio": (0.01, 1.0)}  # fmt: skip
GIVEN = {("helical", "stepover_ratio"), ("profile", "stepover_ratio")}
"""What follows from the mode and cannot be set."""
COUNTS = ("flutes", "blade_teeth", "loop_count", "fret_count", "peck_count", "path_rapid_cuts", "path_still_cuts")
NOT_NAMED = ("energy_high_j_cm3", "tool_modulus_mpa", "burn", "runout_mm")
"""Facts that nobody changes to make a job pass."""
_BISECTIONS = 44
UNITS = "units"
"""A value in the wrong unit is not mended by moving it to where it looks usual."""
_FIXED_SPAN = (1e-3, 1e6)


@dataclass(frozen=True)
class Change:
    """`stopped_by` is the rule that allows no smaller change."""

    setting: str
    asked: float
    value: float
    stopped_by: str


@dataclass(frozen=True)
class Room:
    """From where to where one setting passes while the others stay; the rules are those that stop it."""

    setting: str
    low: float | None
    low_rule: str
    high: float | None
    high_rule: str


@dataclass(frozen=True)
class FixedFact:
    """A fact that no setting can make up for. `needed` is the nearest value of it that the rule passes, None where it is
    no number or no value does."""

    rule_id: str
    fact: str
    value: object
    needed: float | None


@dataclass(frozen=True)
class Nearest:
    """`risk` is what the changed settings come to; `must_change` is empty where they pass."""

    risk: RiskLevel
    changes: tuple[Change, ...]
    room: tuple[Room, ...]
    must_change: tuple[FixedFact, ...]


def nearest(facts: Facts, stage: str, allowed: RiskLevel, scorers: Iterable[str] = SCORERS) -> Nearest:
    """The fewest settings, changed the least, whose verdict is no worse than `allowed` as far as it is known.

    What is missing stays missing: this looks at rules that hold, not at facts that are unknown.
    """
    worse = [r for r in rules_for(facts.mode, scorers) if ORDER.index(r.level) > ORDER.index(allowed)]
    rules = tuple(r for r in worse if r.category != UNITS)
    search = _Search(facts, rules)
    best = search.best()
    if best is None:
        return Nearest(assess(facts, stage, scorers).risk, (), (), search.blockers())
    changed, changes = best
    risk = assess(changed, stage, scorers).risk
    return Nearest(risk, changes, _Search(changed, rules).room(), ())


class _Search:
    def __init__(self, facts: Facts, rules: Sequence[Rule]) -> None:
        self.facts, self.have = facts, known(facts)
        self.rules = tuple(r for r in rules if self.have.issuperset(r.needs))
        self.settings = tuple(s for s in STEPS if s in self.have and getattr(facts, s) > 0 and (facts.mode, s) not in GIVEN)
        self.by_setting = {s: tuple(r for r in self.rules if s in r.needs) for s in self.settings}
        self.stops: dict[str, str] = {}
        self.clips: dict[tuple[object, ...], tuple[Facts, Change] | None] = {}

    def fails(self, facts: Facts) -> bool:
        return any(f.holds for f in gauges(facts, self.rules, self.have))

    def best(self) -> tuple[Facts, tuple[Change, ...]] | None:
        """Fewest changes first, then the least: settings are moved one after another, in every order."""
        if not self.fails(self.facts):
            return self.facts, ()
        if any(f.holds and not set(f.rule.needs) & set(self.settings) for f in gauges(self.facts, self.rules, self.have)):
            return None
        for count in range(1, len(self.settings) + 1):
            found = [self._moved(order) for order in itertools.permutations(self.settings, count)]
            passing = [entry for entry in found if entry is not None]
            if passing:
                return min(passing, key=lambda entry: _cost(entry[1]))
        tame = self._tamest()
        return None if self.fails(tame) else (tame, self._changes(tame))

    def _changes(self, facts: Facts) -> tuple[Change, ...]:
        moved = [s for s in self.settings if getattr(facts, s) != getattr(self.facts, s)]
        return tuple(Change(s, getattr(self.facts, s), getattr(facts, s), self.stops[s]) for s in moved)

    def _moved(self, order: tuple[str, ...]) -> tuple[Facts, tuple[Change, ...]] | None:
        """Each setting heeds the limits that no later one can still satisfy; the last heeds all."""
        facts, changes = self.facts, []
        for place, setting in enumerate(order):
            moved = self._clip(facts, setting, frozenset(order[place + 1 :]))
            if moved is not None:
                facts, change = moved
                changes.append(change)
        return None if self.fails(facts) else (facts, tuple(changes))

    def _clip(self, facts: Facts, setting: str, later: frozenset[str] = frozenset()) -> tuple[Facts, Change] | None:
        key = (setting, later, *(getattr(facts, name) for name in self.settings))
        if key not in self.clips:
            self.clips[key] = self._clip_anew(facts, setting, later)
        return self.clips[key]

    def _clip_anew(self, facts: Facts, setting: str, later: frozenset[str]) -> tuple[Facts, Change] | None:
        """Move one setting as little as it must. None where it need not, or where limits leave it no room."""
        heeded = [rule for rule in self.by_setting[setting] if rule.counts or not later.intersection(rule.needs)]
        if not any(gauge.fires for rule in heeded for gauge in _all_gauges(rule, facts)):
            return None
        asked = getattr(facts, setting)
        low, low_rule, high, high_rule = self._bounds(facts, setting, heeded)
        if low > high or low <= asked <= high:
            return None
        value, rule = (low, low_rule) if asked < low else (high, high_rule)
        up = asked < low
        stepped = _rounded(setting, value, up)
        for candidate in (stepped, stepped + (STEPS[setting] if up else -STEPS[setting]), value):
            if low <= candidate <= high:
                change: Any = {setting: candidate}
                return replace(facts, **change), Change(setting, asked, candidate, rule)
        return None

    def _bounds(self, facts: Facts, setting: str, rules: Iterable[Rule]) -> tuple[float, str, float, str]:
        """The span that rules leave to a setting, and which of them end it; rules that it cannot satisfy are passed over."""
        (low, high), low_rule, high_rule = _span(facts, setting), "", ""
        for rule in rules:
            for edge, above in _edges(rule, facts, setting):
                if above and edge > low:
                    low, low_rule = edge, rule.id
                elif not above and edge < high:
                    high, high_rule = edge, rule.id
        return low, low_rule, high, high_rule

    def room(self) -> tuple[Room, ...]:
        rooms = []
        for setting in self.settings:
            low, low_rule, high, high_rule = self._bounds(self.facts, setting, self.by_setting[setting])
            rooms.append(Room(setting, low if low_rule else None, low_rule, high if high_rule else None, high_rule))
        return tuple(rooms)

    def blockers(self) -> tuple[FixedFact, ...]:
        """The fixed facts of the rules that hold at the settings that come nearest to satisfying them."""
        tame = self._tamest()
        holding = [rule for rule in self.rules if rule.id in self._holding(tame)]
        return tuple(itertools.chain.from_iterable(self._fixed(tame, rule) for rule in holding))

    def _fixed(self, facts: Facts, rule: Rule) -> list[FixedFact]:
        """The facts of which a value would do; all of them where of none."""
        names = [name for name in rule.looks_at if name not in self.settings and name not in NOT_NAMED]
        found = [FixedFact(rule.id, name, getattr(facts, name), self._needed(facts, rule, name)) for name in names]
        return [fact for fact in found if fact.needed is not None] or found

    def _needed(self, facts: Facts, rule: Rule, name: str) -> float | None:
        """The nearest value that quiets the rule and wakes no other; None of what is no measure."""
        value = getattr(facts, name)
        if name in COUNTS or isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            return None
        before, found = self._holding(facts), []
        for edge, above in _edges(rule, facts, name):
            needed: Any = {name: _significant(edge, up=above)}
            if self._holding(replace(facts, **needed)) < before:
                found.append(float(needed[name]))
        return min(found, key=lambda v: abs(math.log(v / value)), default=None)

    def _tamest(self) -> Facts:
        """Every limit heeded that one setting after the other can satisfy, twice round: the second sees what the first left."""
        facts = self.facts
        for setting in self.settings * 2:
            moved = self._clip(facts, setting)
            if moved is not None:
                facts, change = moved
                self.stops[setting] = change.stopped_by
        return facts

    def _holding(self, facts: Facts) -> set[str]:
        return {f.rule.id for f in gauges(facts, self.rules, self.have) if f.holds}


def _all_gauges(rule: Rule, facts: Facts) -> tuple[Gauge, ...]:
    return _as_tuple(rule.measure(*(getattr(facts, name) for name in rule.looks_at)))


def _as_tuple(measured: Measured) -> tuple[Gauge, ...]:
    return () if measured is None else (measured,) if isinstance(measured, Gauge) else measured


def _span(facts: Facts, name: str) -> tuple[float, float]:
    """Where values of a fact are looked for; what was asked lies in it."""
    (low, high), asked = SPAN.get(name, _FIXED_SPAN), getattr(facts, name)
    return min(low, asked), max(high, asked)


def _edges(rule: Rule, facts: Facts, name: str) -> Iterator[tuple[float, bool]]:
    """Where each gauge of a rule begins to be quiet, and whether it is quiet above that."""
    span = _span(facts, name)
    for index, gauge in enumerate(_all_gauges(rule, facts) or (None,)):
        quiet = _quiet_at(rule, index, facts, name)
        edge = _half_line(quiet, *span)
        if edge is None and gauge is not None:
            edge = _beside(quiet, gauge, getattr(facts, name), *span)
        if edge is not None:
            yield edge


def _quiet_at(rule: Rule, index: int, facts: Facts, name: str) -> Callable[[float], bool]:
    """Whether one gauge of a rule is quiet at a value of a fact; a rule that does not apply there is.

    Of a rule that counts signs, one sign less is as good: the others are left to other facts.
    """
    arguments, place = [getattr(facts, need) for need in rule.looks_at], rule.looks_at.index(name)
    counted = _all_gauges(rule, facts)[0].value if rule.counts else -math.inf

    def quiet(value: float) -> bool:
        arguments[place] = value
        found = _as_tuple(rule.measure(*arguments))[index : index + 1]
        return not any(gauge.fires and gauge.value >= counted for gauge in found)

    return quiet


def _half_line(quiet: Callable[[float], bool], low: float, high: float) -> tuple[float, bool] | None:
    """The last quiet value and whether quiet lies above it; None where the ends are alike: no limit, or none that helps."""
    at_low, at_high = quiet(low), quiet(high)
    if at_low == at_high:
        return None
    good, bad = (low, high) if at_low else (high, low)
    for _ in range(_BISECTIONS):
        middle = math.sqrt(good * bad)
        good, bad = (middle, bad) if quiet(middle) else (good, middle)
    exact = float(f"{good:.9g}")
    return (exact if quiet(exact) else good), at_high


def _beside(quiet: Callable[[float], bool], gauge: Gauge, asked: float, low: float, high: float) -> tuple[float, bool] | None:
    """The way out of a band that fires amid quiet: below it where the gauge is too high (a harder rule waits above), else on
    the nearer side, as of a resonance. None where there is no band."""
    if quiet(asked) or not (low < asked < high and quiet(low)):
        return None
    below, above = _half_line(quiet, low, asked), _half_line(quiet, asked, high)
    if below is None or above is None:
        return None
    return below if gauge.sense == "above" or asked / below[0] < above[0] / asked else above


def _rounded(setting: str, value: float, up: bool) -> float:
    """To the step of the setting, away from the limit."""
    step = STEPS[setting]
    return round((math.ceil(value / step - 1e-9) if up else math.floor(value / step + 1e-9)) * step, 6)


def _significant(value: float, up: bool) -> float:
    """To four digits, away from the limit."""
    unit = 10.0 ** (math.floor(math.log10(value)) - 3)
    return round((math.ceil(value / unit - 1e-9) if up else math.floor(value / unit + 1e-9)) * unit, 9)


def _cost(changes: Sequence[Change]) -> tuple[float, list[int]]:
    """How far the settings move, as a sum of ratios; of equal ways the one that a shop would take first."""
    distance = sum(abs(math.log(change.value / change.asked)) for change in changes)
    return round(distance, 2), [tuple(STEPS).index(change.setting) for change in changes]
