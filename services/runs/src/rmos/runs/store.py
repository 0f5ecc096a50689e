"""Every SQL statement of runs, beside its row mapping."""

from __future__ import annotations

import json
from typing import Any

import asyncpg
from rmos.chassis.inbox import Statement
from rmos.contracts.base import BlobRef
from rmos.runs.domain import Artifact


def add_to_timeline(job_id: str, subject: str) -> Statement:
    sql = "insert into timeline (job_id, subject) select {0}, {1} from gate on conflict do nothing"
    return Statement(sql, (job_id, subject))


def write_once(a: Artifact) -> Statement:
    """Inserts, and returns a row, only for the first record of the job."""
    sql = (
        "insert into artifacts (job_id, run_id, status, risk, needs_review, record, record_sha256, program, releasable)"
        " select {0}, {1}, {2}, {3}, {4}::boolean, {5}::bytea, {6}, {7}::jsonb, {8}::boolean from gate"
        " on conflict (job_id) do nothing"
    )
    program = None if a.program is None else a.program.model_dump_json()
    head = (a.job_id, a.run_id, a.status, a.risk.value, a.needs_review)
    return Statement(sql, (*head, a.record, a.record_sha256, program, a.releasable))


def add_entry(job_id: str, kind: str, body: bytes, sha256: str, record_sha256: str) -> Statement:
    """Adds a later entry; refused (no row) unless it names the hash of the record that was seen, and where it releases a run
    that nobody may release."""
    sql = (
        "insert into entries (job_id, kind, body, sha256) select a.job_id, {1}, {2}::bytea, {3} from gate,"
        " (select job_id from artifacts where job_id = {0} and record_sha256 = {4} and needs_review"
        "  and (releasable or {1} <> 'released')) a"
    )
    return Statement(sql, (job_id, kind, body, sha256, record_sha256))


_RUN = """
select a.job_id, a.run_id, a.status, a.risk, a.needs_review, a.record, a.record_sha256, a.program, a.recorded_at,
    (select kind from entries e where e.job_id = a.job_id and kind in ('released', 'refused') order by id limit 1)
        as decision
from artifacts a
"""


class RunStore:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def runs(self, limit: int) -> list[dict[str, Any]]:
        rows = await self._pool.fetch(f"{_RUN} order by a.recorded_at desc limit $1", limit)
        return [_run(row) for row in rows]

    async def run(self, job_id: str) -> dict[str, Any] | None:
        row = await self._pool.fetchrow(f"{_RUN} where a.job_id = $1", job_id)
        return None if row is None else _run(row)

    async def record(self, job_id: str) -> bytes | None:
        value = await self._pool.fetchval("select record from artifacts where job_id = $1", job_id)
        return None if value is None else bytes(value)

    async def timeline(self, job_id: str) -> list[dict[str, str]]:
        rows = await self._pool.fetch("select subject, seen_at from timeline where job_id = $1 order by seen_at", job_id)
        return [{"event": r["subject"], "seen_at": r["seen_at"].isoformat()} for r in rows]

    async def counts(self) -> dict[str, int]:
        """`open` is the gap: jobs heard of that have no record yet."""
        row = await self._pool.fetchrow(
            "select (select count(*) from artifacts) as recorded, (select count(*) from (select distinct job_id from"
            " timeline t where not exists (select 1 from artifacts a where a.job_id = t.job_id)) o) as open"
        )
        assert row is not None
        return {"recorded": row["recorded"], "open": row["open"], "submitted": row["recorded"] + row["open"]}


def _run(row: asyncpg.Record) -> dict[str, Any]:
    release = row["decision"] or ("waiting" if row["needs_review"] else "released" if row["status"] == "OK" else "none")
    return {
        "job_id": row["job_id"], "run_id": row["run_id"], "status": row["status"], "risk": row["risk"],
        "release": release, "reasons": json.loads(row["record"])["reasons"],
        "record_sha256": row["record_sha256"], "recorded_at": row["recorded_at"].isoformat(),
        "program": None if row["program"] is None else BlobRef.model_validate_json(row["program"]).model_dump(),
    }  # fmt: skip
