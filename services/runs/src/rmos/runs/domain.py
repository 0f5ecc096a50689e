"""What goes into the one record of a job? Canonical bytes without a clock, hashed exactly as stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any, Literal

import rfc8785
from rmos.contracts.base import BlobRef, Risk
from rmos.contracts.events import AssessmentData, JobAssessed, JobCleared, JobFailed, ReviewDecided, ToolpathVerified

SCHEMA = "rmos.run_artifact.v1"


@dataclass(frozen=True)
class Artifact:
    job_id: str
    run_id: str
    status: Literal["OK", "BLOCKED", "ERROR"]
    risk: Risk
    reasons: tuple[str, ...]
    record: bytes
    program: BlobRef | None = None
    releasable: bool = True

    @property
    def record_sha256(self) -> str:
        return hashlib.sha256(self.record).hexdigest()

    @property
    def needs_review(self) -> bool:
        return self.status == "OK" and self.risk is not Risk.GREEN


def run_id_of(job_id: str) -> str:
    return "run_" + hashlib.sha256(job_id.encode()).hexdigest()[:32]


def blocked_at_request(event: JobAssessed) -> Artifact:
    body = {"request": _request(event), "assessments": [event.assessment.model_dump(mode="json")]}
    return _artifact(event.job_id, "BLOCKED", event.assessment.risk, _reasons(event.assessment), body)


def cleared(event: JobCleared) -> Artifact:
    """OK when the last word lets the job run, else BLOCKED; either way with every hash of what was made."""
    verified, assessed = event.verified, event.verified.applied.planned.assessed
    body = {
        "request": _request(assessed),
        "assessments": [a.model_dump(mode="json") for a in (assessed.assessment, event.assessment)],
        "machine": _dump(assessed.machine),
        "tool": _dump(assessed.tool),
        **({} if assessed.blade is None else {"blade": _dump(assessed.blade)}),
        "scripts": [s.model_dump(mode="json") for s in verified.applied.scripts],
        "facts": verified.facts.model_dump(mode="json"),
        "verification": verified.verification.model_dump(mode="json"),
        "hashes": _hashes(verified),
    }
    risk = event.assessment.risk
    if event.assessment.blocks:
        return _artifact(event.job_id, "BLOCKED", risk, _reasons(event.assessment), body)
    made = _artifact(event.job_id, "OK", risk, _reasons(event.assessment), body, verified.program)
    return replace(made, releasable=event.assessment.may_be_overridden)


def failed(event: JobFailed) -> Artifact:
    error = {"stage": event.stage, "code": event.code, "message": event.error, "pointer": event.pointer}
    reason = f"{event.stage}: {event.error}"
    return _artifact(event.job_id, "ERROR", Risk.UNKNOWN, (reason,), {"error": error})


def decision_entry(event: ReviewDecided) -> tuple[str, bytes]:
    """Kind and canonical bytes of the log entry that a review adds to a run."""
    kind = "released" if event.decision == "approve" else "refused"
    return kind, rfc8785.dumps(event.model_dump(mode="json"))


def _hashes(verified: ToolpathVerified) -> dict[str, str]:
    planned = verified.applied.planned
    refs = {"planned_toolpath": planned.toolpath, "toolpath": verified.applied.toolpath, "program": verified.program}
    if planned.program is not None:
        refs["submitted_program"] = planned.program
    return {name: ref.sha256 for name, ref in refs.items()}


def _request(event: JobAssessed) -> dict[str, Any]:
    job = event.job
    keys = ("mode", "tool_id", "material_id", "machine_id", "post", "requested_by")
    return {"sha256": event.request_sha256, **{k: getattr(job, k) for k in keys}}


def _dump(part: Any) -> Any:
    return None if part is None else part.model_dump(mode="json")


def _reasons(assessment: AssessmentData) -> tuple[str, ...]:
    """What is missing, which rules hold, and where they block, what would pass."""
    missing = tuple(f"unknown: {name}" for name in assessment.missing)
    held = tuple(f"{f.rule_id} {f.level}: {f.message}" for f in assessment.findings)
    return missing + held + (tuple(f"would pass: {hint}" for hint in _ways_out(assessment)) if assessment.blocks else ())


def _ways_out(assessment: AssessmentData) -> tuple[str, ...]:
    near = assessment.nearest
    if near is None:
        return ()
    return (*map(str, near.changes), *(str(fact) for fact in near.must_change if fact.needed is not None))


def _artifact(
    job_id: str,
    status: Literal["OK", "BLOCKED", "ERROR"],
    risk: Risk,
    reasons: tuple[str, ...],
    body: dict[str, Any],
    program: BlobRef | None = None,
) -> Artifact:
    run_id = run_id_of(job_id)
    head = {"schema": SCHEMA, "job_id": job_id, "run_id": run_id, "status": status, "risk": risk.value}
    record = rfc8785.dumps({**head, "reasons": list(reasons), **body})
    return Artifact(job_id, run_id, status, risk, reasons, record, program)
