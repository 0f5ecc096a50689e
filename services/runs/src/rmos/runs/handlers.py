"""What does runs do when it hears an event? Notes it on the job's timeline; a terminal event becomes the record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from rmos.chassis.inbox import Outcome
from rmos.contracts.base import sha256_hex
from rmos.contracts.events import (
    EVENTS,
    AnyEvent,
    JobAssessed,
    JobCleared,
    JobFailed,
    ReviewDecided,
    RunRecorded,
)
from rmos.runs import domain, store


def artifact_of(event: AnyEvent) -> domain.Artifact | None:
    """The record that an event completes, or None where the job goes on."""
    if isinstance(event, JobAssessed) and event.assessment.blocks:
        return domain.blocked_at_request(event)
    if isinstance(event, JobCleared):
        return domain.cleared(event)
    if isinstance(event, JobFailed):
        return domain.failed(event)
    return None


async def hear(event: AnyEvent) -> Outcome:
    noted = store.add_to_timeline(event.job_id, event.subject)
    artifact = artifact_of(event)
    if artifact is not None:
        return Outcome(events=(recorded(artifact),), effects=(noted,), guard=store.write_once(artifact))
    if isinstance(event, ReviewDecided):
        kind, body = domain.decision_entry(event)
        entry = store.add_entry(event.job_id, kind, body, sha256_hex(body), event.record_sha256)
        return Outcome(effects=(noted,), guard=entry)
    return Outcome(effects=(noted,))


def recorded(artifact: domain.Artifact) -> RunRecorded:
    return RunRecorded(
        job_id=artifact.job_id, run_id=artifact.run_id, status=artifact.status, risk=artifact.risk,
        record_sha256=artifact.record_sha256, needs_review=artifact.needs_review,
        releasable=artifact.releasable, reasons=artifact.reasons[:20],
        program=artifact.program,
    )  # fmt: skip


def handlers() -> dict[type, Callable[[AnyEvent], Awaitable[Outcome]]]:
    return dict.fromkeys(EVENTS, hear)
