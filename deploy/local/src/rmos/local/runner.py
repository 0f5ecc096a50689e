"""How does the stack run until it is told to stop? Signals set an event; the state file follows restarts."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

from rmos.local.stack import Stack


async def run_stack(state: Path, single_process: bool, announce: Callable[[], None]) -> None:
    """Until SIGINT or SIGTERM. Raises StartFailed when it cannot start."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(name, stop.set)
        except NotImplementedError:
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(stop.set))
    stack = Stack(state, single_process)
    await stack.start()
    announce()
    try:
        while not stop.is_set():
            try:
                await asyncio.wait_for(stop.wait(), 1.0)
            except TimeoutError:
                stack.write_state()
    finally:
        await stack.stop()
