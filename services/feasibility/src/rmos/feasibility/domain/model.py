"""How risky is it, and how far is a value from its limit?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

HARD = ("hard", "very-hard", "extreme")
HARDNESSES = ("soft", "medium", *HARD)
MACHINE_CLASSES = ("hobby", "industrial")
TOOL_KINDS = ("flat", "upcut", "downcut", "compression", "ball", "bull", "vbit", "surfacing", "drill", "fret_slot")
CUT_KINDS = ("rip", "crosscut", "miter", "bevel", "dado")
UNKNOWN_HARDNESS = "unknown"
"""Said, not left out: the shop knows that it does not know this wood (F024)."""

Triple = tuple[float, float, float]


class RiskLevel(StrEnum):
    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"
    UNKNOWN = "UNKNOWN"


ORDER = (RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.UNKNOWN, RiskLevel.RED)
"""From harmless to worst."""

_EQUAL, _MOST = 1e-12, 1e9
Sense = Literal["above", "from", "below", "to"]


@dataclass(frozen=True, slots=True)
class Gauge:
    """A value beside its limit. The rule holds when the value is above it, from it on, below it, or up to it.

    `of` names what is measured where a rule looks at several things, such as the axes of an envelope.
    """

    value: float
    limit: float
    unit: str = ""
    sense: Sense = "above"
    of: str = ""

    @property
    def fires(self) -> bool:
        """Equal up to what arithmetic loses counts as equal: 3 times 0.6 is 1.8."""
        slack = _EQUAL * abs(self.limit)
        match self.sense:
            case "above":
                return self.value > self.limit + slack
            case "from":
                return self.value >= self.limit - slack
            case "below":
                return self.value < self.limit - slack
            case "to":
                return self.value <= self.limit + slack

    @property
    def margin(self) -> float:
        """Room that is left, as a share of the limit (of the value where the limit is zero); negative beyond it."""
        room = self.limit - self.value if self.sense in ("above", "from") else self.value - self.limit
        scale = abs(self.limit) or abs(self.value) or 1.0
        return max(-_MOST, min(_MOST, room / scale))


FLAG = "flag"
"""Unit of a gauge of something that is so or is not."""


def flag(condition: bool) -> Gauge:
    return Gauge(1.0 if condition else 0.0, 0.5, FLAG)


def above(value: float, limit: float, unit: str = "mm", of: str = "") -> Gauge:
    return Gauge(value, limit, unit, "above", of)


def below(value: float, limit: float, unit: str = "mm", of: str = "") -> Gauge:
    return Gauge(value, limit, unit, "below", of)


def positive(value: float, unit: str = "mm", of: str = "") -> Gauge:
    """Fires up to zero."""
    return Gauge(value, 0, unit, "to", of)


def signs(limit: int, *holding: bool) -> Gauge:
    """Fires from `limit` signs on that hold."""
    return Gauge(sum(holding), limit, "signs", "from")


def hardness_class(hardness: str) -> str:
    """Soft, medium or hard: the tables of chips and speeds know no finer ones."""
    return "hard" if hardness in HARD else hardness


def usable(*values: float) -> bool:
    """Numbers that are not positive have a rule of their own, RED; physics says nothing of them."""
    return all(value > 1e-9 for value in values)
