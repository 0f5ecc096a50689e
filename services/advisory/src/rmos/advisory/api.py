"""How does a person see what waits, and decide?"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Literal

import asyncpg
from fastapi import APIRouter, HTTPException
from pydantic import Field
from rmos.advisory.store import ReviewStore, decide
from rmos.chassis.inbox import Outcome, commit
from rmos.contracts.base import Command, Sha256
from rmos.contracts.events import ReviewDecided


class Decision(Command):
    decision: Literal["approve", "reject"]
    reason: str = Field(min_length=3, max_length=2000)
    reviewer: str = Field(min_length=1, max_length=100)
    record_sha256: Sha256


def create_router(pool: asyncpg.Pool, store: ReviewStore, poke: Callable[[], None]) -> APIRouter:
    router = APIRouter()

    async def review_of(review_id: str) -> dict[str, Any]:
        review = await store.review(review_id)
        if review is None:
            raise HTTPException(404, f"no review {review_id!r}")
        return review

    @router.get("/reviews")
    async def reviews(status: Literal["waiting", "approve", "reject"] | None = None) -> list[dict[str, Any]]:
        return await store.reviews(status)

    @router.get("/reviews/{review_id}")
    async def review(review_id: str) -> dict[str, Any]:
        return await review_of(review_id)

    @router.post("/reviews/{review_id}/decision")
    async def decision(review_id: str, wanted: Decision) -> dict[str, Any]:
        found = await review_of(review_id)
        if found["record_sha256"] != wanted.record_sha256:
            raise HTTPException(409, "the record has another hash than the one that was seen")
        if wanted.decision == "approve" and not found["releasable"]:
            raise HTTPException(
                409, "the shop's policy lets nobody release what is RED, or UNKNOWN and counts as RED: it can only be rejected"
            )
        event = ReviewDecided(job_id=found["job_id"], review_id=found["review_id"], **wanted.model_dump())
        await commit(pool, "advisory", f"decision-{uuid.uuid4()}", Outcome(events=(event,), guard=decide(event)))
        poke()
        after = await review_of(review_id)
        if (after["status"], after["reviewer"], after["reason"]) != (wanted.decision, wanted.reviewer, wanted.reason):
            raise HTTPException(409, f"already decided: {after['status']} by {after['reviewer']}")
        return after

    return router
