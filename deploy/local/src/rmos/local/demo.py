"""Does the product do what the examples promise? Runs them on a fresh stack and compares."""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rmos.client import submit
from rmos.local.connection import Connection, connect
from rmos.local.jobfiles import load_job
from rmos.local.stack import Stack


def follow(
    c: Connection, job_ids: list[str], timeout_s: float, heard: Callable[[dict[str, Any]], None] = lambda run: None
) -> dict[str, dict[str, Any]]:
    """The runs of the jobs, by job id, each told to `heard` when it is found; late ones are left out."""
    found: dict[str, dict[str, Any]] = {}
    deadline = time.monotonic() + timeout_s
    while len(found) < len(set(job_ids)) and time.monotonic() < deadline:
        for job_id in set(job_ids) - set(found):
            with contextlib.suppress(httpx.TransportError):
                response = c.request("GET", "runs", f"/runs/{job_id}")
                if response.status_code == 200:
                    found[job_id] = response.json()
                    heard(found[job_id])
        time.sleep(0.05)
    return found


async def run_demo(folder: Path, console: Console) -> int:
    """0 when every example ended as expected.json says, else 1; those that are `"demo": false` there are left out. Always on
    a new, temporary state folder."""
    every = json.loads((folder / "expected.json").read_text())
    expected = {name: want for name, want in every.items() if want.get("demo", True)}
    with tempfile.TemporaryDirectory(prefix="rmos-demo-", ignore_cleanup_errors=True) as temporary:
        stack = Stack(Path(temporary) / "state")
        Path(temporary).chmod(0o711)
        console.print("starting NATS, Postgres, Valkey and five workers …")
        await stack.start()
        try:
            return await _run_examples(folder, expected, connect(stack.state), console)
        finally:
            await stack.stop()


def _progress(console: Console) -> Progress:
    return Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console)


async def _run_examples(folder: Path, expected: dict[str, Any], c: Connection, console: Console) -> int:
    jobs = [load_job(folder / name, c.programs, {}, None) for name in expected]
    started = time.monotonic()
    await submit(c.nats_url, *jobs)
    with _progress(console) as progress:
        task = progress.add_task("jobs recorded", total=len(jobs))

        def heard(run: dict[str, Any]) -> None:
            progress.console.print(f"  {run['job_id']}: {run['status']}, {run['risk']}")
            progress.advance(task)

        rows = await asyncio.to_thread(follow, c, [job.job_id for job in jobs], 120.0, heard)
    console.print(f"{len(rows)} of {len(jobs)} jobs recorded in {time.monotonic() - started:.1f} s")
    table = Table("job", "status", "risk", "release", "expected", "same", box=SIMPLE_HEAD)
    differences = 0
    for job, want in zip(jobs, expected.values(), strict=True):
        run = rows.get(job.job_id, {"status": "none", "risk": "none", "release": "none"})
        same = (run["status"], run["risk"]) == (want["status"], want["risk"])
        differences += not same
        cells = (job.job_id, run["status"], run["risk"], run["release"], f"{want['status']} {want['risk']}")
        table.add_row(*cells, "yes" if same else "NO", style=None if same else "red")
    console.print(table)
    return 1 if differences else 0
