"""What must a person decide? Every run that may be cut but is not GREEN."""

from __future__ import annotations

from rmos.contracts.events import ReviewRequested, RunRecorded


def review_for(run: RunRecorded) -> ReviewRequested | None:
    if not run.needs_review:
        return None
    return ReviewRequested(
        job_id=run.job_id, review_id=review_id_of(run), record_sha256=run.record_sha256, releasable=run.releasable,
        reasons=run.reasons,
    )  # fmt: skip


def review_id_of(run: RunRecorded) -> str:
    return "rev_" + run.run_id.removeprefix("run_")[:16]
