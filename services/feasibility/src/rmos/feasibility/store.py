"""Every SQL statement of feasibility."""

from __future__ import annotations

import asyncpg
from rmos.chassis.inbox import Statement


def claim_job(job_id: str, request_sha256: str) -> Statement:
    """Returns a row only the first time that a job id is seen."""
    sql = "insert into jobs (job_id, request_sha256) select {0}, {1} from gate on conflict (job_id) do nothing"
    return Statement(sql, (job_id, request_sha256))


class JobStore:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def request_sha256(self, job_id: str) -> str | None:
        value = await self._pool.fetchval("select request_sha256 from jobs where job_id = $1", job_id)
        return None if value is None else str(value)
