"""Where is feasibility put together? Here."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import structlog
from rmos.chassis.service import Parts, Resources, Service, run
from rmos.contracts.events import AssessmentData, JobSubmitted, ToolpathVerified
from rmos.feasibility.api import Api
from rmos.feasibility.domain import SCORERS
from rmos.feasibility.engine import BaselineFeasibilityEngineV1, Engines
from rmos.feasibility.handlers import Handlers
from rmos.feasibility.presets import load_presets
from rmos.feasibility.settings import Settings
from rmos.feasibility.store import JobStore

log = structlog.get_logger()


async def assemble(resources: Resources, settings: Settings) -> Parts:
    verdicts = resources.metrics.counter("verdicts", "Assessments by stage and risk", ("stage", "risk"))

    def count(assessment: AssessmentData) -> None:
        verdicts.labels(assessment.stage, assessment.risk).inc()

    _warn_of_loose_policy(settings)
    presets = load_presets(Path(settings.presets_dir) if settings.presets_dir else None)
    engine = BaselineFeasibilityEngineV1(presets, settings.policy, settings.scorers)
    handlers = Handlers(JobStore(resources.pool), engine, resources.blobs, count)
    return Parts(
        {JobSubmitted: handlers.on_submitted, ToolpathVerified: handlers.on_verified},
        operations=Api(Engines(engine), presets).operations(),
    )


def _warn_of_loose_policy(settings: Settings) -> None:
    policy = settings.policy
    if not policy.block_on_red or not policy.treat_unknown_as_red or policy.allow_red_override:
        log.warning("the policy lets more through than by default", **policy.model_dump())
    if off := set(SCORERS) - set(settings.scorers):
        log.warning("optional scorers are off", scorers=sorted(off))


def create_service(settings: Settings) -> Service:
    return Service("feasibility", settings, partial(assemble, settings=settings))


def main() -> None:
    run(lambda: create_service(Settings()))  # type: ignore[call-arg]


if __name__ == "__main__":
    main()
