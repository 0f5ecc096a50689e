"""What runs on this machine? Three servers and five workers, started in order, supervised, stopped without a trace."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
from rmos.chassis.setup import set_up
from rmos.contracts.events import CONSUMERS
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
    """One running RMOS in one state folder."""

    def __init__(self, state: Path) -> None:
        self.state = state.resolve()
        self.children: dict[str, Child] = {}
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
        await self._start([nats_c, pg_c, kv_c])

    async def _start_workers(self) -> None:
        self.ports = {service: free_port() for service in SERVICES}
        await self._start([self._worker(service) for service in SERVICES])

    def _worker(self, service: str) -> Command:
        port = self.ports[service]
        names = {f"RMOS_{k.upper()}": v for k, v in asdict(self._found).items()}
        env = {**os.environ, **names, "RMOS_HTTP_PORT": str(port), "RMOS_HTTP_HOST": "127.0.0.1"}
        argv = (sys.executable, "-m", f"rmos.{service}.main")
        return Command(service, argv, self.state / f"{service}.log", lambda: http_ok(port), env=env)

    async def _start(self, commands: list[Command]) -> None:
        fresh = {command.name: Child(command) for command in commands}
        self.children |= fresh
        await asyncio.gather(*(child.start() for child in fresh.values()))
