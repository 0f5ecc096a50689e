"""Where is advisory put together? Here."""

from __future__ import annotations

import asyncio
import contextlib

import asyncpg
from rmos.advisory.api import create_router
from rmos.advisory.handlers import on_run_recorded
from rmos.advisory.settings import Settings
from rmos.advisory.store import ReviewStore
from rmos.chassis.service import Parts, Resources, Service, run
from rmos.contracts.events import RunRecorded


async def assemble(resources: Resources) -> Parts:
    store = ReviewStore(resources.pool)
    waiting = resources.metrics.gauge("waiting_reviews", "Reviews that wait for a person")
    oldest = resources.metrics.gauge("oldest_review_seconds", "Age of the oldest waiting review")

    async def watch() -> None:
        while True:
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                count, age = await store.waiting()
                waiting.set(count)
                oldest.set(age)
            await asyncio.sleep(5)

    watching = asyncio.create_task(watch())

    async def close() -> None:
        watching.cancel()

    router = create_router(resources.pool, store, resources.poke)
    return Parts({RunRecorded: on_run_recorded}, router, close)


def create_service(settings: Settings) -> Service:
    return Service("advisory", settings, assemble)


def main() -> None:
    run(lambda: create_service(Settings()))  # type: ignore[call-arg]


if __name__ == "__main__":
    main()
