"""Where does long work run? In a process of its own, which tells how far it is and is killed when nobody waits any more."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from rmos.chassis.errors import Rejected
from rmos.chassis.operations import Progress, Report

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

    async def run(self, order: Any, report: Report) -> Any:
        """What the work returns. Raises what it raises, and WorkerDied."""
        async with self._room:
            bench = self._free.pop() if self._free else await asyncio.to_thread(self._open)
            try:
                result = await self._converse(bench, order, report)
            except BaseException:
                bench.process.kill()
                await asyncio.shield(asyncio.to_thread(bench.kill))
                raise
            self._free.append(bench)
        if isinstance(result, Exception):
            raise result
        return result

    def _open(self) -> _Bench:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._work, self._memory_bytes), daemon=True)
        process.start()
        theirs.close()
        return _Bench(process, ours)

    async def _converse(self, bench: _Bench, order: Any, report: Report) -> Any:
        try:
            await asyncio.to_thread(bench.pipe.send, order)
            while True:
                told = await asyncio.to_thread(bench.pipe.recv)
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


def _serve(pipe: Connection, work: Work, memory_bytes: int) -> None:
    _limit_memory(memory_bytes)
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        while True:
            pipe.send(_done(work, pipe.recv(), pipe.send))


def _done(work: Work, order: Any, report: Report) -> Any:
    try:
        return work(order, report)
    except MemoryError:
        return Rejected("too_large", "the work needs more memory than it may have: split it")
    except Exception as error:
        return error


def _limit_memory(memory_bytes: int) -> None:
    """Where the system can: what is hostile ends here, not in the service."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
