"""Do the clients of the documentation work, in every language that they are shown in?"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rmos.local.connection import Connection
from stack_runner import ROOT

PACKAGES = ("@nats-io/transport-node", "@nats-io/jetstream")


def job_file(folder: Path, job_id: str) -> Path:
    """A job without a `file`, as another program would send it."""
    job = json.loads((ROOT / "examples/jobs/tool-too-wide.json").read_text())
    path = folder / "job.json"
    path.write_text(json.dumps({**job, "job_id": job_id}))
    return path


def addresses(c: Connection) -> tuple[str, str]:
    return c.nats_url, f"http://127.0.0.1:{c.data['http']['runs']}"


def check(argv: list[str], folder: Path) -> None:
    done = subprocess.run(argv, capture_output=True, text=True, cwd=folder, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("BLOCKED\nRED\nF010"), done.stdout


def test_the_python_client(running: Connection, tmp_path: Path) -> None:
    job = job_file(tmp_path, "by-python")
    check([sys.executable, str(ROOT / "examples/clients/submit.py"), *addresses(running), str(job)], tmp_path)


def test_the_javascript_client(running: Connection, tmp_path: Path) -> None:
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("no Node.js here")
    install = ["npm", "install", "--no-save", "--no-audit", "--no-fund", *PACKAGES]
    if subprocess.run(install, cwd=tmp_path, capture_output=True, timeout=120, check=False).returncode != 0:
        pytest.skip("the npm packages cannot be had here")
    shutil.copy(ROOT / "examples/clients/submit.mjs", tmp_path)
    check(["node", "submit.mjs", *addresses(running), str(job_file(tmp_path, "by-javascript"))], tmp_path)


def test_the_nats_command(running: Connection, tmp_path: Path) -> None:
    if shutil.which("nats") is None:
        pytest.skip("no nats command here")
    nats_url, runs_url = addresses(running)
    body = job_file(tmp_path, "by-nats").read_text()
    publish = ["nats", "--server", nats_url, "pub", "rmos.job.submitted.v1", body]
    assert subprocess.run(publish, capture_output=True, timeout=60, check=False).returncode == 0
    check([sys.executable, str(ROOT / "examples/clients/submit.py"), nats_url, runs_url, str(tmp_path / "job.json")], tmp_path)
