"""Where is runs put together? Here."""

from __future__ import annotations

import asyncio
import contextlib

import asyncpg
from rmos.chassis.service import Parts, Resources, Service, run
from rmos.contracts.events import JobSubmitted
from rmos.runs.api import create_router
from rmos.runs.handlers import handlers
from rmos.runs.settings import Settings
from rmos.runs.store import RunStore


async def assemble(resources: Resources) -> Parts:
    store = RunStore(resources.pool)
    recorded = resources.metrics.gauge("records", "Jobs with a record")
    unrecorded = resources.metrics.gauge("open_jobs", "Jobs heard of that have no record yet")

    async def watch() -> None:
        while True:
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                counts = await store.counts()
                recorded.set(counts["recorded"])
                unrecorded.set(counts["open"])
            await asyncio.sleep(5)

    watching = asyncio.create_task(watch())

    async def close() -> None:
        watching.cancel()

    router = create_router(store, resources.blobs)
    return Parts(handlers(), router, close, ignores_invalid=frozenset({JobSubmitted.subject}))


def create_service(settings: Settings) -> Service:
    return Service("runs", settings, assemble)


def main() -> None:
    run(lambda: create_service(Settings()))  # type: ignore[call-arg]


if __name__ == "__main__":
    main()
