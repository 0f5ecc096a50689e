"""What does advisory do when a run is recorded? Opens a review where a person must decide."""

from __future__ import annotations

from rmos.advisory.domain import review_for
from rmos.advisory.store import open_review
from rmos.chassis.inbox import Outcome
from rmos.contracts.events import RunRecorded


async def on_run_recorded(run: RunRecorded) -> Outcome:
    review = review_for(run)
    if review is None:
        return Outcome()
    return Outcome(events=(review,), guard=open_review(review))
