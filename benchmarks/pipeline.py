"""How long does a job take from submitted to recorded, and how many a second, beside the bare loop on the same servers?"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

import bare_loop
import nats
import numpy as np
import psutil
from rmos.chassis.outbox import cloudevent_headers
from rmos.client import ProgramUpload
from rmos.contracts.events import JobSubmitted
from rmos.local.connection import connect
from rmos.local.jobfiles import load_job
from rmos.local.stack import SERVICES, Stack

ROOT = Path(__file__).parents[1]
MAX_WORKERS = 4
Submit = Callable[[str], Awaitable[None]]


class Recorder:
    """When was each job's record published? Heard by core NATS, without a consumer."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}
        self.heard = asyncio.Event()

    async def on_message(self, message: nats.aio.msg.Msg) -> None:
        job_id = (message.headers or {}).get("ce-subject") or (message.headers or {})["job"]
        self.at[job_id] = time.perf_counter()
        self.heard.set()

    async def wait_for(self, job_ids: list[str]) -> None:
        async with asyncio.timeout(600):
            while not all(job_id in self.at for job_id in job_ids):
                self.heard.clear()
                await self.heard.wait()


async def latencies_ms(submit: Submit, recorder: Recorder, count: int) -> list[float]:
    found = []
    for _ in range(count):
        job_id = f"b-{uuid.uuid4().hex[:12]}"
        began = time.perf_counter()
        await submit(job_id)
        await recorder.wait_for([job_id])
        found.append(1000 * (recorder.at[job_id] - began))
    return found


async def jobs_per_s(submit: Submit, recorder: Recorder, count: int) -> float:
    ids = [f"b-{uuid.uuid4().hex[:12]}" for _ in range(count)]
    began = time.perf_counter()
    await asyncio.gather(*(submit(job_id) for job_id in ids))
    await recorder.wait_for(ids)
    return count / (max(recorder.at[job_id] for job_id in ids) - began)


def quantiles(values: list[float]) -> dict[str, float]:
    return {f"p{q}_ms": round(float(np.percentile(values, q)), 1) for q in (50, 95, 99)}


async def measure(submit: Submit, recorder: Recorder, singles: int, many: int) -> dict[str, float]:
    await latencies_ms(submit, recorder, 5)
    found = quantiles(await latencies_ms(submit, recorder, singles))
    rates = [await jobs_per_s(submit, recorder, many) for _ in range(3)]
    return {**found, "jobs_per_s": round(float(np.median(rates)), 1)}


async def run(example: str, singles: int, many: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="rmos-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        stack = Stack(Path(folder) / "state")
        began = time.perf_counter()
        await stack.start()
        ready_s = time.perf_counter() - began
        bare: list[object] = []
        try:
            c = connect(stack.state)
            rss = {name: _mib(stack.children[name].pid) for name in stack.children}
            client = await nats.connect(c.nats_url)
            js = client.jetstream()
            recorder = Recorder()
            await client.subscribe("rmos.run.recorded.v1", cb=recorder.on_message)
            await client.subscribe("bench.recorded", cb=recorder.on_message)
            job = load_job(ROOT / "examples/jobs" / example, ProgramUpload("http://127.0.0.1:1"), {}, None)

            async def submit(job_id: str) -> None:
                body = job.model_copy(update={"job_id": job_id}).model_dump_json(exclude_none=True).encode()
                headers = cloudevent_headers(str(uuid.uuid4()), JobSubmitted.subject, job_id, "/bench")
                await js.publish(JobSubmitted.subject, body, headers=headers)

            async def submit_bare(job_id: str) -> None:
                headers = {"job": job_id, "Nats-Msg-Id": f"{job_id}-submitted"}
                await js.publish("bench.submitted", b"x" * 2000, headers=headers)

            dsn = c.data["postgres_dsn"]
            await bare_loop.provision(c.nats_url, dsn, MAX_WORKERS)
            rmos_figures = await measure(submit, recorder, singles, many)
            loaded = {name: _mib(stack.children[name].pid) for name in SERVICES}
            for service in SERVICES:
                await stack.children[service].stop(30)
            bare = bare_loop.start(c.nats_url, dsn, MAX_WORKERS)
            await asyncio.sleep(2)
            bare_figures = await measure(submit_bare, recorder, singles, many)
            await client.close()
        finally:
            for process in bare:
                process.terminate()  # type: ignore[attr-defined]
            await stack.stop()
    return {
        "example": example, "ready_s": round(ready_s, 2), "rss_mib_idle": rss, "rss_mib_loaded": loaded,
        "rmos": rmos_figures, "bare": bare_figures,
        "p50_ratio": round(rmos_figures["p50_ms"] / bare_figures["p50_ms"], 2),
        "throughput_ratio": round(rmos_figures["jobs_per_s"] / bare_figures["jobs_per_s"], 2),
    }  # fmt: skip


def _mib(pid: int | None) -> float:
    """Of the process and its children: Postgres is many."""
    process = psutil.Process(pid)
    return round(sum(p.memory_info().rss for p in [process, *process.children(recursive=True)]) / 2**20, 1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--example", default="inch-program.json")
    parser.add_argument("--singles", type=int, default=200)
    parser.add_argument("--many", type=int, default=300)
    chosen = parser.parse_args()
    print(json.dumps(asyncio.run(run(chosen.example, chosen.singles, chosen.many)), indent=1))
