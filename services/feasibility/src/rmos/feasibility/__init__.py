"""Can it be cut safely? The engine as a library: designs and contexts in, reports out."""

from rmos.chassis.errors import Rejected
from rmos.contracts.base import Risk as RiskLevel
from rmos.contracts.evaluation import EvaluateRequest, FeasibilityReport, Policy, RiskAssessment, RmosContext
from rmos.feasibility.engine import BaselineFeasibilityEngineV1, Engines, FeasibilityEngine
from rmos.feasibility.evaluate import evaluate_feasibility

__all__ = [
    "BaselineFeasibilityEngineV1", "Engines", "EvaluateRequest", "FeasibilityEngine", "FeasibilityReport", "Policy", "Rejected",
    "RiskAssessment", "RiskLevel", "RmosContext", "evaluate_feasibility",
]  # fmt: skip
