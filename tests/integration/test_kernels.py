"""Do native and reference kernels lead a job to the same program and the same facts?"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from rmos.local.connection import Connection
from stack_runner import rmos

JOBS = ("inch-program", "neck-pocket", "feed-script")


def record(name: str, state: Path) -> dict[str, Any]:
    rmos("submit", f"examples/jobs/{name}.json", "--job-id", f"kernels-{name}", "--wait", state=state)
    return dict(json.loads(rmos("runs", "show", f"kernels-{name}", state=state).stdout))


def test_the_reference_gives_the_same_records(running: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(prefix="rmos-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        monkeypatch.setenv("RMOS_CPP_ACCEL", "off")
        state = Path(folder) / "state"
        assert rmos("up", "--detach", state=state).returncode == 0
        try:
            assert "reference kernels are in use" in (state / "cam_accel.log").read_text()
            for name in JOBS:
                ours, theirs = record(name, state), record(name, running.state)
                assert ours["facts"].pop("kernel") == "reference"
                theirs["facts"].pop("kernel")
                assert ours == theirs
        finally:
            rmos("down", state=state)
