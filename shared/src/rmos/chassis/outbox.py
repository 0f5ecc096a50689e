"""How do committed events reach the bus? One relay per schema publishes them in order and deletes what was acked."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import asyncpg
import structlog
from nats.js import JetStreamContext

BATCH = 256
log = structlog.get_logger()


def cloudevent_headers(event_id: str, subject: str, job_id: str, source: str) -> dict[str, str]:
    """CloudEvents 1.0, NATS binding, binary mode."""
    return {
        "Nats-Msg-Id": event_id,
        "ce-specversion": "1.0",
        "ce-id": event_id,
        "ce-type": subject,
        "ce-source": source,
        "ce-subject": job_id,
        "ce-time": datetime.now(UTC).isoformat(),
        "content-type": "application/json",
    }


class Relay:
    def __init__(self, pool: asyncpg.Pool, js: JetStreamContext, service: str) -> None:
        self._pool, self._js, self._service = pool, js, service
        self._poked = asyncio.Event()
        self.published = 0

    def poke(self) -> None:
        self._poked.set()

    async def run(self) -> None:
        """Until cancelled. Holds a session lock, so that a second replica waits and order per job is kept."""
        while True:
            try:
                async with self._pool.acquire() as connection:
                    await self._run_as_leader(connection)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("relay interrupted", error=repr(error))
                await asyncio.sleep(0.5)

    async def _run_as_leader(self, connection: asyncpg.pool.PoolConnectionProxy) -> None:
        key = f"rmos.relay.{self._service}"
        while not await connection.fetchval("select pg_try_advisory_lock(hashtext($1))", key):
            await asyncio.sleep(1.0)
        # Only deletions happen here. One that a crash takes back is a second publication, which every inbox knows.
        await connection.execute("set synchronous_commit = off")
        try:
            while True:
                self._poked.clear()
                if not await self._publish_batch(connection):
                    try:
                        await asyncio.wait_for(self._poked.wait(), 1.0)
                    except TimeoutError:
                        continue
        finally:
            await connection.execute("select pg_advisory_unlock(hashtext($1))", key)

    async def _publish_batch(self, connection: asyncpg.pool.PoolConnectionProxy) -> int:
        rows = await connection.fetch(
            "select id, event_id, subject, job_id, body, headers from outbox order by id limit $1", BATCH
        )
        if not rows:
            return 0
        results = await asyncio.gather(*(self._publish(row) for row in rows), return_exceptions=True)
        acked = [row["id"] for row, result in zip(rows, results, strict=True) if not isinstance(result, BaseException)]
        await connection.execute("delete from outbox where id = any($1::bigint[])", acked)
        self.published += len(acked)
        if len(acked) < len(rows):
            log.warning("publish failed, will repeat", failed=len(rows) - len(acked))
            await asyncio.sleep(0.5)
        return len(acked)

    async def _publish(self, row: asyncpg.Record) -> None:
        source = f"/rmos/{self._service}"
        headers = cloudevent_headers(row["event_id"], row["subject"], row["job_id"], source)
        await self._js.publish(row["subject"], row["body"], timeout=5.0, headers=headers | json.loads(row["headers"]))
