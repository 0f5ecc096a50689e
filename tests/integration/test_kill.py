"""Is a job lost or doubled when workers and servers die, or when the whole stack restarts?"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import nats
import psutil
import pytest
from rmos.client import submit
from rmos.contracts.events import CONSUMERS, STREAM, JobAssessed, JobCleared, JobSubmitted, RunRecorded
from rmos.local.connection import Connection, connect
from stack_runner import ROOT, rmos

TEMPLATE = json.loads((ROOT / "examples/jobs/soundhole-channel.json").read_text())


@pytest.fixture
def state() -> Iterator[Path]:
    """A state folder of its own whose stack is stopped afterwards without a process left."""
    with tempfile.TemporaryDirectory(prefix="rmos-kill-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "state"
        with contextlib.suppress(Exception):
            rmos("down", state=Path(folder) / "state")


def jobs(count: int) -> list[JobSubmitted]:
    return [JobSubmitted.model_validate({**TEMPLATE, "job_id": f"kill-{n}"}) for n in range(count)]


def up(state: Path) -> Connection:
    started = rmos("up", "--detach", state=state)
    assert started.returncode == 0, started.stdout + started.stderr
    return connect(state)


def kill(state: Path, name: str) -> int:
    pid = int(connect(state).data["pids"][name])
    os.kill(pid, signal.SIGKILL)
    return pid


def benches(state: Path) -> list[int]:
    """Processes in which cam-accel plans and proves; none while it is being restarted."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return [child.pid for child in psutil.Process(int(connect(state).data["pids"]["cam_accel"])).children(recursive=True)]
    return []


def wait_for_records(state: Path, count: int, limit_s: float = 150) -> None:
    deadline, counts = time.monotonic() + limit_s, {}
    while counts.get("recorded") != count and time.monotonic() < deadline:
        time.sleep(0.3)
        with contextlib.suppress(httpx.TransportError, ValueError):
            counts = connect(state).request("GET", "runs", "/counts").json()
    assert counts == {"recorded": count, "open": 0, "submitted": count}


async def events_per_job(url: str) -> dict[str, Counter[str]]:
    """How often each job stands in the stream, by subject."""
    client = await nats.connect(url)
    found: dict[str, Counter[str]] = {}
    try:
        js = client.jetstream()
        last = (await js.stream_info(STREAM)).state.last_seq
        for seq in range(1, last + 1):
            message = await js.get_msg(STREAM, seq=seq)
            found.setdefault(str(message.subject), Counter())[json.loads(message.data or b"")["job_id"]] += 1
    finally:
        await client.close()
    return found


def assert_each_job_once(state: Path, wanted: list[JobSubmitted]) -> None:
    ids = {job.job_id for job in wanted}
    rows = connect(state).request("GET", "runs", "/runs?limit=500").json()
    assert {row["job_id"] for row in rows} == ids
    assert {row["status"] for row in rows} == {"OK"}
    found = asyncio.run(events_per_job(connect(state).nats_url))
    for event in (JobAssessed, JobCleared, RunRecorded):
        assert found[event.subject] == Counter(ids), event.subject


def assert_gone(state: Path, pids: list[int]) -> None:
    pids = [*pids, *connect(state).data["pids"].values()]
    assert rmos("down", state=state).returncode == 0
    assert not [pid for pid in pids if psutil.pid_exists(pid)]


def test_killing_every_worker_in_turn_loses_and_doubles_nothing(state: Path) -> None:
    c, wanted = up(state), jobs(200)
    asyncio.run(submit(c.nats_url, *wanted))
    pids = []
    for service in CONSUMERS:
        pids += [*benches(state), kill(state, service)]
        time.sleep(1.0)
    asyncio.run(submit(c.nats_url, *wanted[:20]))
    wait_for_records(state, 200)
    assert_each_job_once(state, wanted)
    assert_gone(state, pids)


def test_killing_the_processes_that_plan_loses_and_doubles_nothing(state: Path) -> None:
    c, wanted = up(state), jobs(60)
    asyncio.run(submit(c.nats_url, *wanted))
    killed: set[int] = set()
    for _ in range(3):
        time.sleep(1.0)
        found = benches(state)
        killed.update(found)
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    assert killed
    wait_for_records(state, 60)
    assert_each_job_once(state, wanted)
    assert_gone(state, list(killed))


def test_killing_every_server_in_turn_loses_and_doubles_nothing(state: Path) -> None:
    c, wanted = up(state), jobs(100)
    asyncio.run(submit(c.nats_url, *wanted))
    pids = []
    for server in ("postgres", "nats", "valkey"):
        pids.append(kill(state, server))
        time.sleep(1.5)
    wait_for_records(state, 100)
    assert_each_job_once(state, wanted)
    assert_gone(state, pids)


def test_a_restart_of_everything_in_mid_work_loses_and_doubles_nothing(state: Path) -> None:
    c, wanted = up(state), jobs(60)
    asyncio.run(submit(c.nats_url, *wanted))
    assert rmos("down", state=state).returncode == 0
    up(state)
    wait_for_records(state, 60)
    assert_each_job_once(state, wanted)
    assert_gone(state, [])


def test_a_second_stack_on_the_same_folder_is_refused(state: Path) -> None:
    c = up(state)
    second = rmos("up", state=state)
    assert (second.returncode, "already runs" in second.stderr) == (1, True)
    assert connect(state).data["pid"] == c.data["pid"]


def test_a_state_file_of_a_dead_stack_never_stops_another_process(state: Path) -> None:
    state.mkdir()
    (state / "state.json").write_text(json.dumps({"pid": os.getpid(), "started": 1.0}))
    assert rmos("down", state=state).returncode == 1
