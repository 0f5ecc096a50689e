"""Every SQL statement of advisory, beside its row mapping."""

from __future__ import annotations

from typing import Any

import asyncpg
from rmos.chassis.inbox import Statement
from rmos.contracts.events import ReviewDecided, ReviewRequested


def open_review(r: ReviewRequested) -> Statement:
    sql = (
        "insert into reviews (review_id, job_id, record_sha256, reasons, releasable)"
        " select {0}, {1}, {2}, {3}::text[], {4} from gate"
        " on conflict (review_id) do nothing"
    )
    return Statement(sql, (r.review_id, r.job_id, r.record_sha256, list(r.reasons), r.releasable is not False))


def decide(d: ReviewDecided) -> Statement:
    """Changes a row only while the review waits and the decision names the hash of what was seen."""
    sql = (
        "update reviews set status = {0}, reviewer = {1}, reason = {2}, decided_at = now() from gate"
        " where review_id = {3} and record_sha256 = {4} and status = 'waiting' and (releasable or {0} = 'reject')"
    )
    return Statement(sql, (d.decision, d.reviewer, d.reason, d.review_id, d.record_sha256))


class ReviewStore:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def reviews(self, status: str | None) -> list[dict[str, Any]]:
        rows = await self._pool.fetch("select * from reviews where $1::text is null or status = $1 order by opened_at", status)
        return [_review(row) for row in rows]

    async def review(self, review_id: str) -> dict[str, Any] | None:
        row = await self._pool.fetchrow("select * from reviews where review_id = $1 or job_id = $1", review_id)
        return None if row is None else _review(row)

    async def waiting(self) -> tuple[int, float]:
        """How many reviews wait, and the age of the oldest in seconds."""
        row = await self._pool.fetchrow(
            "select count(*) as n, coalesce(extract(epoch from now() - min(opened_at)), 0)::float8 as age"
            " from reviews where status = 'waiting'"
        )
        assert row is not None
        return int(row["n"]), float(row["age"])


def _review(row: asyncpg.Record) -> dict[str, Any]:
    decided = row["decided_at"]
    return {**dict(row), "opened_at": row["opened_at"].isoformat(), "decided_at": decided and decided.isoformat()}
