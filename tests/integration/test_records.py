"""Can a record be changed, and is what it hashes there?"""

from __future__ import annotations

import asyncio
import hashlib
import json

import asyncpg
import pytest
from rmos.chassis.blobs import FileBlobs
from rmos.contracts.base import BlobRef
from rmos.local.connection import Connection
from stack_runner import rmos


@pytest.fixture(scope="module")
def record(running: Connection) -> dict[str, object]:
    rmos("submit", "examples/jobs/rectangle-with-island.json", "--job-id", "kept", "--wait", state=running.state)
    return dict(running.request("GET", "runs", "/runs/kept/record").json())


@pytest.mark.parametrize(
    "sql",
    [
        "update runs.artifacts set status = 'OK'",
        "delete from runs.artifacts where job_id = 'kept'",
        "truncate runs.artifacts cascade",
        "update runs.entries set kind = 'released'",
        "delete from runs.entries",
    ],
)
def test_a_record_is_written_once(sql: str, running: Connection, record: dict[str, object]) -> None:
    async def attempt() -> None:
        connection = await asyncpg.connect(running.data["postgres_dsn"])
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    with pytest.raises(asyncpg.RaiseError, match="written once"):
        asyncio.run(attempt())
    assert running.request("GET", "runs", "/runs/kept/record").json() == record


def test_every_hash_of_a_record_names_stored_bytes(running: Connection, record: dict[str, object]) -> None:
    hashes = dict(record["hashes"])  # type: ignore[call-overload]
    hashes["request"] = record["request"]["sha256"]  # type: ignore[index]
    assert set(hashes) == {"planned_toolpath", "toolpath", "program", "request"}
    for name, digest in hashes.items():
        path = running.state / "blobs" / digest[:2] / digest
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest, name


def test_the_stored_request_is_the_job_that_was_sent(running: Connection, record: dict[str, object]) -> None:
    digest = record["request"]["sha256"]  # type: ignore[index]
    path = running.state / "blobs" / digest[:2] / digest
    data = FileBlobs(running.data["blob_url"]).get_sync(
        BlobRef(sha256=digest, size=path.stat().st_size, media_type="application/json")
    )
    assert json.loads(data)["job_id"] == "kept"
