from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from rmos.local.connection import Connection, connect
from stack_runner import rmos


@pytest.fixture(scope="session")
def running() -> Iterator[Connection]:
    """A real stack of this test process alone. The folder lets an unprivileged Postgres in."""
    with tempfile.TemporaryDirectory(prefix="rmos-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        state = Path(folder) / "state"
        up = rmos("up", "--detach", state=state)
        assert up.returncode == 0, up.stdout + up.stderr
        try:
            yield connect(state)
        finally:
            rmos("down", state=state)
