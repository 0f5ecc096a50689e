"""Does work in its own process answer, tell, and end when it must?"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from rmos.cam_accel.workshop import WorkerDied, Workshop
from rmos.chassis.errors import Rejected
from rmos.chassis.operations import Progress, Report, tell_nobody, within

GIB = 1 << 30


def work(order: Any, report: Report) -> Any:
    kind, value = order
    if kind == "sleep":
        report(Progress(stage="sleep"))
        time.sleep(value)
    elif kind == "refuse":
        raise Rejected("invalid", value, "/x")
    elif kind == "divide":
        return 1 / value
    elif kind == "die":
        os._exit(7)
    elif kind == "hoard":
        return len(bytearray(value))
    return os.getpid()


async def test_a_bench_is_kept_for_the_next_order() -> None:
    shop = Workshop(work)
    first = await shop.run(("pid", 0), tell_nobody)
    assert await shop.run(("pid", 0), tell_nobody) == first
    await shop.close()
    assert not psutil.pid_exists(first)


async def test_progress_is_told_before_the_result() -> None:
    shop, told = Workshop(work), []
    await shop.run(("sleep", 0), told.append)
    assert told == [Progress(stage="sleep")]
    await shop.close()


async def test_a_refusal_keeps_its_code_reason_and_place() -> None:
    shop = Workshop(work)
    with pytest.raises(Rejected) as refusal:
        await shop.run(("refuse", "no"), tell_nobody)
    assert (refusal.value.code, refusal.value.reason, refusal.value.pointer) == ("invalid", "no", "/x")
    await shop.close()


async def started(shop: Workshop) -> tuple[asyncio.Task[Any], int]:
    """Work that has begun to sleep, and its process."""
    pid = await shop.run(("pid", 0), tell_nobody)
    told: asyncio.Queue[Progress] = asyncio.Queue()
    task = asyncio.create_task(shop.run(("sleep", 600), told.put_nowait))
    await asyncio.wait_for(told.get(), 30)
    return task, pid


async def test_work_that_is_cancelled_is_killed_and_the_next_order_is_done() -> None:
    shop = Workshop(work)
    task, pid = await started(shop)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not psutil.pid_exists(pid)
    assert await shop.run(("pid", 0), tell_nobody) != pid
    await shop.close()


async def test_work_that_is_overdue_is_killed() -> None:
    shop = Workshop(work)
    pid = await shop.run(("pid", 0), tell_nobody)
    with pytest.raises(Rejected, match=r"not done within 0\.3 s: wait"):
        async with shop.bench() as bench, within(0.3, "wait"):
            await bench(("sleep", 600), tell_nobody)
    assert not psutil.pid_exists(pid)
    await shop.close()


async def test_a_bench_that_died_idle_is_replaced_unseen() -> None:
    shop = Workshop(work)
    pid = await shop.run(("pid", 0), tell_nobody)
    (bench,) = shop._free
    bench.process.kill()
    bench.process.join(10)
    assert await shop.run(("pid", 0), tell_nobody) != pid
    await shop.close()


async def test_a_defect_tells_where_it_happened() -> None:
    shop = Workshop(work)
    with pytest.raises(ZeroDivisionError) as defect:
        await shop.run(("divide", 0), tell_nobody)
    assert "1 / value" in "".join(defect.value.__notes__)
    await shop.close()


def test_work_ends_with_the_service_that_was_killed() -> None:
    """Its process sleeps with the interpreter's lock free, as kernels do."""
    script = (
        "import asyncio, test_workshop as t\n"
        "shop = t.Workshop(t.work)\n"
        "print(asyncio.run(shop.run(('pid', 0), t.tell_nobody)), flush=True)\n"
        "asyncio.run(shop.run(('sleep', 600), lambda p: print(p.stage, flush=True)))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent
    ) as service:
        assert service.stdout is not None
        bench = psutil.Process(int(service.stdout.readline()))
        assert service.stdout.readline() == "sleep\n"
        service.kill()
        assert psutil.wait_procs([bench], 10)[1] == []


async def test_a_process_that_dies_is_told_and_replaced() -> None:
    shop = Workshop(work)
    with pytest.raises(WorkerDied):
        await shop.run(("die", 0), tell_nobody)
    assert isinstance(await shop.run(("pid", 0), tell_nobody), int)
    await shop.close()


@pytest.mark.skipif(os.name == "nt", reason="no limit of address space here")
async def test_work_that_hoards_memory_is_refused_and_its_process_goes_on() -> None:
    shop = Workshop(work, memory_bytes=2 * GIB)
    pid = await shop.run(("pid", 0), tell_nobody)
    with pytest.raises(Rejected, match="more memory"):
        await shop.run(("hoard", 3 * GIB), tell_nobody)
    assert await shop.run(("pid", 0), tell_nobody) == pid
    await shop.close()
