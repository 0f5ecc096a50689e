"""What do tests of operations stand on? A service over real HTTP and real NATS, and a client of each."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from rmos.chassis import http
from rmos.chassis.metrics import Metrics
from rmos.chassis.operations import Operation, Operations
from rmos.chassis.request_reply import serve
from rmos.contracts.base import Command
from rmos.local.processes import Child
from rmos.local.servers import nats_command


class Nothing(Command):
    pass


@dataclass
class Stand:
    """A service's operations over real HTTP and real NATS, and a client of each."""

    web: httpx.AsyncClient
    bus: Client
    metrics: Metrics
    port: int
    server: Child

    async def over_http(self, operation: Operation, fields: dict[str, Any]) -> httpx.Response:
        path = operation.route("mill").format(**fields)
        rest = {k: v for k, v in fields.items() if k not in operation.placeholders}
        if operation.method == "GET":
            return await self.web.get(path, params=rest)
        return await self.web.post(path, json=rest)

    async def over_nats(self, name: str, raw: bytes = b"", timeout: float = 5) -> Msg:
        return await self.bus.request(f"rmos.mill.{name}", raw, timeout=timeout)


Opening = Callable[..., contextlib.AbstractAsyncContextManager[Stand]]


@pytest.fixture
async def nats_server(tmp_path: Path) -> AsyncIterator[tuple[Child, str]]:
    command, url = nats_command(tmp_path)
    child = Child(command)
    await child.start()
    try:
        yield child, url
    finally:
        await child.stop(5)


@contextlib.asynccontextmanager
async def connected(url: str) -> AsyncIterator[Client]:
    client = await nats.connect(url, max_reconnect_attempts=-1, reconnect_time_wait=0.1, error_cb=ignore)
    try:
        yield client
    finally:
        with contextlib.suppress(Exception):  # on Python 3.13 nats-py cannot close what the server has left
            await client.close()


async def ignore(_: Exception) -> None:
    pass


@pytest.fixture
def opened(nats_server: tuple[Child, str]) -> Opening:
    child, url = nats_server

    @contextlib.asynccontextmanager
    async def open_stand(declared: Sequence[Operation]) -> AsyncIterator[Stand]:
        metrics = Metrics("mill")
        operations = Operations("mill", declared, metrics)
        server = http.Server(http.create_app("mill", None, ready, metrics.registry, operations))
        socket = http.listen("127.0.0.1", 0)
        serving = asyncio.create_task(server.serve(sockets=[socket]))
        port = socket.getsockname()[1]
        web = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=10)
        try:
            async with connected(url) as inside, connected(url) as bus, web, serve(inside, operations):
                yield Stand(web, bus, metrics, port, child)
        finally:
            server.should_exit = True
            await serving

    return open_stand


async def ready() -> dict[str, object]:
    return {}
