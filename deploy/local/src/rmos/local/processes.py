"""How does the local stack keep a process alive? Start, watch, restart with backoff, stop by its own signal."""

from __future__ import annotations

import asyncio
import ctypes
import random
import signal
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RESTARTS, WINDOW_S = 5, 60.0
FIRST_DELAY_S, LONGEST_DELAY_S = 2.0, 30.0


class StartFailed(Exception):
    pass


@dataclass(frozen=True)
class Command:
    """How to run one child. `ready` returns when it serves; it is given the chance to notice that the child died."""

    name: str
    argv: tuple[str, ...]
    log: Path
    ready: Callable[[], Awaitable[bool]]
    stop_signal: signal.Signals = signal.SIGTERM
    env: dict[str, str] | None = None
    popen: dict[str, Any] = field(default_factory=dict)
    start_limit_s: float = 30.0


class Child:
    def __init__(self, command: Command) -> None:
        self.command = command
        self.process: asyncio.subprocess.Process | None = None
        self.restarts = 0
        self.state = "new"

    @property
    def pid(self) -> int | None:
        return None if self.process is None else self.process.pid

    async def start(self) -> None:
        """Returns when the child is ready. Raises StartFailed with the end of its log."""
        c = self.command
        self.state = "starting"
        with c.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *c.argv, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, env=c.env,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None, **c.popen,
            )  # fmt: skip
        deadline = time.monotonic() + c.start_limit_s
        while not await c.ready():
            if self.process.returncode is not None or time.monotonic() > deadline:
                raise StartFailed(f"{c.name} did not start (exit {self.process.returncode}):\n{_tail(c.log)}")
            await asyncio.sleep(0.02)
        self.state = "ready"

    async def keep_alive(self) -> None:
        """Until cancelled: restart the child when it dies, at most 5 times in 60 s."""
        deaths: deque[float] = deque(maxlen=RESTARTS + 1)
        while True:
            assert self.process is not None
            await self.process.wait()
            deaths.append(time.monotonic())
            if len(deaths) > RESTARTS and deaths[-1] - deaths[0] < WINDOW_S:
                self.state = "failed"
                return
            recent = sum(1 for t in deaths if deaths[-1] - t < WINDOW_S)
            self.state = "restarting"
            delay_s = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2 ** (recent - 1))
            await asyncio.sleep(delay_s * random.uniform(0.8, 1.2))
            self.restarts += 1
            try:
                await self.start()
            except StartFailed:
                self._kill()

    async def stop(self, limit_s: float) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(self.command.stop_signal)
            try:
                await asyncio.wait_for(self.process.wait(), limit_s)
            except TimeoutError:
                self._kill()
                await self.process.wait()
        self.state = "stopped"

    def _kill(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.kill()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
