"""The floor beside RMOS: the same hops with bare acks and commits, no contracts, no inbox, no checks.

A job of RMOS is seven events; each is read by the next stage and by the record keeper. Here five processes do just that:
fetch one message, commit one row, publish the next event and wait for its PubAck, commit its removal, ack.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import signal

import asyncpg
import nats
from nats.js.api import AckPolicy, ConsumerConfig, StorageType, StreamConfig

STREAM = "BENCH"
HOPS = ("submitted", "assessed", "planned", "applied", "verified", "cleared", "recorded")
WORKERS = {
    "feasibility": {"submitted": "assessed", "verified": "cleared"},
    "cam_accel": {"assessed": "planned", "applied": "verified"},
    "scripting": {"planned": "applied"},
    "runs": {**dict.fromkeys(HOPS), "cleared": "recorded"},
    "advisory": {"recorded": None},
}

COMMIT = (
    "with first as (insert into bench.inbox values ($1, $2))"
    " insert into bench.outbox select $3::text, $4::bytea where $3::text is not null"
)


async def provision(nats_url: str, dsn: str, max_workers: int) -> None:
    client = await nats.connect(nats_url)
    js = client.jetstream()
    await js.add_stream(StreamConfig(name=STREAM, subjects=["bench.*"], storage=StorageType.FILE, duplicate_window=600))
    for name, hops in WORKERS.items():
        subjects = [f"bench.{hop}" for hop in hops]
        config = ConsumerConfig(
            durable_name=name, filter_subjects=subjects, ack_policy=AckPolicy.EXPLICIT, max_ack_pending=max_workers
        )
        await js.add_consumer(STREAM, config)
    await client.close()
    connection = await asyncpg.connect(dsn)
    await connection.execute("create schema bench")
    await connection.execute("create table bench.inbox (consumer text, id text, primary key (consumer, id))")
    await connection.execute("create table bench.outbox (id text primary key, body bytea)")
    await connection.close()


async def work(name: str, nats_url: str, dsn: str, max_workers: int) -> None:
    client = await nats.connect(nats_url)
    js = client.jetstream()
    pool = await asyncpg.create_pool(dsn, min_size=2, max_size=max_workers + 4)
    subscription = await js.pull_subscribe_bind(durable=name, stream=STREAM)
    slots = asyncio.Semaphore(max_workers)

    async def deal_with(message: nats.aio.msg.Msg) -> None:
        try:
            job = message.headers["job"]
            hop = message.subject.removeprefix("bench.")
            following = WORKERS[name][hop]
            new_id = following and f"{job}-{following}"
            await pool.execute(COMMIT, name, f"{job}-{hop}", new_id, message.data)
            if following is not None:
                headers = {"job": job, "Nats-Msg-Id": f"{job}-{following}"}
                await js.publish(f"bench.{following}", message.data, headers=headers)
                await pool.execute("delete from bench.outbox where id = $1", f"{job}-{following}")
            await message.ack()
        finally:
            slots.release()

    tasks = set()
    while True:
        await slots.acquire()
        try:
            message = (await subscription.fetch(1, timeout=1))[0]
        except TimeoutError:
            slots.release()
            continue
        task = asyncio.create_task(deal_with(message))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


def _process(name: str, nats_url: str, dsn: str, max_workers: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(work(name, nats_url, dsn, max_workers))


def start(nats_url: str, dsn: str, max_workers: int) -> list[multiprocessing.Process]:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_process, args=(name, nats_url, dsn, max_workers), daemon=True) for name in WORKERS]
    for process in processes:
        process.start()
    return processes
