"""What does feasibility do with a submitted job, and with the toolpath that shall really run?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal

from pydantic import ValidationError
from rmos.chassis.blobs import BlobStore
from rmos.chassis.errors import Rejected
from rmos.chassis.inbox import Outcome
from rmos.contracts.base import Risk, sha256_hex
from rmos.contracts.evaluation import EvaluateRequest, FeasibilityReport
from rmos.contracts.events import (
    AssessmentData,
    FindingData,
    JobAssessed,
    JobCleared,
    JobSubmitted,
    PathFacts,
    RaisedRisk,
    ToolpathVerified,
)
from rmos.contracts.jobs import Job
from rmos.feasibility.engine import FeasibilityEngine
from rmos.feasibility.preset_facts import blade_facts, machine_facts, tool_facts
from rmos.feasibility.store import JobStore, claim_job

_ORDER = (Risk.GREEN, Risk.YELLOW, Risk.UNKNOWN, Risk.RED)


class Handlers:
    def __init__(
        self, store: JobStore, engine: FeasibilityEngine, blobs: BlobStore, count: Callable[[AssessmentData], None]
    ) -> None:
        self._store, self._engine, self._blobs, self._count = store, engine, blobs, count

    async def on_submitted(self, event: JobSubmitted) -> Outcome:
        body = event.model_dump_json(exclude_none=True).encode()
        digest = sha256_hex(body)
        _, seen = await asyncio.gather(self._blobs.put(body, "application/json"), self._store.request_sha256(event.job_id))
        if seen is not None and seen != digest:
            reason = f"job_id {event.job_id!r} was used before for a job with another content: choose a new one"
            raise Rejected("job_id_reused", reason, "/job_id", ends_job=False)
        job, presets = _in_mm(event), self._engine.presets
        assessed = JobAssessed(
            job_id=job.job_id, job=job, request_sha256=digest, assessment=await self._assess(job, None, ()),
            tool=tool_facts(presets, job.tool_id, job.options.stickout), machine=machine_facts(presets, job.machine_id),
            blade=blade_facts(presets, job.blade_id),
        )  # fmt: skip
        return Outcome(events=(assessed,), guard=claim_job(job.job_id, digest))

    async def on_verified(self, event: ToolpathVerified) -> Outcome:
        job = event.applied.planned.assessed.job
        assessment = await self._assess(job, event.facts, event.applied.raised)
        return Outcome(events=(JobCleared(job_id=event.job_id, verified=event, assessment=assessment),))

    async def _assess(self, job: Job, path: PathFacts | None, raised: tuple[RaisedRisk, ...]) -> AssessmentData:
        """In a thread: a large outline, or the search for a way out, takes tenths of a second."""
        report = await asyncio.to_thread(self._engine.compute, _request_of(job), path, path is None)
        data = assessment_data(report, "request" if path is None else "toolpath", raised)
        self._count(data)
        return data


def _in_mm(event: JobSubmitted) -> Job:
    try:
        return Job.model_validate(event.in_mm().model_dump())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        pointer = "".join(f"/{part}" for part in first["loc"])
        raise Rejected("invalid", f"{pointer}, converted to mm: {first['msg']}", pointer) from error


def _request_of(job: Job) -> EvaluateRequest:
    """`job` in mm, as every job is once it is assessed."""
    return EvaluateRequest.model_construct(
        mode=job.mode, design=job.design, tool_id=job.tool_id, blade_id=job.blade_id, material_id=job.material_id,
        machine_id=job.machine_id, units="mm", cut=job.cut, options=job.options, engine_id="baseline_v1", nearest=True,
    )  # fmt: skip


def assessment_data(
    report: FeasibilityReport, stage: Literal["request", "toolpath"], raised: tuple[RaisedRisk, ...]
) -> AssessmentData:
    """A report as the bus carries it. A script can raise the risk, never lower it."""
    scripts = tuple(
        FindingData(rule_id="SCRIPT", level=r.level, message=f"{r.script}: {r.reason}", source="script") for r in raised
    )
    risk = max((report.overall_risk, *(r.level for r in raised)), key=_ORDER.index)
    return AssessmentData(
        stage=stage, risk=risk, score=report.overall_score, findings=(*report.findings, *scripts),
        missing=tuple(fact.fact for fact in report.missing), binding=report.binding, recommendations=report.recommendations,
        nearest=report.nearest, blocked=report.policy.blocks(risk), overridable=report.policy.overridable(risk),
        engine_id=report.engine_id, engine_version=report.engine_version, pack_sha256=report.pack_sha256,
    )  # fmt: skip
