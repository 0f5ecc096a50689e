"""Which rules are there? One registry, the only source for evaluation, explanation, HTTP and documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rmos.feasibility.domain.facts import TEXTS
from rmos.feasibility.domain.model import Gauge, RiskLevel

Measured = Gauge | tuple[Gauge, ...] | None
"""What a rule sees: None where it does not apply."""


@dataclass(frozen=True)
class Family:
    """Rules of one kind: the modes that they judge, and of their numbers the source, its date and the licence.

    `scorer` names the optional scorer that they are; the rules of none are always on.
    """

    title: str
    modes: tuple[str, ...]
    source: str
    scorer: str = ""
    date: str = "2026-08"
    licence: str = "Apache-2.0; figures are facts"


@dataclass(frozen=True)
class Rule:
    """`measure` takes the facts named in `needs`, all known, in that order, then those of `may_need`, None where unknown.

    The rule holds when a gauge fires.
    """

    id: str
    level: RiskLevel
    category: str
    condition: str
    why: str
    hint: str
    needs: tuple[str, ...]
    measure: Callable[..., Measured]
    family: Family
    may_need: tuple[str, ...] = ()

    @property
    def looks_at(self) -> tuple[str, ...]:
        return self.needs + self.may_need

    @property
    def counts(self) -> bool:
        """Whether it counts signs that hold, rather than measure."""
        return self.id in COUNTING


RULES: dict[str, Rule] = {}
COUNTING = ("F029", "F037", "F041")
Row = tuple[str, RiskLevel, str, str, str, str, str, Callable[..., Measured]]
R, Y = RiskLevel.RED, RiskLevel.YELLOW
AREAS = ("gcode", "pocket", "rest", "rosette", "helical")
ROUTER = (*AREAS, "profile", "slot", "ledge")
SLOTS = ("fret_slots", "nut_slots")
MILLED = (*ROUTER, *SLOTS, "vcarve")
SPUN = (*MILLED, "drill")
"""Cut by a tool in the spindle."""
LEVEL = tuple(mode for mode in SPUN if mode != "fret_slots")
"""The surface of the part is flat; a fretboard may fall away from its crown."""
MODES = (*SPUN, "saw")


def register(family: Family, rows: Iterable[Row]) -> None:
    """Rows of (id, level, category, holds when, why it matters, what to do, needs, measure); a need with a question mark may
    be unknown, and comes last."""
    for rule_id, level, category, condition, why, hint, needs, measure in rows:
        if rule_id in RULES:
            raise ValueError(f"rule {rule_id} is registered twice")
        names = tuple(name for name in needs.split() if not name.endswith("?"))
        maybe = tuple(name[:-1] for name in needs.split() if name.endswith("?"))
        if unknown := {*names, *maybe} - set(TEXTS):
            raise ValueError(f"rule {rule_id} needs facts that are none: {', '.join(sorted(unknown))}")
        RULES[rule_id] = Rule(rule_id, level, category, condition, why, hint, names, measure, family, maybe)


def rules_for(mode: str, scorers: Iterable[str]) -> tuple[Rule, ...]:
    """The rules that judge this mode, with the optional scorers named."""
    on = {"", *scorers}
    return tuple(rule for rule in RULES.values() if mode in rule.family.modes and rule.family.scorer in on)
