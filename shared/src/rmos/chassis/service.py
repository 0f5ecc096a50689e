"""What is a service? Its handlers, routes and schema, started, drained and stopped the same way for all five."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import asyncpg
import structlog
from fastapi import APIRouter
from nats.aio.client import Client
from pydantic import BaseModel
from rmos.chassis import http, logs, streams
from rmos.chassis.acknowledge import Desk, Handler
from rmos.chassis.blobs import BlobStore, open_blobs
from rmos.chassis.database import open_pool
from rmos.chassis.inbox import forget
from rmos.chassis.metrics import Metrics
from rmos.chassis.operations import Operation, Operations
from rmos.chassis.outbox import Relay
from rmos.chassis.request_reply import serve
from rmos.chassis.settings import ServiceSettings

log = structlog.get_logger()


@dataclass
class Resources:
    """What a service's parts are built from once its connections are open."""

    settings: ServiceSettings
    pool: asyncpg.Pool
    blobs: BlobStore
    metrics: Metrics
    poke: Callable[[], None]


@dataclass(frozen=True)
class Parts:
    handlers: dict[type[BaseModel], Handler]
    router: APIRouter | None = None
    close: Callable[[], Awaitable[None]] | None = None
    ignores_invalid: frozenset[str] = frozenset()
    operations: tuple[Operation, ...] = ()


@dataclass
class Service:
    name: str
    settings: ServiceSettings
    assemble: Callable[[Resources], Awaitable[Parts]]
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Serve until `stop` is set; then drain: no new messages, finish those in hand, publish what they queued."""
        logs.configure(self.name, self.settings.log_level)
        metrics = Metrics(self.name)
        client = await streams.connect(self.settings.nats_url, f"rmos-{self.name}")
        js = client.jetstream()
        pool = await open_pool(self.settings.postgres_dsn, self.name, self.settings.max_workers + 4)
        relay = Relay(pool, js, self.name)
        store = open_blobs(self.settings.blob_url)
        parts = await self.assemble(Resources(self.settings, pool, store, metrics, relay.poke))
        desk = Desk(
            self.name, pool, parts.handlers, metrics, relay.poke, streams.ACK_WAIT_S, self.settings.max_deliver,
            parts.ignores_invalid,
        )  # fmt: skip

        async def ready() -> dict[str, object]:
            depth, age = await _outbox_state(pool)
            return {"waiting": await streams.consumer_lag(js, self.name), "outbox": depth, "outbox_age_s": age}

        operations = Operations(self.name, parts.operations, metrics)
        server = http.Server(http.create_app(self.name, parts.router, ready, metrics.registry, operations))
        socket = http.listen(self.settings.http_host, self.settings.http_port)
        serving = asyncio.create_task(server.serve(sockets=[socket]))
        relaying = asyncio.create_task(relay.run())
        relaying.add_done_callback(self._stop_without_relay)
        watching = asyncio.gather(_watch_outbox(pool, metrics), _forget_old(pool))
        log.info("started", http=socket.getsockname())
        try:
            async with serve(client, operations):
                await streams.consume(js, desk, self.settings.max_workers, self.stop)
            await _drain(pool, relay, self.settings.drain_s)
        finally:
            server.should_exit = True
            for task in (relaying, watching):
                task.cancel()
            await asyncio.gather(relaying, watching, serving, return_exceptions=True)
            if parts.close is not None:
                await parts.close()
            await self._hang_up(client, pool)
        log.info("stopped")

    def _stop_without_relay(self, relaying: asyncio.Task[None]) -> None:
        """A service that commits but never publishes would look alive; its supervisor starts a sound one."""
        if not relaying.cancelled():
            log.critical("relay died", error=repr(relaying.exception()))
            self.stop.set()

    @staticmethod
    async def _hang_up(client: Client, pool: asyncpg.Pool) -> None:
        await streams.close(client)
        with contextlib.suppress(TimeoutError, asyncpg.PostgresError, OSError):
            await asyncio.wait_for(pool.close(), 3)


async def _outbox_state(pool: asyncpg.Pool) -> tuple[int, float]:
    row = await pool.fetchrow(
        "select count(*) as n, coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as age from outbox"
    )
    assert row is not None
    return int(row["n"]), float(row["age"])


async def _watch_outbox(pool: asyncpg.Pool, metrics: Metrics) -> None:
    while True:
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            depth, age = await _outbox_state(pool)
            metrics.outbox_depth.set(depth)
            metrics.outbox_age.set(age)
        await asyncio.sleep(5)


async def _forget_old(pool: asyncpg.Pool) -> None:
    while True:
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await forget(pool)
        await asyncio.sleep(3600)


async def _drain(pool: asyncpg.Pool, relay: Relay, limit_s: float) -> None:
    """Wait until the outbox is empty, at most `limit_s`; what is left goes out at the next start."""
    with contextlib.suppress(TimeoutError, OSError, asyncpg.PostgresError):
        async with asyncio.timeout(limit_s):
            while (await _outbox_state(pool))[0]:
                relay.poke()
                await asyncio.sleep(0.02)


def run(create: Callable[[], Service]) -> None:
    """Console entry of a service: SIGTERM and SIGINT drain it."""

    async def serve() -> None:
        service = create()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            try:
                loop.add_signal_handler(name, service.stop.set)
            except NotImplementedError:
                signal.signal(name, lambda *_: loop.call_soon_threadsafe(service.stop.set))
        await service.run()

    asyncio.run(serve())
