"""Upstream CAM in Python: publish a job, follow it to its record.

usage: python examples/clients/submit.py NATS_URL RUNS_URL JOB.json
"""

import asyncio
import json
import sys
import time
from pathlib import Path

import httpx
from rmos.client import submit
from rmos.contracts.events import JobSubmitted


def main(nats_url: str, runs_url: str, file: str) -> None:
    job = JobSubmitted.model_validate(json.loads(Path(file).read_text()))
    asyncio.run(submit(nats_url, job))
    while (answer := httpx.get(f"{runs_url}/api/rmos/runs/runs/{job.job_id}")).status_code == 404:
        time.sleep(0.2)
    run = answer.json()
    print(run["status"], run["risk"], *run["reasons"], sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
