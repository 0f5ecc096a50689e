"""Which engines judge a request? Each by its id; an unknown id is an error, never another engine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from rmos.contracts.base import Risk
from rmos.contracts.evaluation import EvaluateRequest, FeasibilityReport, Policy
from rmos.contracts.events import NearestData, PathFacts
from rmos.feasibility import report
from rmos.feasibility.domain import SCORERS, Assessment, Facts, RiskLevel, assess
from rmos.feasibility.domain.nearest import nearest
from rmos.feasibility.gather import facts_of
from rmos.feasibility.pack import pack_sha256
from rmos.feasibility.presets import Presets
from rmos.feasibility.unknown import unknown

_KINDS = (("tools", "tool_id"), ("blades", "blade_id"), ("materials", "material_id"), ("machines", "machine_id"))
_NEXT_BETTER = {RiskLevel.RED: RiskLevel.YELLOW, RiskLevel.YELLOW: RiskLevel.GREEN}


class FeasibilityEngine(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def presets(self) -> Presets: ...
    def compute(self, request: EvaluateRequest, path: PathFacts | None = None, to_plan: bool = False) -> FeasibilityReport:
        """The report on a request, with `path` on its real toolpath, or with `to_plan` on whether it may go on to one.

        Raises Rejected on what cannot be judged.
        """


class BaselineFeasibilityEngineV1:
    """The rules of `rmos.feasibility.domain` on facts of the presets."""

    id, version = "baseline_v1", "1.0.0"

    def __init__(self, presets: Presets, policy: Policy | None = None, scorers: Iterable[str] = SCORERS) -> None:
        self.presets, self.policy, self.scorers = presets, policy or Policy(), tuple(sorted(set(scorers)))
        if unknown := set(self.scorers) - set(SCORERS):
            raise ValueError(f"no optional scorer is called {', '.join(sorted(unknown))}: there are {', '.join(SCORERS)}")
        self.pack_sha256 = pack_sha256(presets.sha256, self.scorers)

    def compute(self, request: EvaluateRequest, path: PathFacts | None = None, to_plan: bool = False) -> FeasibilityReport:
        self._refuse_unknown_ids(request)
        facts = facts_of(request.in_mm(), self.presets, path)
        stage = "toolpath" if path is not None else "plan" if to_plan else "request"
        verdict = assess(facts, stage, self.scorers)
        near = self._nearest(facts, stage, verdict) if request.nearest else None
        risk = Risk(verdict.risk.value)
        return FeasibilityReport(
            overall_score=verdict.score, overall_risk=risk, mode=request.mode,
            assessments=tuple(map(report.risk_assessment, verdict.categories)),
            findings=tuple(map(report.finding_data, verdict.findings)),
            missing=tuple(map(report.missing_fact, verdict.missing)),
            recommendations=report.recommendations(verdict, near),
            binding=None if verdict.binding is None else report.finding_data(verdict.binding), nearest=near,
            blocked=self.policy.blocks(risk), policy=self.policy, engine_id=self.id, engine_version=self.version,
            pack_sha256=self.pack_sha256, scorers=self.scorers,
        )  # fmt: skip

    def _nearest(self, facts: Facts, stage: str, verdict: Assessment) -> NearestData | None:
        """None where the verdict is GREEN, or where only facts are missing: settings help neither. Of a job's
        stages only what blocks is looked into: a warning goes to a person."""
        allowed = _NEXT_BETTER.get(verdict.risk)
        if allowed is None or (stage != "request" and verdict.risk is not RiskLevel.RED):
            return None
        return report.nearest_data(nearest(facts, stage, allowed, self.scorers), facts)

    def _refuse_unknown_ids(self, request: EvaluateRequest) -> None:
        for kind, field in _KINDS:
            wanted = getattr(request, field)
            if wanted is not None and wanted not in getattr(self.presets, kind):
                raise unknown(field, wanted, self.presets.of(kind), f"/{field}")


class Engines:
    """Engines by id."""

    def __init__(self, *engines: FeasibilityEngine) -> None:
        self._engines = {engine.id: engine for engine in engines}
        if len(self._engines) != len(engines):
            raise ValueError("two engines share an id")

    def get(self, engine_id: str) -> FeasibilityEngine:
        """Raises Rejected with the nearest ids."""
        if engine_id not in self._engines:
            raise unknown("engine_id", engine_id, self._engines, "/engine_id")
        return self._engines[engine_id]

    def compute(self, request: EvaluateRequest) -> FeasibilityReport:
        return self.get(request.engine_id).compute(request)
