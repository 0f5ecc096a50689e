"""What becomes of messages that nobody should send?"""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import nats
import pytest
from rmos.local.connection import Connection
from rmos.local.deadletters import list_dead, replay_dead
from stack_runner import ROOT

SUBJECT = "rmos.job.submitted.v1"
GOOD: dict[str, Any] = {"job_id": "x", "mode": "gcode", "design": {"text": "G21 G90\nM3 S18000\nG1 X1 Z-1 F100\nM30\n"},
                        "tool_id": "flat_6mm_2f", "material_id": "alder", "machine_id": "grbl_3018"}  # fmt: skip


async def _publish(url: str, body: bytes, headers: dict[str, str] | None = None) -> None:
    client = await nats.connect(url)
    try:
        await client.jetstream().publish(SUBJECT, body, headers=headers)
    finally:
        await client.close()


def _body(job_id: str, **changes: Any) -> bytes:
    return json.dumps({**GOOD, "job_id": job_id, **changes}).encode()


CASES: dict[str, tuple[bytes, str, str]] = {
    "bad-type": (_body("bad-type", tool_id=7), "invalid", "/tool_id"),
    "bad-extra": (_body("bad-extra", feasible=True), "invalid", "/feasible"),
    "bad-nan": (_body("bad-nan", options={"stock_thickness": float("nan")}), "invalid", "/options/stock_thickness"),
    "bad-material": (_body("bad-material", material_id="aldr"), "unknown_id", "/material_id"),
    "bad-mode": (_body("bad-mode", mode="laser"), "invalid", "/mode"),
    "bad-size": (_body("bad-size", requested_by="x" * (1 << 20)), "too_large", ""),
    "bad-gcode": (
        _body("bad-gcode", design={"text": "G21\nG1 X1 (a (b)\n"}, options={"stock_thickness": 9, "stickout": 25}),
        "gcode",
        "/design",
    ),
}


@pytest.mark.parametrize("job_id", list(CASES))
def test_a_bad_job_is_a_dead_letter_and_an_error_record(job_id: str, running: Connection) -> None:
    body, code, pointer = CASES[job_id]
    asyncio.run(_publish(running.nats_url, body))
    run = _record(running, job_id)
    assert run["status"] == "ERROR"
    letter = _letter(running, lambda row: row["code"] == code and row["pointer"] == pointer)
    assert letter["reason"]


def test_what_is_not_json_is_a_dead_letter(running: Connection) -> None:
    asyncio.run(_publish(running.nats_url, b"\x00not json"))
    assert _letter(running, lambda row: row["bytes"] == 9)["code"] == "invalid"


def test_a_wrong_cloudevents_type_is_refused(running: Connection) -> None:
    asyncio.run(_publish(running.nats_url, _body("bad-ce"), {"ce-type": "rmos.job.cleared.v1"}))
    assert _record(running, "bad-ce")["status"] == "ERROR"


def test_a_job_id_with_another_content_does_not_touch_the_first_record(running: Connection) -> None:
    asyncio.run(_publish(running.nats_url, _body("twice")))
    first = _record(running, "twice")
    asyncio.run(_publish(running.nats_url, _body("twice", requested_by="someone else")))
    _letter(running, lambda row: row["code"] == "job_id_reused")
    assert _record(running, "twice") == first


def test_two_jobs_under_one_event_id_are_two_jobs(running: Connection) -> None:
    for job_id in ("same-id-1", "same-id-2"):
        asyncio.run(_publish(running.nats_url, _body(job_id), {"ce-id": "always-the-same"}))
    assert {_record(running, job_id)["job_id"] for job_id in ("same-id-1", "same-id-2")} == {"same-id-1", "same-id-2"}


def test_a_replayed_dead_letter_is_handled_again(running: Connection) -> None:
    asyncio.run(_publish(running.nats_url, _body("replayed", material_id="oak-of-mars")))
    letter = _letter(running, lambda row: "oak-of-mars" in row["reason"])
    asyncio.run(replay_dead(running.nats_url, letter["seq"]))
    again = _letter(running, lambda row: "oak-of-mars" in row["reason"] and row["seq"] > letter["seq"])
    assert again["event_id"].startswith("replay-")


def _record(running: Connection, job_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        response = running.request("GET", "runs", f"/runs/{job_id}")
        if response.status_code == 200:
            return dict(response.json())
        time.sleep(0.05)
    raise AssertionError(f"{job_id} has no record")


def _letter(running: Connection, wanted: Any) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for row in asyncio.run(list_dead(running.nats_url)):
            if wanted(row):
                return row
        time.sleep(0.1)
    raise AssertionError("no such dead letter")


POCKET: dict[str, Any] = json.loads((ROOT / "examples/jobs/rectangle-with-island.json").read_text())
SCRIPTS: dict[str, tuple[str, str, str]] = {
    "script-loops": ("while true do end", "ERROR", "quota"),
    "script-crosses-the-island": ("for n = 1, path.n do path.x_mm[n] = path.x_mm[n] + 3 end", "ERROR", "not_verified"),
    "script-raises-red": ("raise_risk('RED', 'the fixture is loose')", "BLOCKED", ""),
}


@pytest.mark.parametrize("job_id", list(SCRIPTS))
def test_a_script_can_stop_a_job_but_never_push_it_through(job_id: str, running: Connection) -> None:
    body, status, code = SCRIPTS[job_id]
    source = f"function after_toolpath(job, path)\n{body}\nend"
    job = {**POCKET, "job_id": job_id, "scripts": [{"name": "s", "source": source}]}
    asyncio.run(_publish(running.nats_url, json.dumps(job).encode()))
    assert _record(running, job_id)["status"] == status
    if code:
        assert _letter(running, lambda row: row["code"] == code)["service"] in ("scripting", "cam_accel")
