"""Does the `rmos` command do what its help says, where the other tests do not look?"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import httpx
from rmos.local.connection import Connection
from stack_runner import rmos, setup

RETRACTS = "G21 G90\nG53 G0 Z-5\nG0 X0 Y0\nM3 S18000\nG0 Z2\nG1 Z-1 F300\nG1 X30 F1500\nG53 G0 Z-5\nM5\nM30\n"


def test_workers_in_one_process_take_a_job_to_its_record() -> None:
    with tempfile.TemporaryDirectory(prefix="rmos-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        state = Path(folder) / "state"
        assert rmos("up", "--single-process", "--detach", state=state).returncode == 0
        try:
            done = rmos("submit", "examples/jobs/rectangle-with-island.json", "--wait", state=state)
            assert done.returncode == 0, done.stdout + done.stderr
            rows = json.loads(rmos("status", "--json", state=state).stdout)
            workers = {row["pid"] for row in rows if "outbox" in row}
            assert len(workers) == 1
            assert all(row["status"] == "ready" for row in rows)
        finally:
            assert rmos("down", state=state).returncode == 0


def test_a_program_that_goes_by_machine_coordinates_asks_for_them_and_runs_with_them(
    running: Connection, tmp_path: Path
) -> None:
    program = tmp_path / "retracts.nc"
    program.write_text(RETRACTS)
    asked = rmos("submit", str(program), *setup(), "--job-id", "no-offset", "--wait", state=running.state)
    assert asked.returncode == 3
    assert "options.offsets.g54" in asked.stdout
    known = ("--offset", "g54=-400,-300,-60")
    done = rmos("submit", str(program), *setup(), *known, "--job-id", "offset", "--wait", state=running.state)
    assert done.returncode == 0, done.stdout + done.stderr
    record = json.loads(rmos("runs", "show", "offset", state=running.state).stdout)
    assert record["facts"]["max_mm"][2] == 55
    assert rmos("runs", "gcode", "offset", state=running.state).stdout == RETRACTS


def test_an_offset_that_is_none_is_refused(running: Connection, tmp_path: Path) -> None:
    program = tmp_path / "p.nc"
    program.write_text(RETRACTS)
    for text in ("g54=1,2", "g54=a,b,c", "g60=1,2,3"):
        done = rmos("submit", str(program), *setup(), "--offset", text, state=running.state)
        assert done.returncode == 4, done.stdout
        assert "offset" in done.stderr


def test_a_program_of_200_mb_is_refused_with_its_place(running: Connection, tmp_path: Path) -> None:
    program = tmp_path / "huge.nc"
    with program.open("wb") as file:
        file.truncate(200 << 20)
    done = rmos("submit", str(program), *setup(), state=running.state)
    assert done.returncode == 4
    assert "line 1, column 1" in done.stderr.replace("\n", " ")


def test_an_upload_that_is_too_long_or_empty_is_refused(running: Connection) -> None:
    url = f"http://127.0.0.1:{running.data['http']['cam_accel']}/api/rmos/cam_accel/programs"
    assert httpx.post(url, content=b"", trust_env=False).status_code == 422
    assert httpx.post(url, content=b" " * ((64 << 20) + 1), trust_env=False, timeout=60).status_code == 413


def test_every_command_that_tells_something_tells_it_as_json_too(running: Connection) -> None:
    submitted = rmos("submit", "examples/jobs/neck-pocket.json", "--job-id", "json", "--json", state=running.state)
    assert json.loads(submitted.stdout) == {"submitted": ["json"]}
    rmos("submit", "examples/jobs/neck-pocket.json", "--job-id", "json", "--wait", state=running.state)
    for words in (
        ("status",), ("doctor",), ("watch", "--times", "1"), ("runs", "list"), ("runs", "show", "json"), ("reviews", "list"),
        ("reviews", "approve", "json", "--reason", "looked at", "--reviewer", "a test"), ("dead-letters", "list"),
        ("presets", "list"), ("presets", "show", "alder"),
    ):  # fmt: skip
        done = rmos(*words, "--json", state=running.state)
        assert done.returncode == 0, (words, done.stderr)
        assert isinstance(json.loads(done.stdout), (dict, list)), words
