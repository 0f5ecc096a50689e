"""Do the service images, beside live NATS, Postgres and Redis, publish what the committed schemas say?"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import jsonschema
import nats
import pytest
from engine import NATS, POSTGRES, REDIS, ROOT, SERVICES, build_images, require_engine, run
from rmos.client import submit
from rmos.contracts.events import BY_SUBJECT, STREAM, JobSubmitted, RunRecorded
from rmos.local.jobfiles import load_job

pytestmark = pytest.mark.timeout(1800)
PATH = {
    "rectangle-with-island.json": {"rmos.toolpath.planned.v1", "rmos.script.applied.v1", "rmos.toolpath.verified.v1", "rmos.job.cleared.v1"},
    "inch-program.json": {"rmos.toolpath.planned.v1", "rmos.script.applied.v1", "rmos.toolpath.verified.v1", "rmos.job.cleared.v1"},
    "neck-pocket.json": {"rmos.job.cleared.v1", "rmos.review.requested.v1"},
    "missing-material.json": set(),
}  # fmt: skip


@pytest.fixture(scope="module")
def nats_url() -> Iterator[str]:
    """Network, servers, set-up and the five images, each a container of its own."""
    require_engine()
    build_images()
    os.environ["TESTCONTAINERS_RYUK_DISABLED"] = "true"
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.network import Network
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy

    with ExitStack() as stack:
        network = stack.enter_context(Network())

        def start(image: str, alias: str, ready: str = "", **env: str) -> Any:
            container = DockerContainer(image).with_network(network).with_network_aliases(alias)
            for name, value in env.items():
                container.with_env(name, value)
            return container.waiting_for(LogMessageWaitStrategy(ready)) if ready else container

        bus = stack.enter_context(start(NATS, "nats", "Server is ready").with_command("-js").with_exposed_ports(4222))
        first_process_serves = r"\[1\] LOG:  database system is ready"
        access = {"POSTGRES_USER": "rmos", "POSTGRES_PASSWORD": "test", "POSTGRES_DB": "rmos"}
        stack.enter_context(start(POSTGRES, "postgres", first_process_serves, **access))
        stack.enter_context(start(REDIS, "redis"))
        env = {"RMOS_NATS_URL": "nats://nats:4222", "RMOS_POSTGRES_DSN": "postgresql://rmos:test@postgres:5432/rmos"}
        volume = f"rmos-test-{network.name}"
        blobs = {volume: {"bind": "/var/lib/rmos/blobs", "mode": "rw"}}
        stack.callback(run, "docker", "volume", "rm", "-f", volume)
        setup = stack.enter_context(start("rmos/setup", "setup", **env))
        assert setup.get_wrapped_container().wait(timeout=60)["StatusCode"] == 0, setup.get_logs()
        for service in SERVICES:
            container = start(f"rmos/{service}", service, '"started"', **env)
            container.volumes = blobs
            stack.enter_context(container)
        yield f"nats://{bus.get_container_host_ip()}:{bus.get_exposed_port(4222)}"


async def events_of(nats_url: str, job: JobSubmitted) -> list[tuple[str, dict[str, str], Any]]:
    """Subject, headers and body of every event of the job, up to its record (and review)."""
    await submit(nats_url, job)
    client = await nats.connect(nats_url)
    try:
        subscription = await client.jetstream().subscribe("rmos.>", stream=STREAM, ordered_consumer=True)
        found = []
        async with asyncio.timeout(120):
            while True:
                message = await subscription.next_msg(timeout=60)
                body = json.loads(message.data)
                if body["job_id"] != job.job_id:
                    continue
                found.append((message.subject, dict(message.headers or {}), body))
                review_follows = message.subject == RunRecorded.subject and body["needs_review"]
                if (message.subject == RunRecorded.subject and not review_follows) or "review" in message.subject:
                    return found
    finally:
        await client.close()


@pytest.mark.parametrize("name", PATH)
async def test_what_the_images_publish_matches_the_committed_schemas(nats_url: str, name: str) -> None:
    job = load_job(ROOT / "examples/jobs" / name, _NoUpload(), {}, None)
    found = await events_of(nats_url, job)
    assert {subject for subject, _, _ in found} >= {
        "rmos.job.submitted.v1",
        "rmos.job.assessed.v1",
        "rmos.run.recorded.v1",
    } | PATH[name]
    for subject, headers, body in found:
        schema = json.loads(Path(ROOT / "docs/events" / f"{subject}.schema.json").read_text())
        jsonschema.validate(body, schema)
        assert headers["ce-type"] == subject
        assert headers["ce-subject"] == job.job_id
        assert subject in BY_SUBJECT


class _NoUpload:
    def put_sync(self, data: bytes, media_type: str) -> Any:
        raise AssertionError("the examples' programs are short")
