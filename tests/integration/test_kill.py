"""Is a job lost or doubled when workers and servers die?"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import tempfile
import time
from pathlib import Path

import psutil
from rmos.client import submit
from rmos.contracts.events import CONSUMERS, JobSubmitted
from rmos.local.connection import connect
from stack_runner import ROOT, rmos

JOBS = 200


def test_killing_every_worker_in_turn_loses_and_doubles_nothing() -> None:
    template = json.loads((ROOT / "examples/jobs/soundhole-channel.json").read_text())
    jobs = [JobSubmitted.model_validate({**template, "job_id": f"kill-{n}"}) for n in range(JOBS)]
    with tempfile.TemporaryDirectory(prefix="rmos-kill-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        state = Path(folder) / "state"
        assert rmos("up", "--detach", state=state).returncode == 0
        pids: list[int] = []
        try:
            c = connect(state)
            asyncio.run(submit(c.nats_url, *jobs))
            for service in CONSUMERS:
                pids.append(int(connect(state).data["pids"][service]))
                os.kill(pids[-1], signal.SIGKILL)
                time.sleep(1.0)
            asyncio.run(submit(c.nats_url, *jobs[:20]))
            deadline = time.monotonic() + 150
            counts = {}
            while counts.get("recorded") != JOBS and time.monotonic() < deadline:
                time.sleep(0.5)
                try:
                    counts = c.request("GET", "runs", "/counts").json()
                except OSError:
                    continue
                except Exception as error:
                    if "Connect" not in type(error).__name__ and "Protocol" not in type(error).__name__:
                        raise
            assert counts == {"recorded": JOBS, "open": 0, "submitted": JOBS}
            rows = c.request("GET", "runs", "/runs?limit=500").json()
            assert {r["job_id"] for r in rows} == {j.job_id for j in jobs}
            assert {r["status"] for r in rows} == {"OK"}
            assert len(rows) == JOBS
            pids += list(connect(state).data["pids"].values())
        finally:
            assert rmos("down", state=state).returncode == 0
        assert not [pid for pid in pids if psutil.pid_exists(pid)]
