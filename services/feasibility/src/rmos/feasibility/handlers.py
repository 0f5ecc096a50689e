"""What does feasibility do with a submitted job, and with the toolpath that shall really run?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from rmos.chassis.blobs import BlobStore
from rmos.chassis.errors import Rejected
from rmos.chassis.inbox import Outcome
from rmos.contracts.base import Risk, sha256_hex
from rmos.contracts.events import (
    AssessmentData,
    FindingData,
    JobAssessed,
    JobCleared,
    JobSubmitted,
    MachineFacts,
    RaisedRisk,
    ToolFacts,
    ToolpathVerified,
)
from rmos.contracts.jobs import Job
from rmos.feasibility.domain import ENGINE_ID, ENGINE_VERSION, FLAG, Assessment, Finding, assess
from rmos.feasibility.facts import facts_of
from rmos.feasibility.presets import Presets
from rmos.feasibility.store import JobStore, claim_job

_ORDER = (Risk.GREEN, Risk.YELLOW, Risk.UNKNOWN, Risk.RED)


def finding_data(finding: Finding) -> FindingData:
    rule, gauge = finding.rule, finding.gauge
    shown = gauge.unit != FLAG
    return FindingData(
        rule_id=rule.id, level=Risk(rule.level.value), message=f"{rule.summary}: {rule.hint}",
        value=gauge.value if shown else None, limit=gauge.limit if shown else None, unit=gauge.unit if shown else "",
        margin=round(gauge.margin, 4) if shown else None, source=rule.source,
    )  # fmt: skip


class Handlers:
    def __init__(self, store: JobStore, presets: Presets, blobs: BlobStore, count: Callable[[AssessmentData], None]) -> None:
        self._store, self._presets, self._blobs, self._count = store, presets, blobs, count

    async def on_submitted(self, event: JobSubmitted) -> Outcome:
        body = event.model_dump_json(exclude_none=True).encode()
        digest = sha256_hex(body)
        _, seen = await asyncio.gather(self._blobs.put(body, "application/json"), self._store.request_sha256(event.job_id))
        if seen is not None and seen != digest:
            reason = f"job_id {event.job_id!r} was used before for a job with another content: choose a new one"
            raise Rejected("job_id_reused", reason, "/job_id", ends_job=False)
        job = Job.model_validate(event.in_mm().model_dump())
        self._refuse_unknown_ids(job)
        verdict = assess(facts_of(job, self._presets), "request")
        assessed = JobAssessed(
            job_id=job.job_id, job=job, request_sha256=digest, assessment=self._data(verdict, "request", ()),
            tool=self._tool(job), machine=self._machine(job),
        )  # fmt: skip
        return Outcome(events=(assessed,), guard=claim_job(job.job_id, digest))

    async def on_verified(self, event: ToolpathVerified) -> Outcome:
        job = event.applied.planned.assessed.job
        verdict = assess(facts_of(job, self._presets, event.facts), "toolpath")
        return Outcome(
            events=(
                JobCleared(
                    job_id=event.job_id,
                    verified=event,
                    assessment=self._data(verdict, "toolpath", event.applied.raised),
                ),
            )
        )

    def _refuse_unknown_ids(self, job: Job) -> None:
        for kind, field in (("tools", "tool_id"), ("materials", "material_id"), ("machines", "machine_id")):
            wanted = getattr(job, field)
            if wanted is not None and wanted not in getattr(self._presets, kind):
                near = ", ".join(self._presets.nearest(kind, wanted)) or "none is near"
                raise Rejected("unknown_id", f"{field} {wanted!r} is not known; nearest: {near}", f"/{field}")

    def _data(self, verdict: Assessment, stage: str, raised: tuple[RaisedRisk, ...]) -> AssessmentData:
        """A script can raise the risk, never lower it."""
        own = [finding_data(f) for f in verdict.findings]
        scripts = [
            FindingData(rule_id="SCRIPT", level=r.level, message=f"{r.script}: {r.reason}", source="script") for r in raised
        ]
        risk = max((Risk(verdict.risk.value), *(r.level for r in raised)), key=_ORDER.index)
        data = AssessmentData.model_validate(
            {
                "stage": stage, "risk": risk, "score": verdict.score, "findings": (*own, *scripts), "missing": verdict.missing,
                "binding": verdict.binding and finding_data(verdict.binding), "engine_id": ENGINE_ID,
                "engine_version": ENGINE_VERSION, "pack_sha256": self._presets.sha256,
            }
        )  # fmt: skip
        self._count(data)
        return data

    def _tool(self, job: Job) -> ToolFacts | None:
        tool = self._presets.tools.get(job.tool_id or "")
        if tool is None:
            return None
        return ToolFacts(
            tool_id=tool.id, diameter_mm=tool.diameter_mm, flutes=tool.flutes, flute_length_mm=tool.flute_length_mm,
            center_cutting=tool.center_cutting,
        )  # fmt: skip

    def _machine(self, job: Job) -> MachineFacts | None:
        m = self._presets.machines.get(job.machine_id or "")
        if m is None:
            return None
        return MachineFacts(
            machine_id=m.id, rapid_mm_min=m.rapid_mm_min, accel_mm_s2=m.accel_mm_s2,
            junction_deviation_mm=m.junction_deviation_mm, controller=m.controller,
        )  # fmt: skip
