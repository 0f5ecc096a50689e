"""Where is feasibility put together? Here."""

from __future__ import annotations

from rmos.chassis.service import Parts, Resources, Service, run
from rmos.contracts.events import AssessmentData, JobSubmitted, ToolpathVerified
from rmos.feasibility.handlers import Handlers
from rmos.feasibility.presets import load_presets
from rmos.feasibility.settings import Settings
from rmos.feasibility.store import JobStore


async def assemble(resources: Resources) -> Parts:
    verdicts = resources.metrics.counter("verdicts", "Assessments by stage and risk", ("stage", "risk"))

    def count(assessment: AssessmentData) -> None:
        verdicts.labels(assessment.stage, assessment.risk).inc()

    handlers = Handlers(JobStore(resources.pool), load_presets(), resources.blobs, count)
    return Parts({JobSubmitted: handlers.on_submitted, ToolpathVerified: handlers.on_verified})


def create_service(settings: Settings) -> Service:
    return Service("feasibility", settings, assemble)


def main() -> None:
    run(lambda: create_service(Settings()))  # type: ignore[call-arg]


if __name__ == "__main__":
    main()
