"""Where does long work run? In a process of its own, which tells how far it is and is killed when nobody waits any more."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import threading
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from rmos.chassis.errors import Rejected
from rmos.chassis.operations import Progress, Report

T = TypeVar("T")
Work = Callable[[Any, Report], Any]
"""Module-level, since a child finds it by its name; the order and what it makes are pickled."""
STOP_S = 2.0


class WorkerDied(RuntimeError):
    """The process ended amid its work: killed from outside, or by a defect."""


@dataclass
class _Bench:
    """A process that does one order after the other."""

    process: Any
    pipe: Connection

    def kill(self) -> None:
        self.process.kill()
        self.process.join(STOP_S)
        self.pipe.close()


class Workshop:
    """`benches` processes at most, started when they are first needed and kept.

    An order that is cancelled costs its process; the next order starts another.
    """

    def __init__(self, work: Work, benches: int = 1, memory_bytes: int = 4 << 30) -> None:
        self._work, self._memory_bytes = work, memory_bytes
        self._free: list[_Bench] = []
        self._room = asyncio.Semaphore(benches)
        self._threads = ThreadPoolExecutor(2 * benches, "workshop")
        """Of its own: each order holds one all the while, and one more to end it."""

    async def run(self, order: Any, report: Report) -> Any:
        """What the work returns, as soon as a bench is free. Raises what it raises, and WorkerDied."""
        async with self.bench() as work:
            return await work(order, report)

    @contextlib.asynccontextmanager
    async def bench(self) -> AsyncIterator[Callable[[Any, Report], Awaitable[Any]]]:
        """Waits for a free bench; what it gives does one order there. Whoever limits the time of work enters this first."""
        async with self._room:
            yield self._work_at_bench

    async def _work_at_bench(self, order: Any, report: Report) -> Any:
        bench = self._take()
        if bench is None:
            bench = await self._thread(self._open)
        try:
            result = await self._converse(bench, order, report)
        except BaseException:
            bench.process.kill()
            await asyncio.shield(self._thread(bench.kill))
            raise
        self._free.append(bench)
        if isinstance(result, Exception):
            raise result
        return result

    def _take(self) -> _Bench | None:
        """One that is still alive."""
        while self._free:
            bench = self._free.pop()
            if bench.process.is_alive():
                return bench
            bench.kill()
        return None

    def _thread(self, call: Callable[..., T], *given: Any) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._threads, call, *given)

    def _open(self) -> _Bench:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._work, self._memory_bytes), daemon=True)
        process.start()
        theirs.close()
        return _Bench(process, ours)

    async def _converse(self, bench: _Bench, order: Any, report: Report) -> Any:
        try:
            await self._thread(bench.pipe.send, order)
            while True:
                told = await self._thread(bench.pipe.recv)
                if not isinstance(told, Progress):
                    return told
                report(told)
        except (EOFError, OSError) as error:
            raise WorkerDied(f"the work ended early, exit code {bench.process.exitcode}") from error

    async def close(self) -> None:
        for bench in self._free:
            with contextlib.suppress(OSError):
                bench.kill()
        self._free.clear()
        self._threads.shutdown(wait=False)


def _serve(pipe: Connection, work: Work, memory_bytes: int) -> None:
    _limit_memory(memory_bytes)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            pipe.send(_done(work, pipe.recv(), pipe.send))


def _done(work: Work, order: Any, report: Report) -> Any:
    try:
        return work(order, report)
    except MemoryError:
        return Rejected("too_large", "the work needs more memory than it may have: split it")
    except Exception as error:
        if not isinstance(error, Rejected):
            error.add_note(traceback.format_exc())
        return error


def _end_with_parent() -> None:
    """Work for a service that was killed is work for nobody."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _limit_memory(memory_bytes: int) -> None:
    """Where the system can: what is hostile ends here, not in the service."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
