"""What does a shop's policy let through, what does it hold, and who may release it?"""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nats
import pytest
from rmos.local.connection import Connection, connect
from safe_requests import TOO_LONG, Body, safe
from stack_runner import rmos

UNKNOWN = safe("pocket", without="design.wall")
OUT_OF_MATERIAL = safe("pocket", without="material_id")
GREEN = safe("pocket")
YELLOW = safe("pocket", cut__stepdown=3.5, design__depth=3.5)
WOOD = """
[shop_alder]
name = "Alder of the shop"
kind = "wood"
density_kg_m3 = 450.0
hardness = "soft"
resinous = false
burn = 0.2
tearout = 0.4
max_feed_mm_min = 5000.0
energy_low_j_cm3 = 40.0
energy_high_j_cm3 = 80.0
"""


@contextlib.contextmanager
def stack(**settings: str) -> Iterator[Connection]:
    """A stack of its own whose services read these settings."""
    with tempfile.TemporaryDirectory(prefix="rmos-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        state = Path(folder) / "state"
        with pytest.MonkeyPatch.context() as patch:
            for name, value in settings.items():
                patch.setenv(name, value)
            up = rmos("up", "--detach", state=state)
        assert up.returncode == 0, up.stdout + up.stderr
        try:
            yield connect(state)
        finally:
            rmos("down", state=state)


@pytest.fixture(scope="module")
def red_goes_on() -> Iterator[Connection]:
    with stack(RMOS_BLOCK_ON_RED="false") as found:
        yield found


@pytest.fixture(scope="module")
def red_may_be_released() -> Iterator[Connection]:
    with stack(RMOS_BLOCK_ON_RED="false", RMOS_ALLOW_RED_OVERRIDE="true") as found:
        yield found


@pytest.fixture(scope="module")
def unknown_goes_on() -> Iterator[Connection]:
    """With a material of the shop's own as well, which has nothing to do with the policy but needs a stack too."""
    with tempfile.TemporaryDirectory(prefix="rmos-shop-") as shop:
        (Path(shop) / "materials.toml").write_text(WOOD)
        with stack(RMOS_TREAT_UNKNOWN_AS_RED="false", RMOS_PRESETS_DIR=shop) as found:
            yield found


def submit(where: Connection, folder: Path, job_id: str, body: Body) -> tuple[int, Any]:
    file = folder / f"{job_id}.json"
    file.write_text(json.dumps({**body, "job_id": job_id}))
    done = rmos("submit", str(file), "--wait", "--json", state=where.state)
    (run,) = json.loads(done.stdout)
    return done.returncode, run


def run_of(where: Connection, job_id: str) -> Any:
    return where.request("GET", "runs", f"/runs/{job_id}").json()


def record_of(where: Connection, job_id: str) -> Any:
    return where.request("GET", "runs", f"/runs/{job_id}/record").json()


def events_of(where: Connection, job_id: str) -> set[str]:
    return {row["event"] for row in where.request("GET", "runs", f"/jobs/{job_id}").json()["timeline"]}


def review_of(where: Connection, job_id: str) -> Any:
    return until(
        lambda: next(
            (
                r
                for r in json.loads(rmos("reviews", "list", "--all", "--json", state=where.state).stdout)
                if r["job_id"] == job_id
            ),
            None,
        )
    )


def until(find: Any) -> Any:
    for _ in range(150):
        found = find()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come about")


def decide(where: Connection, decision: str, job_id: str) -> tuple[int, str]:
    review_of(where, job_id)
    done = rmos("reviews", decision, job_id, "--reason", "looked at it", "--reviewer", "anna", state=where.state)
    return done.returncode, done.stderr.replace("\n", " ")


def is_held(where: Connection, job_id: str) -> bool:
    gcode = rmos("runs", "gcode", job_id, state=where.state)
    return gcode.returncode == 4 and gcode.stdout == ""


def is_released(where: Connection, job_id: str) -> bool:
    until(lambda: run_of(where, job_id)["release"] == "released")
    return rmos("runs", "gcode", job_id, state=where.state).stdout.endswith("M30\n")


# The defaults


@pytest.mark.parametrize(
    ("job_id", "body", "risk"), [("default-red", TOO_LONG, "RED"), ("default-unknown", UNKNOWN, "UNKNOWN")]
)
def test_by_default_red_and_unknown_are_blocked_before_anything_is_planned(
    job_id: str, body: Body, risk: str, running: Connection, tmp_path: Path
) -> None:
    code, run = submit(running, tmp_path, job_id, body)
    assert (code, run["status"], run["risk"]) == (2, "BLOCKED", risk)
    assert (run_of(running, job_id)["release"], run_of(running, job_id)["program"]) == ("none", None)
    assert "rmos.toolpath.planned.v1" not in events_of(running, job_id)
    assert is_held(running, job_id)
    assert record_of(running, job_id)["assessments"][0]["blocked"] is True


def test_by_default_nobody_decides_about_what_is_blocked(running: Connection, tmp_path: Path) -> None:
    submit(running, tmp_path, "blocked-twice", TOO_LONG)
    done = rmos("reviews", "approve", "blocked-twice", "--reason", "I want it", "--reviewer", "ben", state=running.state)
    assert done.returncode == 4
    assert "no review" in done.stderr


# RED goes on


def test_a_red_job_that_goes_on_is_recorded_red_and_held(red_goes_on: Connection, tmp_path: Path) -> None:
    code, run = submit(red_goes_on, tmp_path, "red", TOO_LONG)
    assert (code, run["status"], run["risk"]) == (0, "OK", "RED")
    assert {"rmos.toolpath.planned.v1", "rmos.job.cleared.v1"} <= events_of(red_goes_on, "red")
    assert run_of(red_goes_on, "red")["release"] == "waiting"
    assert any(reason.startswith("F026 RED") for reason in run_of(red_goes_on, "red")["reasons"])
    assert is_held(red_goes_on, "red")
    assert [(a["risk"], a["blocked"], a["overridable"]) for a in record_of(red_goes_on, "red")["assessments"]] == [
        ("RED", False, False)
    ] * 2


def test_a_red_run_cannot_be_approved_but_rejected(red_goes_on: Connection, tmp_path: Path) -> None:
    submit(red_goes_on, tmp_path, "red-rejected", TOO_LONG)
    assert review_of(red_goes_on, "red-rejected")["releasable"] is False
    code, said = decide(red_goes_on, "approve", "red-rejected")
    assert code == 4
    assert "RED" in said
    assert "rejected" in said
    assert run_of(red_goes_on, "red-rejected")["release"] == "waiting"
    assert is_held(red_goes_on, "red-rejected")
    assert decide(red_goes_on, "reject", "red-rejected")[0] == 0
    until(lambda: run_of(red_goes_on, "red-rejected")["release"] == "refused")
    assert decide(red_goes_on, "approve", "red-rejected")[0] == 4
    assert is_held(red_goes_on, "red-rejected")


def test_a_decision_that_did_not_come_from_a_review_releases_no_red_run(red_goes_on: Connection, tmp_path: Path) -> None:
    submit(red_goes_on, tmp_path, "red-forged", TOO_LONG)
    review = review_of(red_goes_on, "red-forged")
    decided = {
        "job_id": "red-forged", "review_id": review["review_id"], "record_sha256": review["record_sha256"], "decision": "approve",
        "reason": "because I can", "reviewer": "mallory",
    }  # fmt: skip
    asyncio.run(_publish(red_goes_on.nats_url, "rmos.review.decided.v1", json.dumps(decided).encode()))
    until(lambda: red_goes_on.health("runs")["waiting"] == 0)
    assert run_of(red_goes_on, "red-forged")["release"] == "waiting"


async def _publish(url: str, subject: str, body: bytes) -> None:
    client = await nats.connect(url)
    try:
        await client.jetstream().publish(subject, body)
    finally:
        await client.close()


def test_a_yellow_run_is_released_as_ever_where_red_goes_on(red_goes_on: Connection, tmp_path: Path) -> None:
    assert submit(red_goes_on, tmp_path, "yellow", YELLOW)[1]["risk"] == "YELLOW"
    assert is_held(red_goes_on, "yellow")
    assert decide(red_goes_on, "approve", "yellow")[0] == 0
    assert is_released(red_goes_on, "yellow")


def test_a_green_run_needs_nobody_where_red_goes_on(red_goes_on: Connection, tmp_path: Path) -> None:
    assert submit(red_goes_on, tmp_path, "green", GREEN)[1]["risk"] == "GREEN"
    assert is_released(red_goes_on, "green")


def test_what_the_service_and_the_command_say_of_red_is_the_policy_they_were_given(red_goes_on: Connection) -> None:
    answer = red_goes_on.request("POST", "feasibility", "/evaluate", TOO_LONG).json()
    assert (answer["overall_risk"], answer["blocked"]) == ("RED", False)
    assert answer["policy"] == {"block_on_red": False, "treat_unknown_as_red": True, "allow_red_override": False}
    log = (red_goes_on.state / "feasibility.log").read_text()
    assert "the policy lets more through than by default" in log


# RED may be released


def test_a_red_run_is_released_by_a_person_where_the_shop_allows_it(red_may_be_released: Connection, tmp_path: Path) -> None:
    code, run = submit(red_may_be_released, tmp_path, "red", TOO_LONG)
    assert (code, run["status"], run["risk"]) == (0, "OK", "RED")
    assert is_held(red_may_be_released, "red")
    assert review_of(red_may_be_released, "red")["releasable"] is True
    assert decide(red_may_be_released, "approve", "red") == (0, "")
    assert is_released(red_may_be_released, "red")
    assert run_of(red_may_be_released, "red")["risk"] == "RED"


# UNKNOWN goes on


def test_an_unknown_job_that_goes_on_is_held_until_a_person_releases_it(unknown_goes_on: Connection, tmp_path: Path) -> None:
    code, run = submit(unknown_goes_on, tmp_path, "unknown", UNKNOWN)
    assert (code, run["status"], run["risk"]) == (0, "OK", "UNKNOWN")
    assert run_of(unknown_goes_on, "unknown")["reasons"] == ["unknown: wall_mm"]
    assert run_of(unknown_goes_on, "unknown")["release"] == "waiting"
    assert is_held(unknown_goes_on, "unknown")
    assert decide(unknown_goes_on, "approve", "unknown")[0] == 0
    assert is_released(unknown_goes_on, "unknown")
    assert run_of(unknown_goes_on, "unknown")["risk"] == "UNKNOWN"


def test_an_unknown_material_is_no_better(unknown_goes_on: Connection, tmp_path: Path) -> None:
    _, run = submit(unknown_goes_on, tmp_path, "no-material", OUT_OF_MATERIAL)
    assert (run["status"], run["risk"]) == ("OK", "UNKNOWN")
    assert decide(unknown_goes_on, "reject", "no-material")[0] == 0
    until(lambda: run_of(unknown_goes_on, "no-material")["release"] == "refused")
    assert is_held(unknown_goes_on, "no-material")


def test_red_is_blocked_where_only_unknown_goes_on(unknown_goes_on: Connection, tmp_path: Path) -> None:
    code, run = submit(unknown_goes_on, tmp_path, "red", TOO_LONG)
    assert (code, run["status"], run["risk"]) == (2, "BLOCKED", "RED")
    both = safe("pocket", options__stickout=70, without="design.wall")
    assert submit(unknown_goes_on, tmp_path, "both", both)[1]["status"] == "BLOCKED"


# The shop's own presets


def test_a_job_in_a_material_of_the_shop_runs_and_its_pack_is_another(
    unknown_goes_on: Connection, running: Connection, tmp_path: Path
) -> None:
    own = safe("pocket", material_id="shop_alder")
    code, run = submit(unknown_goes_on, tmp_path, "own", own)
    assert (code, run["status"], run["risk"]) == (0, "OK", "GREEN")
    assert is_released(unknown_goes_on, "own")
    submit(running, tmp_path, "built-in", GREEN)
    packs = [
        {a["pack_sha256"] for a in record_of(where, job)["assessments"]}
        for where, job in ((unknown_goes_on, "own"), (running, "built-in"))
    ]
    assert len(packs[0]) == len(packs[1]) == 1
    assert packs[0] != packs[1]
    assert unknown_goes_on.request("GET", "feasibility", "/presets/materials/shop_alder").status_code == 200


def test_a_material_of_another_shop_is_not_known(running: Connection, tmp_path: Path) -> None:
    code, run = submit(running, tmp_path, "not-ours", safe("pocket", material_id="shop_alder"))
    assert (code, run["status"]) == (3, "ERROR")
    assert any("shop_alder" in reason for reason in run_of(running, "not-ours")["reasons"])
