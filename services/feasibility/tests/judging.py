"""The engine of the tests: what it makes of a request, and which rules hold."""

from __future__ import annotations

from rmos.contracts.evaluation import EvaluateRequest, FeasibilityReport
from rmos.feasibility import BaselineFeasibilityEngineV1
from rmos.feasibility.domain import Facts
from rmos.feasibility.gather import facts_of
from rmos.feasibility.presets import load_presets
from safe_requests import Body

PRESETS = load_presets()
ENGINE = BaselineFeasibilityEngineV1(PRESETS)


def facts(body: Body) -> Facts:
    return facts_of(EvaluateRequest.model_validate(body).in_mm(), PRESETS)


def judge(body: Body) -> FeasibilityReport:
    return ENGINE.compute(EvaluateRequest.model_validate(body))


def held(body: Body) -> set[str]:
    return {finding.rule_id for finding in judge(body).findings}
