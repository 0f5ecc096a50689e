"""Does a job of every mode go from its design to a program that is proven, timed, judged and recorded?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from rmos.cam_accel import post
from rmos.cam_accel.kernels import choose
from rmos.contracts.designs import MODES
from rmos.contracts.jobs import Post
from rmos.local.connection import Connection
from stack_runner import ROOT, expected, rmos

JOBS = ROOT / "examples/jobs"
DESIGNED = {
    name: job
    for name in expected()
    if (job := json.loads((JOBS / name).read_text()))["mode"] != "gcode" and not job.get("scripts")
}
SOUND = [name for name, want in expected().items() if name in DESIGNED and want["status"] == "OK"]


def submitted(folder: Path, jobs: list[dict[str, Any]], running: Connection) -> dict[str, dict[str, Any]]:
    """The runs of jobs that are sent together, by job id."""
    for job in jobs:
        (folder / f"{job['job_id']}.json").write_text(json.dumps(job))
    files = [str(folder / f"{job['job_id']}.json") for job in jobs]
    done = rmos("submit", *files, "--wait", "--json", state=running.state)
    return {run["job_id"]: run for run in json.loads(done.stdout)}


@pytest.fixture(scope="module")
def runs(running: Connection, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    jobs = [{**job, "job_id": f"mode-{job['job_id']}"} for job in DESIGNED.values()]
    return submitted(tmp_path_factory.mktemp("jobs"), jobs, running)


def record_of(running: Connection, job_id: str) -> dict[str, Any]:
    return dict(running.request("GET", "runs", f"/runs/{job_id}/record").json())


def test_every_mode_has_a_sound_example() -> None:
    assert {DESIGNED[name]["mode"] for name in SOUND} == set(MODES.values()) - {"gcode"}


@pytest.mark.parametrize("name", DESIGNED)
def test_the_verdict_is_the_one_that_is_promised(name: str, runs: dict[str, dict[str, Any]]) -> None:
    run, want = runs[f"mode-{DESIGNED[name]['job_id']}"], expected()[name]
    assert (run["status"], run["risk"]) == (want["status"], want["risk"]), run


@pytest.mark.parametrize("name", SOUND)
def test_its_record_tells_mode_proof_and_time(name: str, runs: dict[str, dict[str, Any]], running: Connection) -> None:
    job = DESIGNED[name]
    record = record_of(running, f"mode-{job['job_id']}")
    assert record["request"]["mode"] == job["mode"]
    proof, facts = record["verification"], record["facts"]
    assert proof["coverage_ratio"] >= 0.99
    assert proof["gouged_area_mm2"] == 0
    assert facts["time_s"] > 0
    assert record["blade" if job["mode"] == "saw" else "tool"]["diameter_mm"] > 0


MOVE_A_SLOT = """
function after_toolpath(job, path)
  for n = 1, path.n do
    if math.abs(path.x_mm[n] - job.params.slot) < 0.01 then path.x_mm[n] = path.x_mm[n] + job.params.by end
  end
end
"""


@pytest.mark.parametrize(("by_mm", "status"), [(0.1, "ERROR"), (-0.1, "ERROR"), (0.0, "OK")])
def test_a_fret_slot_that_a_script_moves_is_found(by_mm: float, status: str, running: Connection, tmp_path: Path) -> None:
    job = json.loads((JOBS / "fret-slots-classical.json").read_text())
    fifth = job["design"]["scale_length"] * (1 - 2 ** (-5 / 12))
    script = {"name": "shift", "source": MOVE_A_SLOT, "params": {"slot": fifth, "by": by_mm}}
    job = {**job, "job_id": f"moved-{by_mm:g}".replace("--", "-"), "scripts": [script]}
    (run,) = submitted(tmp_path, [job], running).values()
    assert run["status"] == status, run
    if status == "ERROR":
        reasons = " ".join(record_of(running, job["job_id"])["reasons"])
        assert "outside the target" in reasons
        assert f"X{int(fifth)}" in reasons or f"X{int(fifth) + 1}" in reasons


@pytest.fixture(scope="module")
def posted(running: Connection, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    job = json.loads((JOBS / "control-bores.json").read_text())
    jobs = [{**job, "job_id": f"post-{name}", "post": name} for name in get_args(Post)]
    return submitted(tmp_path_factory.mktemp("posts"), jobs, running)


@pytest.mark.parametrize("name", get_args(Post))
def test_a_job_for_any_controller_ends_in_a_program_that_cuts_the_same(
    name: str, posted: dict[str, dict[str, Any]], running: Connection
) -> None:
    assert posted[f"post-{name}"]["status"] == "OK"
    program = running.request("GET", "runs", f"/runs/post-{name}/gcode").content
    path = choose().interpret(program, dialect=post.controller_of(name).reader).toolpath
    facts = record_of(running, f"post-{name}")["facts"]
    assert len(path) == facts["moves"]
    assert choose().lengths_mm(path)[path.is_cut].sum() == pytest.approx(facts["cut_length_mm"])
    assert facts["cut_length_mm"] == pytest.approx(record_of(running, "post-grbl")["facts"]["cut_length_mm"], abs=0.5)
