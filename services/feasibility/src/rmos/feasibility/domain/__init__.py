"""Can this job be cut safely? Facts in, verdict out: one registry of rules, and what is unknown blocks."""

from rmos.feasibility.domain import (  # noqa: F401  they register their rules
    carving,
    contours,
    holes,
    lutherie,
    machine,
    physics,
    saw,
    table,
    tool,
    toolpath,
    units,
)
from rmos.feasibility.domain.facts import Facts
from rmos.feasibility.domain.model import FLAG, HARDNESSES, MACHINE_CLASSES, ORDER, Gauge, RiskLevel
from rmos.feasibility.domain.modes import REQUIRED
from rmos.feasibility.domain.rules import MODES, RULES, Rule
from rmos.feasibility.domain.verdict import SCORERS, Assessment, Category, Finding, assess, gauges

__all__ = [
    "FLAG",
    "HARDNESSES",
    "MACHINE_CLASSES",
    "MODES",
    "ORDER",
    "REQUIRED",
    "RULES",
    "SCORERS",
    "Assessment",
    "Category",
    "Facts",
    "Finding",
    "Gauge",
    "RiskLevel",
    "Rule",
    "assess",
    "gauges",
]
