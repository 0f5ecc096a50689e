"""Has a message exactly one effect, whatever its handler does? The chassis on real NATS and Postgres, without workers."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import nats
import pytest
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig
from rmos.chassis.acknowledge import Desk
from rmos.chassis.database import open_pool
from rmos.chassis.errors import RetryLater
from rmos.chassis.inbox import KEEP_DAYS, Outcome, Statement, forget
from rmos.chassis.metrics import Metrics
from rmos.chassis.migrate import migrate
from rmos.chassis.outbox import Relay
from rmos.chassis.streams import consume, consumer_lag, provision
from rmos.contracts.events import DEAD_STREAM, STREAM, ReviewRequested, RunRecorded
from rmos.local.processes import Child
from rmos.local.servers import nats_command, postgres_command

EVENT = RunRecorded(job_id="j", run_id="run_1", status="OK", risk="GREEN", record_sha256="0" * 64, needs_review=True)
TRACE = f"00-{'a' * 32}-{'b' * 16}-01"
REVIEW = ReviewRequested(job_id="j", review_id="rev_1", record_sha256="0" * 64)


@dataclass
class Bench:
    js: JetStreamContext
    pool: asyncpg.Pool
    calls: int = 0

    async def publish(self, event_id: str = "e1", body: bytes | None = None) -> None:
        headers = {"ce-id": event_id, "ce-type": EVENT.subject}
        await self.js.publish(EVENT.subject, body or EVENT.model_dump_json().encode(), headers=headers)

    async def effects(self) -> int:
        return int(await self.pool.fetchval("select count(*) from effects"))

    async def outbox(self) -> list[str]:
        return [row["subject"] for row in await self.pool.fetch("select subject from outbox order by id")]

    @asynccontextmanager
    async def serving(self, handler: Callable[[Any], Awaitable[Outcome]], **changes: Any) -> AsyncIterator[None]:
        async def counted(event: Any) -> Outcome:
            self.calls += 1
            return await handler(event)

        desk = Desk("advisory", self.pool, {RunRecorded: counted}, Metrics("advisory"), lambda: None, 30.0, 2)
        stop = asyncio.Event()
        task = asyncio.create_task(consume(self.js, replace(desk, **changes), 2, stop))
        try:
            yield
        finally:
            stop.set()
            await task

    async def until_done(self, limit_s: float = 30) -> None:
        async with asyncio.timeout(limit_s):
            while await consumer_lag(self.js, "advisory"):
                await asyncio.sleep(0.05)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    with tempfile.TemporaryDirectory(prefix="rmos-delivery-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        (bus, url), (database, dsn) = nats_command(Path(folder)), postgres_command(Path(folder))
        children = [Child(bus), Child(database)]
        try:
            await asyncio.gather(*(child.start() for child in children))
            await migrate(dsn, "advisory")
            client, pool = await nats.connect(url), await open_pool(dsn, "advisory", 6)
            await pool.execute("create table effects (n int)")
            await provision(client.jetstream())
            yield Bench(client.jetstream(), pool)
            await client.close()
            await pool.close()
        finally:
            await asyncio.gather(*(child.stop(10) for child in children))


def outcome() -> Outcome:
    return Outcome(events=(REVIEW,), effects=(Statement("insert into effects select {0}::int from gate", (1,)),))


async def once(event: Any) -> Outcome:
    return outcome()


async def test_a_repeated_message_has_one_effect(bench: Bench) -> None:
    async with bench.serving(once):
        for _ in range(5):
            await bench.publish()
        await bench.until_done()
    assert (bench.calls, await bench.effects(), await bench.outbox()) == (5, 1, [REVIEW.subject])


async def test_one_event_id_with_two_bodies_is_two_messages(bench: Bench) -> None:
    async with bench.serving(once):
        await bench.publish()
        await bench.publish(body=EVENT.model_copy(update={"job_id": "other"}).model_dump_json().encode())
        await bench.until_done()
    assert await bench.effects() == 2


@pytest.mark.parametrize(("sent", "kept"), [(TRACE, {"traceparent": TRACE}), ("00-zz", {}), (None, {})])
async def test_what_follows_carries_the_trace_of_its_cause(bench: Bench, sent: str | None, kept: dict[str, str]) -> None:
    headers = {"ce-id": "e1"} | ({"traceparent": sent} if sent else {})
    async with bench.serving(once):
        await bench.js.publish(EVENT.subject, EVENT.model_dump_json().encode(), headers=headers)
        await bench.until_done()
    assert json.loads(await bench.pool.fetchval("select headers from outbox")) == kept


async def test_the_inbox_forgets_only_what_the_stream_no_longer_holds(bench: Bench) -> None:
    for age, name in ((KEEP_DAYS + 1, "old"), (KEEP_DAYS - 1, "young")):
        await bench.pool.execute("insert into inbox values ('c', $1, now() - make_interval(days => $2))", name, age)
    held_s = (await bench.js.stream_info(STREAM)).config.max_age
    assert held_s is not None
    assert held_s <= 0.5 * KEEP_DAYS * 86_400
    assert await forget(bench.pool) == 1
    assert await bench.pool.fetchval("select event_id from inbox where consumer = 'c'") == "young"


async def test_a_guard_that_finds_no_row_stops_effects_and_events(bench: Bench) -> None:
    async def guarded(event: Any) -> Outcome:
        return replace(outcome(), guard=Statement("insert into effects select 9 from gate where {0}::bool", (False,)))

    async with bench.serving(guarded):
        await bench.publish()
        await bench.until_done()
    assert (await bench.effects(), await bench.outbox()) == (0, [])


async def test_retry_later_comes_again_and_then_works_once(bench: Bench) -> None:
    async def shy(event: Any) -> Outcome:
        if bench.calls == 1:
            raise RetryLater("not yet", 0.2)
        return outcome()

    async with bench.serving(shy):
        await bench.publish()
        await bench.until_done()
    assert (bench.calls, await bench.effects()) == (2, 1)


async def test_a_defect_is_retried_and_then_a_dead_letter_with_its_reason(bench: Bench) -> None:
    async def broken(event: Any) -> Outcome:
        raise ZeroDivisionError("seven")

    async with bench.serving(broken):
        await bench.publish()
        await bench.until_done()
    assert bench.calls == 2
    assert await bench.effects() == 0
    assert await bench.outbox() == ["rmos.job.failed.v1", "rmosdead.advisory"]
    headers = await bench.pool.fetchval("select headers from outbox where subject = 'rmosdead.advisory'")
    assert "seven" in headers
    assert "max_deliveries" in headers


async def test_long_work_is_not_given_to_another_meanwhile(bench: Bench) -> None:
    async def slow(event: Any) -> Outcome:
        await asyncio.sleep(3)
        return outcome()

    config = ConsumerConfig(durable_name="advisory", filter_subjects=[EVENT.subject], ack_wait=1.0, max_ack_pending=4)
    await bench.js.add_consumer(STREAM, config)
    async with bench.serving(slow, ack_wait_s=1.0):
        await bench.publish()
        await bench.until_done()
    assert (bench.calls, await bench.effects()) == (1, 1)


async def test_stopping_finishes_what_is_in_hand(bench: Bench) -> None:
    begun = asyncio.Event()

    async def slow(event: Any) -> Outcome:
        begun.set()
        await asyncio.sleep(1)
        return outcome()

    async with bench.serving(slow):
        await bench.publish()
        await begun.wait()
    assert (await bench.effects(), await consumer_lag(bench.js, "advisory")) == (1, 0)


async def test_the_outbox_is_published_once_even_by_two_relays(bench: Bench) -> None:
    async with bench.serving(once):
        await bench.publish()
        await bench.until_done()
    relays = [asyncio.create_task(Relay(bench.pool, bench.js, "advisory").run()) for _ in range(2)]
    async with asyncio.timeout(10):
        while await bench.outbox():
            await asyncio.sleep(0.05)
    for relay in relays:
        relay.cancel()
    await asyncio.gather(*relays, return_exceptions=True)
    found = await bench.js.stream_info(STREAM, subjects_filter=REVIEW.subject)
    assert found.state.subjects == {REVIEW.subject: 1}


async def test_readiness_fails_when_the_consumer_is_gone(bench: Bench) -> None:
    assert await consumer_lag(bench.js, "advisory") == 0
    await bench.js.delete_consumer(STREAM, "advisory")
    with pytest.raises(Exception, match="consumer not found"):
        await consumer_lag(bench.js, "advisory")


async def test_provisioning_twice_changes_nothing(bench: Bench) -> None:
    before = await bench.js.stream_info(STREAM)
    await provision(bench.js)
    assert (await bench.js.stream_info(STREAM)).config == before.config
    assert (await bench.js.stream_info(DEAD_STREAM)).config.max_age == 90 * 86400


async def assert_nothing_stranded(bench: Bench) -> None:
    """Acks are taken in their own time by the server; a stranded message would keep us waiting for ack_wait, 30 s."""
    async with asyncio.timeout(5):
        while (await bench.js.consumer_info(STREAM, "advisory")).num_ack_pending:
            await asyncio.sleep(0.02)


async def test_a_stop_under_load_strands_no_message(bench: Bench) -> None:
    async def quick(event: Any) -> Outcome:
        await asyncio.sleep(0.01)
        return outcome()

    for number in range(200):
        await bench.publish(f"e{number}")
    for _ in range(8):
        async with bench.serving(quick):
            await asyncio.sleep(0.07)
        await assert_nothing_stranded(bench)
    async with bench.serving(quick):
        await bench.until_done()
    assert (bench.calls, await bench.effects()) == (200, 200)


async def test_a_stop_of_an_idle_worker_strands_no_message(bench: Bench) -> None:
    for number in range(5):
        async with bench.serving(once):
            await asyncio.sleep(0.1)
            publishing = asyncio.create_task(bench.publish(f"e{number}"))
        await publishing
        await assert_nothing_stranded(bench)
