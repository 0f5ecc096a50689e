"""How does a worker run inside this process, where a debugger reaches it? Never restarted: its error shall be seen."""

from __future__ import annotations

import asyncio
import importlib
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from rmos.local.processes import StartFailed

log = structlog.get_logger()


class Worker:
    """Has the life of a `processes.Child`, without a process of its own."""

    restarts = 0

    def __init__(self, name: str, settings: dict[str, Any], ready: Callable[[], Awaitable[bool]]) -> None:
        self.name, self.state = name, "new"
        self._settings, self._ready = settings, ready
        self._service: Any = None
        self._running: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return os.getpid()

    async def start(self) -> None:
        module = importlib.import_module(f"rmos.{self.name}.main")
        self._service = module.create_service(module.Settings(**self._settings))
        self._running = asyncio.create_task(self._service.run(), name=self.name)
        deadline = time.monotonic() + 30
        while not await self._ready():
            if self._running.done() or time.monotonic() > deadline:
                raise StartFailed(f"{self.name} did not start: {self._running!r}")
            await asyncio.sleep(0.02)
        self.state = "ready"

    async def keep_alive(self) -> None:
        assert self._running is not None
        await asyncio.wait([self._running])
        self.state = "failed"
        log.critical("worker ended", worker=self.name, exc_info=self._running.exception())

    async def stop(self, limit_s: float) -> None:
        if self._running is not None:
            self._service.stop.set()
            await asyncio.wait([self._running], timeout=limit_s)
        self.state = "stopped"
