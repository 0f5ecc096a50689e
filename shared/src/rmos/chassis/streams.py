"""How do messages reach a service? The only file that touches the JetStream subscriber API: our own pull loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random

import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import ConnectionClosedError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DiscardPolicy, StorageType, StreamConfig
from nats.js.errors import APIError, NotFoundError, ServiceUnavailableError
from rmos.chassis.acknowledge import Desk, deal_with
from rmos.contracts.events import CONSUMERS, DEAD_STREAM, DEAD_SUBJECT, STREAM, STREAM_SUBJECTS

PULL_TIMEOUT_S = 1.0
ACK_WAIT_S = 30.0
DAY_S = 86_400
log = structlog.get_logger()
logging.getLogger("nats").setLevel(logging.ERROR)


async def connect(url: str, name: str) -> Client:
    """Reconnects for ever. A closed client cannot be revived, so the process ends and its supervisor restarts it."""

    async def closed() -> None:
        if not client_stopping.is_set():
            log.critical("nats connection closed")
            os._exit(70)

    async def report(error: Exception) -> None:
        log.warning("nats", error=repr(error))

    client_stopping = asyncio.Event()
    client = await nats.connect(
        url, name=name, max_reconnect_attempts=-1, reconnect_time_wait=0.5, ping_interval=5, max_outstanding_pings=2,
        allow_reconnect=True, closed_cb=closed, error_cb=report,
    )  # fmt: skip
    client._rmos_stopping = client_stopping  # type: ignore[attr-defined]
    return client


async def close(client: Client) -> None:
    client._rmos_stopping.set()  # type: ignore[attr-defined]
    with contextlib.suppress(Exception):
        await client.close()


async def provision(js: JetStreamContext, max_workers: int = 4) -> None:
    """Create or update the streams and every service's durable consumer. Workers never declare."""
    for config in (
        StreamConfig(
            name=STREAM, subjects=list(STREAM_SUBJECTS), storage=StorageType.FILE, duplicate_window=600,
            max_bytes=1 << 30, discard=DiscardPolicy.NEW, max_age=14 * DAY_S,
        ),
        StreamConfig(
            name=DEAD_STREAM, subjects=[f"{DEAD_SUBJECT}.>"], storage=StorageType.FILE, duplicate_window=600,
            max_bytes=256 << 20, discard=DiscardPolicy.NEW, max_age=90 * DAY_S,
        ),
    ):  # fmt: skip
        try:
            await js.stream_info(str(config.name))
            await js.update_stream(config)
        except NotFoundError:
            await js.add_stream(config)
    for service, events in CONSUMERS.items():
        await js.add_consumer(
            STREAM,
            ConsumerConfig(
                durable_name=service, filter_subjects=[e.subject for e in events], ack_policy=AckPolicy.EXPLICIT,
                ack_wait=ACK_WAIT_S, max_deliver=-1, max_ack_pending=max_workers,
            ),
        )  # fmt: skip


async def consume(js: JetStreamContext, desk: Desk, max_workers: int, stop: asyncio.Event) -> None:
    """Pull and deal with messages until `stop`; then finish what is in hand. At most `max_workers` at once.

    One message a pull, and only for a free worker: nats-py lingers for the rest of a batch, and a batch leaves a pull
    alive whose messages nobody takes before ack_wait.
    """
    slots = asyncio.Semaphore(max_workers)
    running: set[asyncio.Task[None]] = set()

    def finished(task: asyncio.Task[None]) -> None:
        running.discard(task)
        slots.release()

    def begin(message: Msg) -> None:
        task = asyncio.create_task(deal_with(desk, message))
        running.add(task)
        task.add_done_callback(finished)

    subscription, failures = None, 0
    while not stop.is_set():
        await slots.acquire()
        try:
            if subscription is None:
                subscription = await js.pull_subscribe_bind(durable=desk.service, stream=STREAM)
            message = await _next(subscription)
            failures = 0
        except ConnectionClosedError:
            raise
        except (ServiceUnavailableError, NotFoundError, APIError, OSError) as error:
            slots.release()
            failures += 1
            log.warning("pull failed", error=repr(error), failures=failures)
            subscription = None
            await asyncio.sleep(min(5.0, 0.1 * 2 ** min(failures, 6)) * (0.5 + random.random()))
            continue
        if message is None:
            slots.release()
        else:
            begin(message)
    if running:
        await asyncio.wait(running)
    if subscription is not None:
        with contextlib.suppress(Exception):
            await subscription.unsubscribe()


async def _next(subscription: JetStreamContext.PullSubscription) -> Msg | None:
    """Never cancelled, even to stop: the server may have handed a message to this pull already."""
    try:
        return (await subscription.fetch(1, timeout=PULL_TIMEOUT_S))[0]
    except TimeoutError:
        return None


async def consumer_lag(js: JetStreamContext, service: str) -> int:
    """Messages waiting or in hand. Raises when the consumer is gone: readiness asks this, not a ping."""
    info = await js.consumer_info(STREAM, service, timeout=2)
    return int(info.num_pending or 0) + int(info.num_ack_pending or 0)
