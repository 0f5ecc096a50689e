"""Do the examples end as promised, through the command that a user types?"""

from __future__ import annotations

import hashlib
import json

import pytest
from rmos.local.connection import Connection
from stack_runner import ROOT, expected, rmos, setup


@pytest.mark.parametrize("name", [name for name, want in expected().items() if want.get("demo", True)])
def test_an_example_exits_as_promised(name: str, running: Connection) -> None:
    done = rmos("submit", f"examples/jobs/{name}", "--wait", "--json", state=running.state)
    want = expected()[name]
    assert done.returncode == want["exit_code"], done.stdout + done.stderr
    (run,) = json.loads(done.stdout)
    assert (run["status"], run["risk"]) == (want["status"], want["risk"])


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("tool-too-wide", "F025 RED: the tool is wider than the pocket"),
        ("missing-material", "unknown: hardness"),
        ("beyond-envelope", "M001 RED: the toolpath is larger than the machine's travel"),
        ("neck-pocket", "F030 YELLOW: the cut is deeper than 2 diameters"),
    ],
)
def test_a_verdict_that_is_not_green_says_why(name: str, reason: str, running: Connection) -> None:
    done = rmos("submit", f"examples/jobs/{name}.json", "--wait", state=running.state)
    assert f"{name}: {reason}" in done.stdout


def test_a_yellow_run_is_released_only_after_approval(running: Connection) -> None:
    job_id = "approve-me"
    rmos("submit", "examples/jobs/neck-pocket.json", "--job-id", job_id, "--wait", state=running.state)
    assert rmos("runs", "gcode", job_id, state=running.state).returncode == 4
    review = next(r for r in _waiting(running) if r["job_id"] == job_id)
    approve = ("reviews", "approve", str(review["review_id"]), "--reason", "deep but fine", "--reviewer", "anna")
    assert rmos(*approve, state=running.state).returncode == 0
    _until_released(running, job_id)
    assert rmos("runs", "gcode", job_id, state=running.state).stdout.endswith("M30\n")
    reject = ("reviews", "reject", str(review["review_id"]), "--reason", "too late", "--reviewer", "ben")
    assert rmos(*reject, state=running.state).returncode == 4


def test_a_checked_program_is_released_byte_for_byte(running: Connection) -> None:
    rmos("submit", "examples/jobs/inch-program.json", "--job-id", "bytes", "--wait", state=running.state)
    response = running.request("GET", "runs", "/runs/bytes/gcode")
    assert response.content == (ROOT / "examples/jobs/inch-program.nc").read_bytes()


def test_the_record_hashes_to_its_hash(running: Connection) -> None:
    rmos("submit", "examples/jobs/inch-program.json", "--job-id", "hashed", "--wait", state=running.state)
    run = running.request("GET", "runs", "/runs/hashed").json()
    record = running.request("GET", "runs", "/runs/hashed/record").content
    assert hashlib.sha256(record).hexdigest() == run["record_sha256"]
    program = (ROOT / "examples/jobs/inch-program.nc").read_bytes()
    assert json.loads(record)["hashes"]["program"] == hashlib.sha256(program).hexdigest()


def test_a_bare_program_needs_its_setup(running: Connection) -> None:
    nc = "examples/jobs/inch-program.nc"
    assert rmos("submit", nc, "--job-id", "bare", "--wait", state=running.state).returncode == 2
    done = rmos("submit", nc, "--job-id", "bare-known", *setup(), "--wait", state=running.state)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_verdict_in_a_job_is_refused(running: Connection, tmp_path) -> None:  # type: ignore[no-untyped-def]
    job = json.loads((ROOT / "examples/jobs/neck-pocket.json").read_text()) | {"risk": "GREEN"}
    (tmp_path / "job.json").write_text(json.dumps(job))
    done = rmos("submit", str(tmp_path / "job.json"), "--wait", state=running.state)
    assert done.returncode == 4
    assert "/risk" in done.stderr


def _waiting(running: Connection) -> list[dict[str, object]]:
    import time

    for _ in range(100):
        rows: list[dict[str, object]] = json.loads(rmos("reviews", "list", "--json", state=running.state).stdout)
        if any(r["job_id"] == "approve-me" for r in rows):
            return rows
        time.sleep(0.1)
    raise AssertionError("no review was opened")


def _until_released(running: Connection, job_id: str) -> None:
    import time

    for _ in range(100):
        if running.request("GET", "runs", f"/runs/{job_id}").json()["release"] == "released":
            return
        time.sleep(0.1)
    raise AssertionError("the approval did not reach the run")
