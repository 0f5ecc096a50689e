"""What runs on this machine? Three servers and five workers, started in order, supervised, stopped without a trace."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
from rmos.chassis.setup import set_up
from rmos.contracts.events import CONSUMERS
from rmos.local.inprocess import Worker
from rmos.local.processes import Child, Command
from rmos.local.servers import (
    Addresses,
    free_port,
    http_ok,
    nats_command,
    postgres_command,
    valkey_command,
)

SERVICES = tuple(CONSUMERS)


class Stack:
    """One running RMOS in one state folder. With `single_process` the workers run in this process, for debugging."""

    def __init__(self, state: Path, single_process: bool = False) -> None:
        self.state, self.single_process = state.resolve(), single_process
        self.children: dict[str, Child | Worker] = {}
        self.ports: dict[str, int] = {}
        self.addresses: Addresses | None = None
        self._watchers: list[asyncio.Task[None]] = []

    @property
    def _found(self) -> Addresses:
        assert self.addresses is not None
        return self.addresses

    @property
    def file(self) -> Path:
        return self.state / "state.json"

    async def start(self) -> None:
        """Raises StartFailed; whatever had been started is stopped again."""
        try:
            self._make_folder()
            await self._start_servers()
            await set_up(self._found.postgres_dsn, self._found.nats_url)
            await self._start_workers()
        except BaseException:
            await self.stop()
            raise
        self._watchers = [asyncio.create_task(child.keep_alive()) for child in self.children.values()]
        self.write_state()

    async def stop(self) -> None:
        """Workers drain first, then the servers go."""
        for watcher in self._watchers:
            watcher.cancel()
        workers = [c for n, c in self.children.items() if n in SERVICES]
        servers = [c for n, c in self.children.items() if n not in SERVICES]
        await asyncio.gather(*(child.stop(30) for child in workers))
        await asyncio.gather(*(child.stop(15) for child in servers))
        self.file.unlink(missing_ok=True)

    def write_state(self) -> None:
        """Connection facts for the command line; private, since it holds the database password."""
        started = psutil.Process().create_time()
        data: dict[str, Any] = {"pid": os.getpid(), "started": started, **asdict(self._found), "http": self.ports}
        data["pids"] = {name: child.pid for name, child in self.children.items()}
        data["states"] = {name: child.state for name, child in self.children.items()}
        data["restarts"] = {name: child.restarts for name, child in self.children.items()}
        temporary = self.file.with_suffix(".tmp")
        temporary.touch(0o600)
        temporary.write_text(json.dumps(data, indent=1))
        temporary.replace(self.file)

    def _make_folder(self) -> None:
        self.state.mkdir(parents=True, exist_ok=True)
        self.state.chmod(0o711)
        (self.state / "blobs").mkdir(mode=0o700, exist_ok=True)

    async def _start_servers(self) -> None:
        (nats_c, nats_url), (pg_c, dsn), (kv_c, redis_url) = await asyncio.gather(
            *(asyncio.to_thread(make, self.state) for make in (nats_command, postgres_command, valkey_command))
        )
        blob_url = (self.state / "blobs").as_uri()
        self.addresses = Addresses(nats_url, dsn, redis_url, blob_url)
        await self._start({command.name: Child(command) for command in (nats_c, pg_c, kv_c)})

    async def _start_workers(self) -> None:
        self.ports = {service: free_port() for service in SERVICES}
        await self._start({service: self._worker(service) for service in SERVICES})

    def _worker(self, service: str) -> Child | Worker:
        port = self.ports[service]
        settings: dict[str, Any] = {**asdict(self._found), "http_port": port, "http_host": "127.0.0.1"}
        if self.single_process:
            return Worker(service, settings, lambda: http_ok(port))
        env = {**os.environ, **{f"RMOS_{name.upper()}": str(value) for name, value in settings.items()}}
        argv = (sys.executable, "-m", f"rmos.{service}.main")
        return Child(Command(service, argv, self.state / f"{service}.log", lambda: http_ok(port), env=env))

    async def _start(self, fresh: Mapping[str, Child | Worker]) -> None:
        self.children |= fresh
        await asyncio.gather(*(child.start() for child in fresh.values()))
