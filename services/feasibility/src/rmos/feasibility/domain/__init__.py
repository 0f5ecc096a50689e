"""Can this job be cut safely? Facts in, verdict out: one registry of rules, and what is unknown blocks."""

from rmos.feasibility.domain import physics as _physics  # registers its rules
from rmos.feasibility.domain.model import FLAG, HARDNESSES, Facts, Gauge, RiskLevel
from rmos.feasibility.domain.rules import RULES, Rule
from rmos.feasibility.domain.verdict import ENGINE_ID, ENGINE_VERSION, REQUIRED, Assessment, Finding, assess, gauges

__all__ = [
    "ENGINE_ID",
    "ENGINE_VERSION",
    "FLAG",
    "HARDNESSES",
    "REQUIRED",
    "RULES",
    "Assessment",
    "Facts",
    "Finding",
    "Gauge",
    "RiskLevel",
    "Rule",
    "assess",
    "gauges",
]
assert _physics
